/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-deadline-private.h"

static gboolean
comes_before (const AqDeadline *self,
              const AqDeadline *other)
{
  if (self->time != other->time)
    return self->time < other->time;

  return self->serial < other->serial;
}

/* Makes one tree of two. Returns its root. */
static AqDeadline *
join (AqDeadline *one,
      AqDeadline *other)
{
  AqDeadline *root = comes_before (one, other) ? one : other;
  AqDeadline *child = root == one ? other : one;

  child->previous = root;
  child->next = root->child;
  if (root->child != NULL)
    root->child->previous = child;
  root->child = child;

  return root;
}

static AqDeadline *
take_first (AqDeadline **list)
{
  AqDeadline *first = *list;

  if (first != NULL)
    {
      *list = first->next;
      first->next = NULL;
      first->previous = NULL;
    }

  return first;
}

/* Makes one tree of many: first two of each two, and then one of these. Going through
 * them twice is what keeps the trees low. */
static AqDeadline *
join_all (AqDeadline *list)
{
  AqDeadline *pairs = NULL;
  AqDeadline *root, *one;

  while ((one = take_first (&list)) != NULL)
    {
      AqDeadline *other = take_first (&list);

      if (other != NULL)
        one = join (one, other);
      one->next = pairs;
      pairs = one;
    }

  root = take_first (&pairs);
  while ((one = take_first (&pairs)) != NULL)
    root = join (root, one);

  return root;
}

void
aq_deadlines_add (AqDeadlines *self,
                  AqDeadline  *deadline)
{
  deadline->serial = ++self->n_added;
  self->first = self->first != NULL ? join (self->first, deadline) : deadline;
}

static void
unlink_child (AqDeadline *deadline)
{
  AqDeadline *previous = deadline->previous;

  if (previous->child == deadline)
    previous->child = deadline->next;
  else
    previous->next = deadline->next;

  if (deadline->next != NULL)
    deadline->next->previous = previous;
}

/* Does nothing if @deadline is not, or no longer, there. */
void
aq_deadlines_remove (AqDeadlines *self,
                     AqDeadline  *deadline)
{
  AqDeadline *rest;

  if (deadline->serial == 0)
    return;

  rest = join_all (deadline->child);

  if (self->first == deadline)
    {
      self->first = rest;
    }
  else
    {
      unlink_child (deadline);
      if (rest != NULL)
        self->first = join (self->first, rest);
    }

  deadline->serial = 0;
  deadline->child = NULL;
  deadline->next = NULL;
  deadline->previous = NULL;
}
