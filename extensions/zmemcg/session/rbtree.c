// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/rbtree.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"

/* A red-black tree of 2^64 nodes is no deeper. */
#define DEPTH_LIMIT	128

/* The colour is in the low bits of the word that has the parent. */
#define COLOUR_BITS	3ul

struct rb_node {
	unsigned long parent_and_colour, right, left;
};

/* What was seen from its parent and is to be looked at. */
struct branch {
	kaddr_t node, parent;
};

static bool read_node(struct run *run, const struct branch *branch, struct rb_node *node)
{
	if (!read_bytes(run, branch->node, node, sizeof(*node)))
		return false;
	/* So none is reached from two sides: the walk ends, whatever the links say. */
	if ((node->parent_and_colour & ~COLOUR_BITS) == branch->parent &&
	    (!node->left || node->left != node->right))
		return true;
	run->counts.cut++;
	return false;
}

void rbtree_visit(struct run *run, kaddr_t root,
		  void (*visit)(struct run *run, void *arg, kaddr_t node), void *arg)
{
	struct branch pending[DEPTH_LIMIT + 2] = { 0 };
	struct rb_node node;
	int count = 1;

	if (!read_pointer(run, root, &pending[0].node) || !pending[0].node)
		return;
	while (count) {
		const struct branch at = pending[--count];

		if (!read_node(run, &at, &node))
			continue;
		if (count > DEPTH_LIMIT) {
			run->counts.cut++;
			continue;
		}
		visit(run, arg, at.node);
		if (node.right)
			pending[count++] = (struct branch){ node.right, at.node };
		if (node.left)
			pending[count++] = (struct branch){ node.left, at.node };
	}
}
