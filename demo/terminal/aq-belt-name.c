/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-belt-name.h"

#include <string.h>
#include <wchar.h>
#include <wctype.h>

/* Returns: (nullable): how sha256sum writes a name in its output, or %NULL if
 * that is the name itself */
char *
aq_belt_name_escape (const char *name)
{
  GString *escaped;

  if (strpbrk (name, "\\\n\r") == NULL)
    return NULL;

  escaped = g_string_new (name);
  g_string_replace (escaped, "\\", "\\\\", 0);
  g_string_replace (escaped, "\n", "\\n", 0);
  g_string_replace (escaped, "\r", "\\r", 0);

  return g_string_free (escaped, FALSE);
}

/* Returns how long the character is if it can be printed, and otherwise 0. */
static gsize
printable_length (const char *text)
{
  mbstate_t state = { 0, };
  wchar_t character;
  gsize length = mbrtowc (&character, text, strlen (text), &state);

  if (length == (gsize) -1 || length == (gsize) -2 || !iswprint (character))
    return 0;

  return length;
}

static void
append_code (GString *quoted,
             guchar   byte)
{
  if (byte >= '\a' && byte <= '\r')
    g_string_append_printf (quoted, "\\%c", "abtnvfr"[byte - '\a']);
  else
    g_string_append_printf (quoted, "\\%03o", byte);
}

static gboolean
is_one_of (const char *p,
           gsize       length,
           const char *others)
{
  return length > 1 || g_ascii_isalnum (*p) || strchr (others, *p) != NULL;
}

/* Returns how sha256sum writes a name in its messages: the way one can type it
 * into a shell. */
char *
aq_belt_name_quote (const char *name)
{
  GString *quoted = g_string_new ("'");
  gboolean is_plain, is_literal = TRUE; /* good without quotes, in double quotes */
  gboolean in_code = FALSE;
  gsize length;

  is_plain = *name != '\0' && strchr ("#~", *name) == NULL &&
             !g_str_equal (name, "{") && !g_str_equal (name, "}");

  for (const char *p = name; *p != '\0'; p += MAX (length, 1))
    {
      length = printable_length (p);
      is_plain = is_plain && length > 0 && is_one_of (p, length, "%+,-./@]_#~{}");
      is_literal = is_literal && length > 0 &&
                   is_one_of (p, length, p == name ? "%+,-./:@]_ '#~" : "%+,-./:@]_ '");

      if (length == 0)
        {
          g_string_append (quoted, in_code ? "" : "'$'");
          append_code (quoted, *p);
        }
      else if (*p == '\'')
        {
          g_string_append (quoted, "'\\''");
        }
      else
        {
          g_string_append (quoted, in_code ? "''" : "");
          g_string_append_len (quoted, p, length);
        }

      in_code = length == 0;
    }

  g_string_append_c (quoted, '\'');

  if (is_plain)
    g_string_assign (quoted, name);
  else if (is_literal && strchr (name, '\'') != NULL)
    g_string_printf (quoted, "\"%s\"", name);

  return g_string_free (quoted, FALSE);
}
