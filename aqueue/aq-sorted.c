/*
 * Copyright 2026 The Aqueue authors
 *
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "aq-sorted-private.h"

#include <string.h>

/* A node is searched within a few cache lines, and a leaf of it moved as fast. */
#define LEAF_CAPACITY 64
#define INNER_CAPACITY 64

typedef struct _AqSortedInner AqSortedInner;

/* What a leaf and an inner node begin with. */
typedef struct
{
  AqSortedInner *parent; /* (nullable): of the root */
} Node;

struct _AqSortedInner
{
  Node node;
  guint n_children;

  /* No entry below a child has a lower priority than its key, and none before that
   * child a higher one. The key of the first child counts as the lowest of all. */
  gint64 keys[INNER_CAPACITY];
  Node *children[INNER_CAPACITY];
};

/* The entries are in @first to @end, with gaps at both sides. */
struct _AqSortedLeaf
{
  Node node;
  AqSortedLeaf *prev;
  AqSortedLeaf *next;
  guint first;
  guint end;
  gint64 priorities[LEAF_CAPACITY];
  gpointer items[LEAF_CAPACITY];
  guint sizes[]; /* if sizes are known */
};

static AqSortedLeaf *
leaf_new (const AqSorted *self)
{
  gsize sizes_size = self->has_sizes ? LEAF_CAPACITY * sizeof (guint) : 0;
  AqSortedLeaf *leaf = g_malloc (sizeof *leaf + sizes_size);

  leaf->node.parent = NULL;
  leaf->prev = NULL;
  leaf->next = NULL;
  leaf->first = 0;
  leaf->end = 0;

  return leaf;
}

/* How many of the ascending @keys are at most @limit. It halves without a branch, which
 * nobody could predict. */
static inline guint
count_up_to (const gint64 *keys,
             guint         n_keys,
             gint64        limit)
{
  const gint64 *base = keys;

  while (n_keys > 1)
    {
      guint half = n_keys / 2;

      base += base[half - 1] <= limit ? half : 0;
      n_keys -= half;
    }

  return (guint) (base - keys) + (n_keys == 1 && *base <= limit ? 1 : 0);
}

/* How many of the ascending @keys stand before @priority. */
static inline guint
count_before (const gint64 *keys,
              guint         n_keys,
              gint64        priority,
              gboolean      before_equals)
{
  if (!before_equals)
    return count_up_to (keys, n_keys, priority);

  return priority > G_MININT64 ? count_up_to (keys, n_keys, priority - 1) : 0;
}

/* The place at which @priority is to be inserted: in its leaf, or at the end of it. */
static AqSortedPlace
find_gap (const AqSorted *self,
          gint64          priority,
          gboolean        before_equals)
{
  Node *node = self->root;
  AqSortedLeaf *leaf;

  for (guint i = 0; i < self->depth; i++)
    {
      AqSortedInner *inner = (AqSortedInner *) node;

      node = inner->children[count_before (inner->keys + 1, inner->n_children - 1, priority,
                                           before_equals)];
    }

  leaf = (AqSortedLeaf *) node;

  return (AqSortedPlace) {
    leaf,
    leaf->first + count_before (leaf->priorities + leaf->first, leaf->end - leaf->first, priority,
                                before_equals)
  };
}

static guint
find_child (AqSortedInner *inner,
            Node          *child)
{
  guint i = 0;

  while (inner->children[i] != child)
    i++;

  return i;
}

static void
set_child (AqSortedInner *inner,
           guint          i,
           gint64         key,
           Node          *child)
{
  inner->keys[i] = key;
  inner->children[i] = child;
  child->parent = inner;
}

/* Moves the upper half of @inner to a new node, which is returned with the key that it
 * begins with. */
static AqSortedInner *
split_inner (AqSortedInner *inner,
             gint64        *key)
{
  AqSortedInner *right = g_new (AqSortedInner, 1);
  guint n_left = inner->n_children / 2;

  right->node.parent = inner->node.parent;
  right->n_children = inner->n_children - n_left;
  inner->n_children = n_left;

  for (guint i = 0; i < right->n_children; i++)
    set_child (right, i, inner->keys[n_left + i], inner->children[n_left + i]);

  *key = right->keys[0];

  return right;
}

