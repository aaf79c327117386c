/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/*
 * The model as a target of libFuzzer: any bytes are a program. To build it, with
 * a library that tells the fuzzer where it has been, and to run it:
 *
 *   CC=clang meson setup _build-fuzz -Db_sanitize=address,undefined -Db_lundef=false \
 *     -Dc_args=-fsanitize=fuzzer-no-link -Dintrospection=disabled -Ddemo=false
 *   ninja -C _build-fuzz tests/model/fuzz-model
 *   mkdir -p corpus
 *   _build-fuzz/tests/model/fuzz-model -max_len=502 -max_total_time=300 corpus tests/model/corpus
 *
 * What is new goes into the first folder. To keep the second one small:
 *
 *   mkdir small
 *   _build-fuzz/tests/model/fuzz-model -set_cover_merge=1 -use_counters=0 -max_len=502 \
 *     small tests/model/corpus corpus
 *
 * 'test-model --replay FILE' makes a program out of a file that failed, in small.
 */

#include <stdint.h>

#include "aq-driver.h"

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  AqProgram program;

  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING | G_LOG_FATAL_MASK);
  aq_program_decode (&program, data, size);
  aq_driver_run (&program);

  return 0;
}
