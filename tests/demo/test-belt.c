/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Runs aq-belt, which $AQ_BELT names, and compares it with the real tools. */

#include "aq-belt-order.h"
#include "aq-belt-plate.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOBODY 65534

/* Sparse, and more than is summed in any test's time. */
#define ENDLESS_SIZE (G_GINT64_CONSTANT (1) << 38)

#define PIPES (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE)

static const char *belt_program;

/* The folder of the running test, and how the last program ended. */
static char *folder;
static char *out;
static char *err;
static int status;

static void
add_file (const char *name,
          const char *content)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
}

static void
set_size (const char *name,
          gint64      size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (truncate (path, size), ==, 0);
}

static void
set_mode (const char *name,
          int         mode)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
add_link (const char *name,
          const char *target)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (symlink (target, path), ==, 0);
}

/* Enough files for all orders to differ, and names in need of care. */
static void
add_tree (void)
{
  add_file ("empty", "");
  add_file ("with space", "a");
  add_file ("back\\slash", "b");
  add_file ("new\nline", "c");
  add_file ("carriage\rreturn", "d");
  add_file ("it's", "e");
  add_file ("Gr\303\274n \346\227\245", "f");
  add_file ("bytes\303\377", "g");
  add_file (".hidden/.file", "h");
  add_file ("a/b/c/d/e/f", "i");
  add_file ("big", "j");
  set_size ("big", 3 * 1024 * 1024 + 1);

  for (int i = 0; i < 300; i++)
    {
      g_autofree char *name = g_strdup_printf ("many/%d/%d", i % 7, i);

      add_file (name, name);
      set_size (name, (i * 7919) % 5000);
    }
}

static GSubprocessLauncher *
launcher_new (GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);

  g_subprocess_launcher_set_cwd (launcher, folder);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);

  return launcher;
}

static char *
bytes_to_string (GBytes *bytes)
{
  gsize length;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  return data != NULL ? g_strndup (data, length) : g_strdup ("");
}

static int
get_status (GSubprocess *process)
{
  if (g_subprocess_get_if_exited (process))
    return g_subprocess_get_exit_status (process);

  return 128 + g_subprocess_get_term_sig (process);
}

/* Takes what is left of a program's output, and how it ended. */
static void
finish (GSubprocess *process)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) out_bytes = NULL;
  g_autoptr (GBytes) err_bytes = NULL;

  g_subprocess_communicate (process, NULL, NULL, &out_bytes, &err_bytes, &error);
  g_assert_no_error (error);

  g_free (out);
  g_free (err);
  out = bytes_to_string (out_bytes);
  err = bytes_to_string (err_bytes);
  status = get_status (process);
}

static GSubprocess *
start (GSubprocessLauncher *launcher,
       const char          *program,
       ...)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;
  va_list list;

  g_ptr_array_add (args, (gpointer) program);
  va_start (list, program);
  do
    g_ptr_array_add (args, va_arg (list, char *));
  while (args->pdata[args->len - 1] != NULL);
  va_end (list);

  process = g_subprocess_launcher_spawnv (launcher, (const char * const *) args->pdata, &error);
  g_assert_no_error (error);

  return process;
}

#define run(...) \
  G_STMT_START { \
    g_autoptr (GSubprocessLauncher) _launcher = launcher_new (PIPES); \
    g_autoptr (GSubprocess) _process = start (_launcher, __VA_ARGS__, NULL); \
    finish (_process); \
  } G_STMT_END

#define run_belt(...) run (belt_program, __VA_ARGS__)

static int
compare_lines (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(char **) a, *(char **) b);
}

static char *
sort_lines (const char *text)
{
  char **lines = g_strsplit (text, "\n", -1);
  char *sorted;

  qsort (lines, g_strv_length (lines), sizeof *lines, compare_lines);
  sorted = g_strjoinv ("\n", lines);
  g_strfreev (lines);

  return sorted;
}

static guint
count_lines (const char *text)
{
  guint n_lines = 0;

  for (; (text = strchr (text, '\n')) != NULL; text++)
    n_lines++;

  return n_lines;
}