/* Adds @right behind @left, which was one with it. */
static void
add_node (AqSorted *self,
          Node     *left,
          gint64    key,
          Node     *right)
{
  AqSortedInner *parent = left->parent;
  guint i;

  if (parent == NULL)
    {
      parent = g_new (AqSortedInner, 1);
      parent->node.parent = NULL;
      parent->n_children = 1;
      set_child (parent, 0, G_MININT64, left);
      self->root = parent;
      self->depth++;
    }
  else if (parent->n_children == INNER_CAPACITY)
    {
      gint64 parent_key;
      AqSortedInner *parent_right = split_inner (parent, &parent_key);

      add_node (self, &parent->node, parent_key, &parent_right->node);
      parent = left->parent;
    }

  i = find_child (parent, left) + 1;
  memmove (parent->keys + i + 1, parent->keys + i,
           (parent->n_children - i) * sizeof *parent->keys);
  memmove (parent->children + i + 1, parent->children + i,
           (parent->n_children - i) * sizeof *parent->children);
  parent->n_children++;
  set_child (parent, i, key, right);
}

/* Takes an empty leaf, or the node over it that has thereby become empty, out of the
 * tree. Nodes are not merged: items leave at the ends, so whole leaves become empty. */
static void
remove_node (AqSorted *self,
             Node     *node)
{
  AqSortedInner *parent = node->parent;
  guint i = find_child (parent, node);

  parent->n_children--;
  memmove (parent->keys + i, parent->keys + i + 1,
           (parent->n_children - i) * sizeof *parent->keys);
  memmove (parent->children + i, parent->children + i + 1,
           (parent->n_children - i) * sizeof *parent->children);
  g_free (node);

  if (parent->n_children == 0)
    {
      remove_node (self, &parent->node);
      return;
    }

  /* A root with one child is of no use. */
  while (self->depth > 0 && ((AqSortedInner *) self->root)->n_children == 1)
    {
      AqSortedInner *root = self->root;

      self->root = root->children[0];
      root->children[0]->parent = NULL;
      self->depth--;
      g_free (root);
    }
}

static void
move_entries (const AqSorted     *self,
              AqSortedLeaf       *to,
              guint               to_index,
              const AqSortedLeaf *from,
              guint               from_index,
              guint               n)
{
  memmove (to->priorities + to_index, from->priorities + from_index, n * sizeof (gint64));
  memmove (to->items + to_index, from->items + from_index, n * sizeof (gpointer));
  if (self->has_sizes)
    memmove (to->sizes + to_index, from->sizes + from_index, n * sizeof (guint));
}

/* Makes room in the full leaf of @place, whose upper part moves to a new leaf. Returns
 * where the gap is now. */
static AqSortedPlace
split_leaf (AqSorted      *self,
            AqSortedPlace  place,
            gint64         priority)
{
  AqSortedLeaf *left = place.leaf;
  AqSortedLeaf *right = leaf_new (self);
  /* What comes in ascending order leaves full leaves behind. */
  guint n_left = place.index == LEAF_CAPACITY ? LEAF_CAPACITY : LEAF_CAPACITY / 2;

  right->end = LEAF_CAPACITY - n_left;
  move_entries (self, right, 0, left, n_left, right->end);
  left->end = n_left;

  right->prev = left;
  right->next = left->next;
  left->next = right;
  if (right->next != NULL)
    right->next->prev = right;
  else
    self->last = right;

  add_node (self, &left->node, right->end > 0 ? right->priorities[0] : priority, &right->node);

  /* What comes before the first entry of @right has to stay at the left of its key. */
  if (place.index > n_left || n_left == LEAF_CAPACITY)
    return (AqSortedPlace) { right, place.index - n_left };

  return place;
}

