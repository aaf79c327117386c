/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <stdlib.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aq-driver.h"
#include "aq-shrink.h"

#define N_PROGRAMS 200000
#define N_PROGRAMS_THOROUGH 2000000
#define N_BETWEEN_ALARMS 100
#define TIME_LIMIT 120 /* s: for so many */

static gint64 n_programs = -1;
static gint64 first_seed = 1;
static guint64 part = 1;
static guint64 n_parts = 1;
static char *replay_path;

static gboolean
parse_share_cb (const char  *name,
                const char  *value,
                gpointer     data,
                GError     **error)
{
  if (sscanf (value, "%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT, &part, &n_parts) == 2 &&
      part >= 1 && part <= n_parts)
    return TRUE;

  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "No share: %s", value);

  return FALSE;
}

static const GOptionEntry options[] = {
  { "programs", 0, 0, G_OPTION_ARG_INT64, &n_programs, "Run N random programs", "N" },
  { "first", 0, 0, G_OPTION_ARG_INT64, &first_seed, "The seed of the first one", "S" },
  { "share", 0, 0, G_OPTION_ARG_CALLBACK, parse_share_cb, "Run the Kth of N shares of them",
    "K/N" },
  { "replay", 0, 0, G_OPTION_ARG_FILENAME, &replay_path,
    "Run the program in FILE, which may be a log, or of the fuzzer", "FILE" },
  { NULL, 0, 0, 0, NULL, NULL, NULL },
};

/* Returns: (transfer full): as it is printed among other things */
static char *
print_in_log (const AqProgram *program)
{
  g_autofree char *text = aq_program_print (program);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (text), "\n", -1);
  GString *log = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    g_string_append_printf (log, AQ_PROGRAM_MARGIN "%s\n", lines[i]);

  return g_string_free (log, FALSE);
}

/* Says what is wrong with a program that fails, with one as small as can be. */
static void
report (const AqProgram *program,
        const char      *name)
{
  AqProgram small = *program;
  g_autofree char *text = NULL;

  g_printerr ("# %s fails. The same in small, for --replay:\n", name);
  aq_program_shrink (&small);
  text = print_in_log (&small);
  g_printerr ("%s", text);
  aq_program_fails (&small, TRUE);
  g_test_fail ();
}

static void
run_all (guint64  seed,
         guint64  end,
         guint64  step,
         guint64 *current)
{
  AqProgram program;

  for (guint64 n = 0; seed < end; n++, seed += step)
    {
      if (n % N_BETWEEN_ALARMS == 0)
        alarm (TIME_LIMIT);
      *current = seed;
      aq_program_init_random (&program, seed);
      aq_driver_run (&program);
    }
}

/* In a child process, since one that fails aborts. It leaves its seed behind. */
static void
test_model_random (void)
{
  guint64 *current;
  guint64 n = n_programs >= 0 ? (guint64) n_programs
              : g_test_thorough () ? N_PROGRAMS_THOROUGH : N_PROGRAMS;
  guint64 seed = (guint64) first_seed;
  int status;
  pid_t pid;

  g_test_summary ("36: Whatever a program does, a queue does what the model says.");

  /* These take their time; what they look for shows in a few as well. */
  if (n_programs < 0 && g_getenv ("VALGRIND") != NULL)
    n /= 100;
  else if (n_programs < 0 && g_getenv ("AQ_SANITIZED") != NULL)
    n /= 10;

  current = mmap (NULL, sizeof *current, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (current != MAP_FAILED);

  fflush (NULL);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      dup2 (STDERR_FILENO, STDOUT_FILENO); /* which is for TAP */
      run_all (seed + part - 1, seed + n, n_parts, current);
      exit (EXIT_SUCCESS);
    }

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (status != 0)
    {
      g_autofree char *name = g_strdup_printf ("The program of seed %" G_GUINT64_FORMAT, *current);
      AqProgram program;

      aq_program_init_random (&program, *current);
      report (&program, name);
    }

  /* So many of n are in this share. */
  g_test_message ("figure: random programs %" G_GUINT64_FORMAT,
                  status == 0 ? (n + n_parts - part) / n_parts
                              : (*current - seed) / n_parts + 1);
  munmap (current, sizeof *current);
}

/* It is text, or as the fuzzer writes it. */
static void
load (AqProgram  *program,
      const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize n_bytes;

  g_file_get_contents (path, &bytes, &n_bytes, &error);
  g_assert_no_error (error);

  if (g_strstr_len (bytes, (gssize) n_bytes, "queue order=") != NULL)
    aq_program_parse (program, bytes, &error);
  else
    aq_program_decode (program, (const guint8 *) bytes, n_bytes);
  g_assert_no_error (error);
}

/* Returns how many there were, or 0 after a skip. */
static guint
run_folder (const char *variable)
{
  const char *folder = g_getenv (variable);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  if (folder == NULL)
    {
      g_autofree char *reason = g_strconcat (variable, " is not set", NULL);

      g_test_skip (reason);
      return 0;
    }

  dir = g_dir_open (folder, 0, &error);
  g_assert_no_error (error);

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      AqProgram program;

      load (&program, path);
      if (aq_program_fails (&program, FALSE))
        report (&program, path);
      n++;
    }

  g_assert_cmpuint (n, >, 0);

  return n;
}

static void
test_model_corpus (void)
{
  guint n;

  g_test_summary ("What the fuzzer found to be different each time is as the model says.");

  n = run_folder ("AQ_CORPUS");
  g_test_message ("figure: programs of the fuzzer %u", n);
}

static void
test_model_edges (void)
{
  g_test_summary ("P4, P11, P12: What happens at the edges is as the model says.");

  run_folder ("AQ_PROGRAMS");
}

static void
assert_is_program (const char *text,
                   const char *expected)
{
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;
  AqProgram parsed;

  aq_program_parse (&parsed, text, &error);
  g_assert_no_error (error);
  again = aq_program_print (&parsed);
  g_assert_cmpstr (again, ==, expected);
}

static void
test_model_print (void)
{
  g_test_summary ("A program that is printed and parsed again is the same, also out of a log.");

  for (guint64 seed = 0; seed < 1000; seed++)
    {
      g_autofree char *text = NULL;
      g_autofree char *lines = NULL;
      g_autofree char *log = NULL;
      AqProgram program;

      aq_program_init_random (&program, seed);
      text = aq_program_print (&program);
      assert_is_program (text, text);

      lines = print_in_log (&program);
      log = g_strconcat ("ok 1 /model/print\n# It fails:\n", lines, "not ok 2\n", NULL);
      assert_is_program (log, text);
    }
}

static void
test_model_replay (void)
{
  AqProgram program;

  g_test_summary ("The program in a file does what the model says.");

  load (&program, replay_path);
  if (aq_program_fails (&program, FALSE))
    report (&program, replay_path);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  g_test_init (&argc, &argv, NULL);
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return EXIT_FAILURE;
    }

  if (replay_path != NULL)
    {
      g_test_add_func ("/model/replay", test_model_replay);
      return g_test_run ();
    }

  /* What cannot be shared is in the first share. */
  if (part == 1)
    {
      g_test_add_func ("/model/print", test_model_print);
      g_test_add_func ("/model/corpus", test_model_corpus);
      g_test_add_func ("/model/edges", test_model_edges);
    }
  g_test_add_func ("/scenarios/36/model", test_model_random);

  return g_test_run ();
}