/* Reads until the text has come. */
static void
wait_for_text (GInputStream *stream,
               const char   *text)
{
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  char piece[512];

  while (strstr (all->str, text) == NULL)
    {
      gssize n_read = g_input_stream_read (stream, piece, sizeof piece, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (n_read, >, 0);
      g_string_append_len (all, piece, n_read);
    }
}

/* Reads a terminal until the text has come, or with %NULL until nobody writes
 * to it any more. */
static char *
read_terminal (int         fd,
               const char *text)
{
  GString *all = g_string_new (NULL);
  char piece[512];
  gssize n_read;

  while (text == NULL || strstr (all->str, text) == NULL)
    {
      n_read = read (fd, piece, sizeof piece);
      if (n_read <= 0)
        break;
      g_string_append_len (all, piece, n_read);
    }

  return g_string_free (all, FALSE);
}

static void
become_nobody_cb (gpointer user_data)
{
  if (setgroups (0, NULL) < 0 || setgid (NOBODY) < 0 || setuid (NOBODY) < 0)
    _exit (127);
}

/* Runs aq-belt on the test's folder as somebody whom modes keep out. */
static gboolean
run_belt_as_nobody (void)
{
  const char *argv[] = { belt_program, ".", NULL };
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (PIPES);
  g_autoptr (GSubprocess) process = NULL;

  if (getuid () == 0)
    g_subprocess_launcher_set_child_setup (launcher, become_nobody_cb, NULL, NULL);

  process = g_subprocess_launcher_spawnv (launcher, argv, NULL);
  if (process == NULL)
    {
      g_test_skip ("an unprivileged user may not run aq-belt here");
      return FALSE;
    }

  finish (process);

  return TRUE;
}

static void
test_belt_prints_what_sha256sum_prints (void)
{
  g_autofree char *sums = NULL;
  g_autofree char *expected = NULL;

  g_test_summary ("The lines are those of sha256sum, for all that find finds.");

  add_tree ();

  run_belt (".");
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (err, ==, "");
  sums = sort_lines (out);

  run ("sh", "-c", "find . -type f -print0 | xargs -0 sha256sum");
  expected = sort_lines (out);
  g_assert_cmpstr (sums, ==, expected);
}

static void
test_belt_paths_are_written_as_find_does (void)
{
  g_autofree char *sums = NULL;
  g_autofree char *expected = NULL;

  g_test_summary ("A path is what was named, a slash, and the way from there.");

  add_file ("a/b/c", "c");
  add_file ("d", "d");

  run_belt ("a", "a/", "a//", "./a/../a", "a/b/c", "d", folder);
  g_assert_cmpint (status, ==, 0);
  sums = sort_lines (out);

  run ("sh", "-c", "find a a/ a// ./a/../a a/b/c d \"$PWD\" -type f | xargs sha256sum");
  expected = sort_lines (out);
  g_assert_cmpstr (sums, ==, expected);
}

static void
test_belt_sha256sum_can_check (void)
{
  g_test_summary ("sha256sum -c reads the output, and finds every file as it is.");

  add_tree ();

  run ("sh", "-c", "\"$0\" . | sha256sum --check --strict --quiet", belt_program);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpstr (out, ==, "");
  g_assert_cmpint (status, ==, 0);
}

static void
test_belt_names_with_newlines (void)
{
  g_autofree char *sums = NULL;

  g_test_summary ("Names are escaped as sha256sum does.");

  add_file ("new\nline", "a");
  add_file ("carriage\rreturn", "b");
  add_file ("back\\slash", "c");
  add_file ("\\\n\\", "d");

  run_belt ("new\nline", "carriage\rreturn", "back\\slash", "\\\n\\");
  g_assert_cmpint (status, ==, 0);
  sums = g_steal_pointer (&out);

  run ("sha256sum", "new\nline", "carriage\rreturn", "back\\slash", "\\\n\\");
  g_assert_cmpstr (sums, ==, out);
}

static void
test_belt_messages_are_quoted (void)
{
  g_autoptr (GString) message = NULL;

  g_test_summary ("Messages name a file as sha256sum does.");

#define ODD_NAMES \
  "plain", "with space", "new\nline", "it's", "it's\nnew", "\"", "back\\slash", "a:b", \
  "~", "a~", "#", "{", "{}", "$(x)", "a=b", "tab\t", "\001\177", "Gr\303\274n", "\303", ""

  run_belt (ODD_NAMES);
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (out, ==, "");
  message = g_string_new (err);
  g_string_replace (message, "aq-belt: ", "sha256sum: ", 0);

  run ("sha256sum", ODD_NAMES);
  g_assert_cmpstr (message->str, ==, err);
}

static void
test_belt_unreadable_file (void)
{
  g_test_summary ("A file that may not be read is reported, and the rest is done.");

  add_file ("secret", "a");
  add_file ("open", "b");
  set_mode ("secret", 0);

  if (!run_belt_as_nobody ())
    return;

  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (err, ==, "aq-belt: ./secret: Permission denied\n");
  g_assert_cmpuint (count_lines (out), ==, 1);
  g_assert_true (g_str_has_suffix (out, "  ./open\n"));
}

static void
test_belt_unreadable_folder (void)
{
  g_autofree char *messages = NULL;

  g_test_summary ("A folder that may not be read is reported, and the rest is done.");

  add_file ("closed/a", "a");
  add_file ("listed/b", "b");
  add_file ("open/c", "c");
  set_mode ("closed", 0);
  set_mode ("listed", 0444);

  if (!run_belt_as_nobody ())
    return;

  messages = sort_lines (err);
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (messages, ==, "\naq-belt: ./closed: Permission denied"
                                 "\naq-belt: ./listed/b: Permission denied");
  g_assert_cmpuint (count_lines (out), ==, 1);
  g_assert_true (g_str_has_suffix (out, "  ./open/c\n"));
}

static void
test_belt_missing_path (void)
{
  g_test_summary ("A path that is not there is reported, and the rest is done.");

  add_file ("a", "a");

  run_belt ("missing", "a", "a/b");
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (err, ==, "aq-belt: missing: No such file or directory\n"
                            "aq-belt: a/b: Not a directory\n");
  g_assert_true (g_str_has_suffix (out, "  a\n"));
}

static void
test_belt_vanished_file (void)
{
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (PIPES);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *path = g_build_filename (folder, "vanishing", NULL);

  g_test_summary ("A file that goes while its plate is on the belt is reported.");

  add_file ("first", "");
  add_file ("vanishing", "a");
  set_size ("first", ENDLESS_SIZE);

  process = start (launcher, belt_program, "--progress", "--customers=1", "first", "vanishing",
                   NULL);
  wait_for_text (g_subprocess_get_stderr_pipe (process), "0 of 2 files");

  g_assert_cmpint (g_unlink (path), ==, 0);
  set_size ("first", 0);
  finish (process);

  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (err, "aq-belt: vanishing: No such file or directory\n"));
  g_assert_true (g_str_has_suffix (out, "  first\n"));
}

