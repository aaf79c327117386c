# SPDX-License-Identifier: LGPL-2.1-or-later
#
# For tests/run and demo/run, which source it: installs what is missing, and
# configures and builds the project in _build.

set -eu

build=${AQ_BUILD:-_build}
has_installed=

# For the tests: programs, and the Debian packages that they come in. Lua's, Perl's
# and Python's bindings are no programs, so 'has_bindings' looks for them.
languages='Xvfb appstreamcli dbus-daemon desktop-file-validate g++ g-ir-scanner gi-docgen gjs
  lua5.1 mypy perl spin tsc valac valgrind vapigen xmllint'
language_packages='adwaita-icon-theme appstream at-spi2-core dbus-daemon desktop-file-utils
  fonts-dejavu-core g++ gi-docgen gjs gobject-introspection libgirepository1.0-dev
  libglib-object-introspection-perl libgtk-4-dev libxml2-utils lua-lgi lua5.1 mypy
  node-typescript python3-anyio python3-gbulb python3-gi python3-tap python3-trio
  python3-uvloop spin valac valgrind xvfb'
# For the demo with a window
window_packages='adwaita-icon-theme fonts-dejavu-core libgtk-4-dev'
provers='clang gcovr llvm-profdata'
prover_packages='clang gcovr libclang-rt-dev llvm'

say () {
  printf '%s\n' "$@" >&2
}

die () {
  say "$@"
  exit 1
}

# Whether all that the build needs is here.
is_ready () {
  for tool in cc meson ninja pkg-config "$@"; do
    command -v "$tool" >/dev/null 2>&1 || return 1
  done
  pkg-config --exists 'gio-unix-2.0 >= 2.74'
}

# Whether this Python has its bindings, other event loops, and one that runs GLib.
python_has_bindings () {
  "$1" -c 'import anyio, gi, tap, trio, uvloop' && { "$1" -c 'import gi.events' || "$1" -c 'import gbulb'; }
}

# Whether the languages find their bindings to GObject-Introspection.
has_bindings () {
  {
    lua5.1 -e 'require "lgi"' &&
      perl -e 'use Glib::Object::Introspection' &&
      { python_has_bindings python3 || python_has_bindings /usr/bin/python3; }
  } 2>/dev/null
}

# Whether a program can be clicked as assistive technology does, on a bus of its own.
has_accessibility () {
  [ -e /usr/share/dbus-1/services/org.a11y.Bus.service ]
}

# The command that installs what the build needs, for a person to run.
install_command () {
  if command -v apt-get >/dev/null 2>&1; then
    echo "apt-get install gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev $*"
  elif command -v dnf >/dev/null 2>&1; then
    echo 'dnf install gcc meson ninja-build pkgconf glib2-devel gobject-introspection-devel'
  elif command -v pacman >/dev/null 2>&1; then
    echo 'pacman -S gcc meson ninja pkgconf glib2 gobject-introspection'
  else
    echo 'a C compiler, meson (1.0), ninja, pkg-config, GLib (2.74) with its development files, and gobject-introspection'
  fi
}

as_root () {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

# Debian had gbulb until PyGObject brought an event loop of its own.
without_gbulb () {
  for package in "$@"; do
    [ "$package" = python3-gbulb ] && ! apt-cache show "$package" >&2 || echo "$package"
  done
}

# install_missing PACKAGES…: beside what every build needs, Debian's names
install_missing () {
  command -v apt-get >/dev/null 2>&1 ||
    die "Some programs that the build needs are missing, and this script can install them on Debian only." \
        "Please install them by hand: $(install_command "$@")"

  [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null 2>&1 ||
    die "Some packages that the build needs are missing, and only root can install them." \
        "Please run as root: $(install_command "$@")"

  say 'Installing what is missing…'
  export DEBIAN_FRONTEND=noninteractive
  {
    as_root apt-get update -q &&
    as_root apt-get install -q -y --no-install-recommends \
      gcc libc6-dev meson ninja-build pkg-config libglib2.0-dev $(without_gbulb "$@")
  } >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    die "The packages could not be installed. Please run as root: $(install_command "$@")"
  }
  has_installed=1
}

# build_project OPTIONS…: of meson
build_project () {
  say "Building in $build…"
  {
    if [ -f "$build/build.ninja" ]; then
      # It may have been set up when less was there.
      [ -z "$has_installed" ] || meson setup --reconfigure "$build"
      [ $# -eq 0 ] || meson configure "$build" "$@"
    else
      meson setup "$build" "$@"
    fi && ninja -C "$build"
  } >"$log" 2>&1 || {
    tail -n 40 "$log" >&2
    die 'The build failed.'
  }
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
