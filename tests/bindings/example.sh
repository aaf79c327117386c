#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# example.sh EXPECTED COMMAND…: the command prints what is in the file EXPECTED.

expected=$1
shift

echo 1..1
if "$@" | diff "$expected" - >&2; then
  echo 'ok 1 the example prints what it should'
else
  echo 'not ok 1 the example prints what it should'
  exit 1
fi