static void
test_belt_fifo_does_not_hang (void)
{
  g_autofree char *path = g_build_filename (folder, "fifo", NULL);

  g_test_summary ("What is no regular file is reported, and not opened.");

  g_assert_cmpint (mkfifo (path, 0644), ==, 0);
  add_file ("a", "a");

  run_belt (".");
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (err, ==, "aq-belt: ./fifo: Not a regular file\n");
  g_assert_cmpuint (count_lines (out), ==, 1);

  run_belt ("fifo");
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (err, ==, "aq-belt: fifo: Not a regular file\n");
}

static void
test_belt_symlink_loop (void)
{
  g_test_summary ("A link that leads to itself is reported.");

  add_link ("loop", "loop");
  add_file ("a", "a");

  run_belt (".");
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (err, ==, "aq-belt: ./loop: Too many levels of symbolic links\n");
  g_assert_cmpuint (count_lines (out), ==, 1);

  run_belt ("loop");
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (err, ==, "aq-belt: loop: Too many levels of symbolic links\n");
}

static void
test_belt_links_are_passed_over (void)
{
  g_test_summary ("A link in a folder is passed over, as find -type f does.");

  add_file ("a/b", "b");
  add_link ("a/parent", "..");
  add_link ("a/file", "b");
  add_link ("a/nowhere", "missing");

  run_belt ("a");
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpuint (count_lines (out), ==, 1);
  g_assert_true (g_str_has_suffix (out, "  a/b\n"));
}