void
aq_sorted_insert (AqSorted      *self,
                  const AqEntry *entry,
                  gboolean       before_equals)
{
  AqSortedPlace place;
  AqSortedLeaf *leaf;
  guint n_before, n_behind;

  if (self->root == NULL)
    self->root = self->first = self->last = leaf_new (self);

  place = find_gap (self, entry->priority, before_equals);
  if (place.leaf->first == 0 && place.leaf->end == LEAF_CAPACITY)
    place = split_leaf (self, place, entry->priority);

  leaf = place.leaf;
  n_before = place.index - leaf->first;
  n_behind = leaf->end - place.index;

  if (leaf->first == 0 || (leaf->end < LEAF_CAPACITY && n_behind <= n_before))
    {
      move_entries (self, leaf, place.index + 1, leaf, place.index, n_behind);
      leaf->end++;
    }
  else
    {
      move_entries (self, leaf, leaf->first - 1, leaf, leaf->first, n_before);
      leaf->first--;
      place.index--;
    }

  leaf->priorities[place.index] = entry->priority;
  leaf->items[place.index] = entry->item;
  if (self->has_sizes)
    leaf->sizes[place.index] = entry->size;
}

/* Takes a leaf out that has become empty. The last one stays, and starts anew. */
static void
remove_leaf (AqSorted     *self,
             AqSortedLeaf *leaf)
{
  if (self->depth == 0)
    {
      leaf->first = leaf->end = 0;
      return;
    }

  if (leaf->prev != NULL)
    leaf->prev->next = leaf->next;
  else
    self->first = leaf->next;

  if (leaf->next != NULL)
    leaf->next->prev = leaf->prev;
  else
    self->last = leaf->prev;

  remove_node (self, &leaf->node);
}

AqEntry
aq_sorted_take (AqSorted      *self,
                AqSortedPlace  place)
{
  AqSortedLeaf *leaf = place.leaf;
  guint n_before = place.index - leaf->first;
  guint n_behind = leaf->end - place.index - 1;
  AqEntry entry = {
    .item = leaf->items[place.index],
    .priority = leaf->priorities[place.index],
    .size = self->has_sizes ? leaf->sizes[place.index] : 1,
  };

  if (n_before <= n_behind)
    {
      if (n_before > 0)
        move_entries (self, leaf, leaf->first + 1, leaf, leaf->first, n_before);
      leaf->first++;
    }
  else
    {
      if (n_behind > 0)
        move_entries (self, leaf, place.index, leaf, place.index + 1, n_behind);
      leaf->end--;
    }

  if (leaf->first == leaf->end)
    remove_leaf (self, leaf);

  return entry;
}

static void
free_node (gpointer node,
           guint    depth)
{
  if (depth > 0)
    {
      AqSortedInner *inner = node;

      for (guint i = 0; i < inner->n_children; i++)
        free_node (inner->children[i], depth - 1);
    }

  g_free (node);
}

/* Frees the nodes; the items are no concern of it. */
void
aq_sorted_clear (AqSorted *self)
{
  if (self->root != NULL)
    free_node (self->root, self->depth);

  *self = (AqSorted) { .has_sizes = self->has_sizes };
}

AqSortedPlace
aq_sorted_find_first (const AqSorted *self)
{
  if (self->first == NULL || self->first->first == self->first->end)
    return (AqSortedPlace) { NULL, 0 };

  return (AqSortedPlace) { self->first, self->first->first };
}

/* Only if there is an entry. */
AqSortedPlace
aq_sorted_find_last (const AqSorted *self)
{
  return (AqSortedPlace) { self->last, self->last->end - 1 };
}

/* The first entry with a priority of @priority or higher. */
AqSortedPlace
aq_sorted_find_priority (const AqSorted *self,
                         gint64          priority)
{
  AqSortedPlace place = find_gap (self, priority, TRUE);

  if (place.index == place.leaf->end)
    {
      place.leaf = place.leaf->next;
      place.index = place.leaf != NULL ? place.leaf->first : 0;
    }

  return place;
}

AqSortedPlace
aq_sorted_find_next (AqSortedPlace place)
{
  if (++place.index == place.leaf->end)
    {
      place.leaf = place.leaf->next;
      place.index = place.leaf != NULL ? place.leaf->first : 0;
    }

  return place;
}

gpointer
aq_sorted_get_item (AqSortedPlace place)
{
  return place.leaf->items[place.index];
}

gint64
aq_sorted_get_priority (AqSortedPlace place)
{
  return place.leaf->priorities[place.index];
}
