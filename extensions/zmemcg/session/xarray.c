// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/xarray.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"

/* include/linux/xarray.h 6.1 xa_is_internal(), xa_is_node(), xa_to_node(): what small ones mean is no node. */
#define KIND_BITS	3
#define INTERNAL	2
#define NO_NODE		4096

/* More than the shift of any node: an index has as many bits. */
#define TOP_SHIFT	64

struct walk {
	void (*visit)(struct run *run, void *arg, kaddr_t entry);
	void *arg;
};

static bool is_node(kaddr_t entry)
{
	return (entry & KIND_BITS) == INTERNAL && entry > NO_NODE;
}

static bool belongs(struct run *run, kaddr_t node, kaddr_t parent, uint64_t parent_shift,
		    uint64_t *shift)
{
	const struct layout *l = run->layout;
	kaddr_t named;

	if (!read_member(run, node, l->xa_node_shift, shift) ||
	    !read_member(run, node, l->xa_node_parent, &named))
		return false;
	if (named == parent && *shift < parent_shift)
		return true;
	run->counts.cut++;
	return false;
}

static void visit_entry(struct run *run, const struct walk *walk, kaddr_t entry, kaddr_t parent,
			uint64_t parent_shift)
{
	const struct member slots = run->layout->xa_node_slots;
	const kaddr_t node = entry - INTERNAL;
	uint64_t shift;
	kaddr_t slot;

	if (!is_node(entry)) {
		if (entry && !(entry & KIND_BITS))
			walk->visit(run, walk->arg, entry);
		return;
	}
	if (!belongs(run, node, parent, parent_shift, &shift))
		return;
	for (int at = 0; at + (int)sizeof(long) <= slots.size; at += sizeof(long)) {
		if (read_pointer(run, node + slots.offset + at, &slot))
			visit_entry(run, walk, slot, node, shift);
	}
}

void xarray_visit(struct run *run, kaddr_t xarray,
		  void (*visit)(struct run *run, void *arg, kaddr_t entry), void *arg)
{
	const struct walk walk = { visit, arg };
	kaddr_t head;

	if (read_member(run, xarray, run->layout->xa_head, &head))
		visit_entry(run, &walk, head, 0, TOP_SHIFT);
}