static void
test_belt_named_link_is_followed (void)
{
  g_test_summary ("A link on the command line is followed, and goes by its name.");

  add_file ("a/b/c", "c");
  add_link ("link", "a/b");
  add_link ("file", "a/b/c");

  run_belt ("link", "file", "link/../b");
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpuint (count_lines (out), ==, 3);
  g_assert_nonnull (strstr (out, "  link/c\n"));
  g_assert_nonnull (strstr (out, "  file\n"));
  g_assert_nonnull (strstr (out, "  link/../b/c\n"));
}

static void
test_belt_order_of_lines_is_walk_order (void)
{
  g_autofree char *expected = NULL;

  g_test_summary ("Lines are in walk order, in whatever order files are summed.");

  add_tree ();

  run_belt ("--order=fifo", "--customers=1", ".");
  expected = g_steal_pointer (&out);

  run_belt ("--order=fifo", "--customers=8", ".");
  g_assert_cmpstr (out, ==, expected);

  run_belt ("--order=lifo", "--customers=3", "--belt=4096", ".");
  g_assert_cmpstr (out, ==, expected);

  run_belt ("--order=smallest", "--customers=3", "--belt=100", ".");
  g_assert_cmpstr (out, ==, expected);

  run_belt ("--order=lifo", "--customers=1", "--belt=1", ".");
  g_assert_cmpstr (out, ==, expected);
}

static void
test_belt_order_says_what_is_next (void)
{
  static const struct
  {
    const char *name;
    goffset sizes[3]; /* in the order in which they are next */
  } orders[] = {
    { "fifo", { 2, 1, 3 } },
    { "lifo", { 3, 1, 2 } },
    { "smallest", { 1, 2, 3 } },
  };

  g_test_summary ("Of files that are on the belt, the order says which is next.");

  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      const AqBeltOrder *order = aq_belt_order_find (orders[i].name);
      g_autoptr (AqQueue) belt = order->belt_new (3);

      for (guint j = 0; j < 3; j++)
        {
          g_autoptr (AqBeltPlate) plate = aq_belt_plate_new ("file", orders[0].sizes[j], NULL);

          order->put_async (belt, plate, NULL, NULL, NULL);
        }

      for (guint j = 0; j < 3; j++)
        {
          g_autoptr (AqBeltPlate) plate = aq_queue_try_get (belt, NULL);

          g_assert_cmpint (plate->size, ==, orders[i].sizes[j]);
        }
    }
}

static void
end_by_signal (int         signum,
               const char *option)
{
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (PIPES);
  g_autoptr (GSubprocess) process = NULL;

  process = start (launcher, belt_program, option, "small", "endless", "small", NULL);
  wait_for_text (g_subprocess_get_stdout_pipe (process), "  small\n");

  g_subprocess_send_signal (process, signum);
  finish (process);

  g_assert_cmpstr (out, ==, "");
  g_assert_true (g_str_has_prefix (err, "Interrupted: 1 of "));
  g_assert_true (g_str_has_suffix (err, " files done\n"));
  g_assert_cmpuint (count_lines (err), ==, 1);
  g_assert_cmpint (status, ==, 128 + signum);
}

static void
test_belt_interrupt_exits_130 (void)
{
  g_test_summary ("Ctrl-C ends it with one line that says how much was done.");

  add_file ("small", "a");
  add_file ("endless", "");
  set_size ("endless", ENDLESS_SIZE);

  end_by_signal (SIGINT, "--customers=1");
  end_by_signal (SIGINT, "--customers=4");
  end_by_signal (SIGTERM, "--customers=2");
}

static void
test_belt_interrupt_while_nobody_reads (void)
{
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (PIPES);
  g_autoptr (GSubprocess) process = NULL;
  const char *last;

  g_test_summary ("Ctrl-C ends it even if standard output is stuck, after a whole line.");

  add_tree ();

  /* Together far more than fits into a pipe */
  process = start (launcher, belt_program, ".", ".", ".", ".", ".", ".", ".", ".", NULL);
  wait_for_text (g_subprocess_get_stdout_pipe (process), "\n");

  g_subprocess_send_signal (process, SIGINT);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (get_status (process), ==, 130);

  finish (process);
  last = out + strlen (out);
  g_assert_true (last == out || last[-1] == '\n');
}

static void
test_belt_usage_errors (void)
{
  const char * const wrong[][2] = {
    { "--belt=0", "--belt takes a number from 1 to 4096" },
    { "--belt=-1", "--belt takes a number from 1 to 4096" },
    { "--belt=5000", "--belt takes a number from 1 to 4096" },
    { "--belt=99999999999", "99999999999" },
    { "--belt=many", "many" },
    { "--customers=0", "--customers takes a number from 1 to 256" },
    { "--customers=257", "--customers takes a number from 1 to 256" },
    { "--customers=1e3", "1e3" },
    { "--order=largest", "largest" },
    { "--unknown", "--unknown" },
  };

  g_test_summary ("Wrong usage exits with 2, and says what is wrong and where to read.");

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      run_belt (wrong[i][0], ".");
      g_assert_cmpint (status, ==, 2);
      g_assert_cmpstr (out, ==, "");
      g_assert_true (g_str_has_prefix (err, "aq-belt: "));
      g_assert_nonnull (strstr (err, wrong[i][1]));
      g_assert_nonnull (strstr (err, "aq-belt --help"));
    }

  run (belt_program);
  g_assert_cmpint (status, ==, 2);
  g_assert_nonnull (strstr (err, "aq-belt --help"));
}

static void
test_belt_help_and_version (void)
{
  g_test_summary ("--help names the options, --version the version.");

  run_belt ("--help");
  g_assert_cmpint (status, ==, 0);
  g_assert_nonnull (strstr (out, "--belt"));
  g_assert_nonnull (strstr (out, "--customers"));
  g_assert_nonnull (strstr (out, "--order"));
  g_assert_nonnull (strstr (out, "--progress"));

  run_belt ("--version");
  g_assert_cmpint (status, ==, 0);
  g_assert_true (g_str_has_prefix (out, "aq-belt 0."));
}

static void
test_belt_quiet_off_a_terminal (void)
{
  g_test_summary ("Standard error stays empty where it is no terminal.");

  add_tree ();

  run_belt (".");
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (err, ==, "");
}

static void
test_belt_progress_when_forced (void)
{
  g_test_summary ("--progress writes plain lines where there is no terminal.");

  add_file ("a", "12345");
  add_file ("b", "678");
  add_file ("c", "");

  run_belt ("--progress", "a", "b", "c");
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpuint (count_lines (out), ==, 3);
  g_assert_nonnull (strstr (err, "3 files, 8 bytes in "));
  g_assert_null (strchr (err, '\033'));
}

/* Starts aq-belt on a terminal of 40 columns, or skips the test. */
static GSubprocess *
start_on_terminal (const char *term,
                   int        *terminal)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  struct winsize size = { .ws_row = 24, .ws_col = 40 };
  int slave;

  *terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (*terminal < 0)
    {
      g_test_skip ("there are no pseudo-terminals here");
      return NULL;
    }

  launcher = launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_subprocess_launcher_setenv (launcher, "TERM", term, TRUE);
  g_subprocess_launcher_setenv (launcher, "NO_COLOR", "1", TRUE);

  g_assert_cmpint (grantpt (*terminal), ==, 0);
  g_assert_cmpint (unlockpt (*terminal), ==, 0);
  slave = open (ptsname (*terminal), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (slave, >=, 0);
  g_assert_cmpint (ioctl (slave, TIOCSWINSZ, &size), ==, 0);
  g_subprocess_launcher_take_stderr_fd (launcher, slave);

  return start (launcher, belt_program, "--customers=1", "small", "endless", NULL);
}

static void
test_belt_terminal_gets_its_cursor_back (void)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *rest = NULL;
  int terminal;

  g_test_summary ("On a terminal the belt moves, without a cursor; after Ctrl-C it is back.");

  add_file ("small", "a");
  add_file ("endless", "");
  set_size ("endless", ENDLESS_SIZE);

  process = start_on_terminal ("xterm", &terminal);
  if (process == NULL)
    return;

  shown = read_terminal (terminal, "1 of 2 files");
  g_assert_nonnull (strstr (shown, "\033[?25l"));
  g_assert_nonnull (strstr (shown, "1 customer"));
  g_assert_null (strstr (shown, "\033[36m"));

  g_subprocess_send_signal (process, SIGINT);
  rest = read_terminal (terminal, NULL);
  close (terminal);
  g_assert_true (g_str_has_suffix (rest, "\033[?25hInterrupted: 1 of 2 files done\r\n"));

  finish (process);
  g_assert_cmpint (status, ==, 130);
}

static void
test_belt_quiet_on_a_dumb_terminal (void)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *shown = NULL;
  int terminal;

  g_test_summary ("A terminal that cannot move its cursor gets no view.");

  add_file ("small", "a");
  add_file ("endless", "b");

  process = start_on_terminal ("dumb", &terminal);
  if (process == NULL)
    return;

  shown = read_terminal (terminal, NULL);
  close (terminal);
  g_assert_cmpstr (shown, ==, "");

  finish (process);
  g_assert_cmpint (status, ==, 0);
}

static void
test_belt_write_error (void)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) process = NULL;
  int fd = open ("/dev/full", O_WRONLY | O_CLOEXEC);

  g_test_summary ("It says so if standard output cannot be written.");

  if (fd < 0)
    {
      g_test_skip ("there is no /dev/full");
      return;
    }

  add_tree ();

  launcher = launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_take_stdout_fd (launcher, fd);
  process = start (launcher, belt_program, ".", NULL);
  finish (process);

  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (err, ==, "aq-belt: write error: No space left on device\n");
}

static void
test_belt_closed_output (void)
{
  g_test_summary ("A reader that has gone ends it, as it ends any filter.");

  add_tree ();

  run ("bash", "-c", "trap - PIPE; \"$0\" . . . . . . . . | head -n 1; exit ${PIPESTATUS[0]}",
       belt_program);
  g_assert_cmpstr (err, ==, "");
  g_assert_cmpuint (count_lines (out), ==, 1);
  g_assert_cmpint (status, ==, 128 + SIGPIPE);
}

/* Returns the most memory that aq-belt had, in kilobytes. */
static long
measure_memory (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *argv[] = { (char *) belt_program, (char *) "--customers=2", path, NULL };
  g_autoptr (GError) error = NULL;
  struct rusage usage;
  int wait_status;
  GPid pid;

  g_spawn_async (NULL, argv, NULL,
                 G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL,
                 NULL, NULL, &pid, &error);
  g_assert_no_error (error);

  g_assert_cmpint (wait4 (pid, &wait_status, 0, &usage), ==, pid);
  g_assert_cmpint (wait_status, ==, 0);

  return usage.ru_maxrss;
}

static void
add_files (const char *name,
           guint       n_files)
{
  for (guint i = 0; i < n_files; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s/%u/%u", folder, name, i / 1000, i);
      g_autofree char *parent = g_path_get_dirname (path);

      if (i % 1000 == 0)
        g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
      g_assert_cmpint (mknod (path, S_IFREG | 0644, 0), ==, 0);
    }
}

static void
test_belt_memory_stays_flat (void)
{
  long few, many;

  g_test_summary ("A hundred times the files take less than twice the memory.");

  if (g_getenv ("AQ_SANITIZED") != NULL)
    {
      g_test_skip ("a sanitizer keeps the memory that is freed");
      return;
    }

  add_files ("few", 200);
  add_files ("many", 20000);

  few = measure_memory ("few");
  many = measure_memory ("many");
  g_test_message ("200 files: %ld kB, 20,000 files: %ld kB", few, many);
  g_assert_cmpint (many, <, 2 * few);
}

static void
test_belt_chef_does_not_run_ahead (void)
{
  g_autoptr (GSubprocessLauncher) launcher = launcher_new (PIPES);
  g_autoptr (GSubprocess) process = NULL;

  g_test_summary ("While the first file takes long, no more than 4,096 wait for it.");

  add_file ("endless", "");
  set_size ("endless", ENDLESS_SIZE);
  add_files ("many", 6000);

  process = start (launcher, belt_program, "--progress", "--customers=2", "endless", "many",
                   NULL);
  wait_for_text (g_subprocess_get_stderr_pipe (process), "4095 of 4097 files so far");

  g_subprocess_send_signal (process, SIGINT);
  finish (process);
  g_assert_cmpstr (out, ==, "");
  g_assert_nonnull (strstr (err, "Interrupted: 0 of 4097 files done\n"));
  g_assert_cmpint (status, ==, 130);
}

/* Runs a test in a folder of its own, which anybody may enter. */
static void
run_test (gconstpointer data)
{
  void (*const *test) (void) = data;
  g_autoptr (GError) error = NULL;

  if (belt_program == NULL)
    {
      g_test_skip ("AQ_BELT does not say where aq-belt is");
      return;
    }

  folder = g_dir_make_tmp ("aq-belt-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);

  (*test) ();

  run ("sh", "-c", "chmod -R u+rwX . && rm -rf \"$PWD\"");
  g_clear_pointer (&folder, g_free);
  g_clear_pointer (&out, g_free);
  g_clear_pointer (&err, g_free);
}

int
main (int   argc,
      char *argv[])
{
  static const struct
  {
    const char *path;
    void (*test) (void);
  } tests[] = {
    { "/belt/prints-what-sha256sum-prints", test_belt_prints_what_sha256sum_prints },
    { "/belt/paths-are-written-as-find-does", test_belt_paths_are_written_as_find_does },
    { "/belt/sha256sum-can-check", test_belt_sha256sum_can_check },
    { "/belt/names-with-newlines", test_belt_names_with_newlines },
    { "/belt/messages-are-quoted", test_belt_messages_are_quoted },
    { "/belt/unreadable-file", test_belt_unreadable_file },
    { "/belt/unreadable-folder", test_belt_unreadable_folder },
    { "/belt/missing-path", test_belt_missing_path },
    { "/belt/vanished-file", test_belt_vanished_file },
    { "/belt/fifo-does-not-hang", test_belt_fifo_does_not_hang },
    { "/belt/symlink-loop", test_belt_symlink_loop },
    { "/belt/links-are-passed-over", test_belt_links_are_passed_over },
    { "/belt/named-link-is-followed", test_belt_named_link_is_followed },
    { "/belt/order-of-lines-is-walk-order", test_belt_order_of_lines_is_walk_order },
    { "/belt/order-says-what-is-next", test_belt_order_says_what_is_next },
    { "/belt/interrupt-exits-130", test_belt_interrupt_exits_130 },
    { "/belt/interrupt-while-nobody-reads", test_belt_interrupt_while_nobody_reads },
    { "/belt/usage-errors", test_belt_usage_errors },
    { "/belt/help-and-version", test_belt_help_and_version },
    { "/belt/quiet-off-a-terminal", test_belt_quiet_off_a_terminal },
    { "/belt/progress-when-forced", test_belt_progress_when_forced },
    { "/belt/terminal-gets-its-cursor-back", test_belt_terminal_gets_its_cursor_back },
    { "/belt/quiet-on-a-dumb-terminal", test_belt_quiet_on_a_dumb_terminal },
    { "/belt/write-error", test_belt_write_error },
    { "/belt/closed-output", test_belt_closed_output },
    { "/belt/memory-stays-flat", test_belt_memory_stays_flat },
    { "/belt/chef-does-not-run-ahead", test_belt_chef_does_not_run_ahead },
  };

  g_test_init (&argc, &argv, NULL);
  belt_program = g_getenv ("AQ_BELT");

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add_data_func (tests[i].path, &tests[i].test, run_test);

  return g_test_run ();
}
