// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/inventory.h"

#include "zmemcg/access.h"
#include "zmemcg/memcg.h"
#include "zmemcg/nodes.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* Ours, against damaged lists: the kernel has 65,535 ids for online memcgs, and
 * 400,000 zombies were seen in the field. */
#define MEMCG_LIMIT	4000000

/* Ours: how often a list of children may change under a walk of a live system, before it is left. */
#define RETURNS_LIMIT	100000

/* And how often before it leads to a child that was not seen: a list that is damaged never does. */
#define TRIES_LIMIT	100

static void count_state(struct inventory *inventory, const struct memcg *memcg)
{
	if (!memcg->parent)
		return;
	inventory->online += memcg->state == MEMCG_ONLINE;
	inventory->dying += memcg->state == MEMCG_DYING;
	inventory->zombies += memcg->state == MEMCG_ZOMBIE;
}

/*
 * Where folios carry an obj_cgroup, those that a dying memcg was charged with went to its
 * parent; the obj_cgroup still tells whose they were (mm/memcontrol.c 7.2
 * memcg_reparent_objcgs(), mem_cgroup_per_node.orig_objcg).
 */
static void note_objcgs(struct run *run, struct inventory *inventory, struct memcg *memcg)
{
	const struct layout *l = run->layout;
	kaddr_t pn, objcg;

	if (!l->lru_folios_carry_objcg || memcg->state == MEMCG_ONLINE)
		return;
	for (uint64_t n = memcg_node_ids(run); n-- > 0;) {
		pn = memcg_node(run, memcg, n);
		if (pn && read_object(run, pn, l->pn_orig_objcg, &objcg))
			map_put(&inventory->by_objcg, objcg, memcg);
	}
}

struct growing {
	struct inventory *inventory;
	size_t room;
	struct map seen;	/* each css that a list led to */
	unsigned int returns;	/* to a place before one that is gone: live */
};

/* Where a walk stands: at one of the two list_heads of a css. */
struct place {
	kaddr_t link, css;
	uint64_t serial;
};

/* NULL where it is not to be had, or on a live system not the one any more that stood there. */
static struct memcg *add(struct run *run, struct growing *growing, const struct place *at,
			 struct memcg *parent)
{
	struct inventory *inventory = growing->inventory;
	struct memcg *memcg = memcg_look_at(run, &inventory->clock, at->css, parent);

	if (!memcg || (session_live() && memcg->serial != at->serial))
		return NULL;
	inventory->memcgs = arena_grow(&run->arena, inventory->memcgs, inventory->count,
				       &growing->room, sizeof(*inventory->memcgs));
	memcg->index = inventory->count;
	inventory->memcgs[inventory->count++] = memcg;
	if (parent) {
		memcg->elder = parent->youngest;
		parent->youngest = memcg;
	}
	map_put(&inventory->by_addr, memcg->addr, memcg);
	note_objcgs(run, inventory, memcg);
	count_state(inventory, memcg);
	return memcg;
}

static void count_cut(struct run *run, struct growing *growing)
{
	run->counts.cut++;
	growing->inventory->cut = true;
}

static struct place before_children(const struct run *run, const struct memcg *memcg)
{
	return (struct place){ memcg->css + run->layout->css_children.offset, memcg->css, memcg->serial };
}

static struct place behind(const struct run *run, kaddr_t css, uint64_t serial)
{
	return (struct place){ css + run->layout->css_sibling.offset, css, serial };
}

/* Whether it still leads there, and is still what it was. */
static bool leads_to(struct run *run, const struct place *place, kaddr_t next)
{
	kaddr_t now;

	return read_pointer(run, place->link, &now) && now == next &&
	       css_still_there(run, place->css, place->serial);
}

enum step { STEP_CHILD, STEP_END, STEP_LOST, STEP_UNREADABLE };

/*
 * The child of parent that stands behind the place. In a list that is damaged it does not say
 * whose it is; where it alone does not point back, children are left out, and there may be more
 * behind. On a live system that is as if lost, and the css of the place has to be the
 * one that the walk came to: its memory could be a new child's, at the list's end. For the
 * same reason the child's number is read before the place is looked at for the last time.
 */
static enum step step_from(struct run *run, struct growing *growing, const struct place *place,
			   const struct memcg *parent, struct place *child)
{
	const struct layout *l = run->layout;
	const struct run_counts before = run->counts;
	kaddr_t next, back, claimed;
	const bool readable = read_pointer(run, place->link, &next) &&
			      read_pointer(run, next + sizeof(long), &back);

	if (session_live() && !css_still_there(run, place->css, place->serial)) {
		run->counts = before;
		return STEP_LOST;
	}
	if (!readable)
		return STEP_UNREADABLE;
	if (back != place->link && !session_live())
		count_cut(run, growing);
	if (next == parent->css + l->css_children.offset)
		return STEP_END;
	*child = behind(run, next - l->css_sibling.offset, 0);
	if (!read_member(run, child->css, l->css_parent, &claimed) || claimed != parent->css)
		return STEP_LOST;
	if (!session_live())
		return STEP_CHILD;
	child->serial = css_serial(run, child->css);
	return back == place->link && leads_to(run, place, next) ? STEP_CHILD : STEP_LOST;
}

/*
 * Where a list was lost: on a live system, back to the last child that is still on it, or to its
 * head. False where the list is left for good.
 */
static bool go_back(struct run *run, struct growing *growing, const struct memcg *parent,
		    struct place *place)
{
	const struct memcg *child = parent->youngest;

	if (!session_live() || growing->returns == RETURNS_LIMIT)
		return false;
	growing->returns++;
	while (child && !css_still_there(run, child->css, child->serial))
		child = child->elder;
	*place = child ? behind(run, child->css, child->serial) : before_children(run, parent);
	return child || css_still_there(run, parent->css, parent->serial);
}

/*
 * What is behind is left out. Not on a live system where the parent is gone: it outlived its
 * children. What was unreadable is counted as such.
 */
static void leave_list(struct run *run, struct growing *growing, const struct memcg *parent,
		       enum step step)
{
	if (session_live() && !css_still_there(run, parent->css, parent->serial))
		return;
	growing->inventory->cut = true;
	run->counts.cut += step != STEP_UNREADABLE;
}

/*
 * Goes on from a place to the next child that was not seen; false at the list's end. A list that
 * is lost, or comes back to what was seen, is left there and counted. On a live system a
 * child can have gone with its links, and what was seen and left out is passed.
 */
static bool next_child(struct run *run, struct growing *growing, struct place *place,
		       const struct memcg *parent)
{
	unsigned int tries = 0;
	size_t passed = 0;
	struct place child;

	for (;;) {
		const enum step step = step_from(run, growing, place, parent, &child);

		if (step == STEP_END)
			return false;
		if (step == STEP_CHILD && growing->seen.count < MEMCG_LIMIT) {
			*place = child;
			if (map_put(&growing->seen, child.css, growing))
				return true;
			if (session_live() && passed++ < growing->seen.count)
				continue;
			tries = TRIES_LIMIT;	/* a circle */
		}
		if (tries++ >= TRIES_LIMIT || !go_back(run, growing, parent, place)) {
			leave_list(run, growing, parent, step);
			return false;
		}
	}
}

/* kernel/cgroup/cgroup.c 6.1 css_next_descendant_pre(), offline ones included. */
static void walk(struct run *run, struct growing *growing, struct memcg *root)
{
	struct memcg *parent = root;
	struct place place = before_children(run, root);

	for (;;) {
		if (next_child(run, growing, &place, parent)) {
			struct memcg *child = add(run, growing, &place, parent);

			if (!child)	/* released in the meantime: step over it */
				continue;
			parent = child;
			place = before_children(run, child);
		} else if (parent == root) {
			return;
		} else {		/* go up, and on behind the parent */
			place = behind(run, parent->css, parent->serial);
			parent = parent->parent;
		}
	}
}

struct dying {
	uint64_t memcgs, cgroups;
};

/* The kernel's own counters of what is below the root: struct cgroup, 4.14 and 6.12. */
static struct dying ask_the_kernel(struct run *run, kaddr_t cgroup)
{
	const struct layout *l = run->layout;
	struct member dying_memcgs = l->cgroup_nr_dying_subsys;
	struct dying dying = { UNCOUNTED, UNCOUNTED };
	uint64_t id;

	if (!cgroup)
		return dying;
	read_member(run, cgroup, l->cgroup_nr_dying, &dying.cgroups);
	if (!dying_memcgs.known || !read_member(run, l->memory_cgrp_subsys, l->subsys_id, &id) ||
	    (int)(id * sizeof(int)) >= dying_memcgs.size)
		return dying;
	dying_memcgs.offset += id * sizeof(int);
	dying_memcgs.size = sizeof(int);
	read_member(run, cgroup, dying_memcgs, &dying.memcgs);
	return dying;
}

/* What the kernel counts is compared with what the walk counts: on a live system only where it stood still. */
static void note_kernel_counts(struct inventory *inventory, struct dying before, struct dying after)
{
	inventory->kernel_dying = after.memcgs;
	inventory->kernel_dying_cgroups = after.cgroups;
	if (session_live() && before.memcgs != after.memcgs)
		inventory->kernel_dying = UNCOUNTED;
	if (session_live() && before.cgroups != after.cgroups)
		inventory->kernel_dying_cgroups = UNCOUNTED;
}

/* cgroup_disable=memory leaves the root memcg, and turns this static key off. */
static bool controller_disabled(struct run *run)
{
	const struct member enabled = { .known = true, .size = sizeof(int) };
	kaddr_t key = run->layout->memory_enabled_key;
	uint64_t value;

	return key && read_member(run, key, enabled, &value) && !value;
}

/* A memcg besides the root says that the key is damaged. */
static void refuse_disabled(struct run *run, struct growing *growing)
{
	if (!controller_disabled(run))
		return;
	if (growing->inventory->count <= 1)
		run_refuse(run, "the memory controller is disabled on this kernel "
			   "(cgroup_disable=memory): it has no memory cgroups");
	count_cut(run, growing);
}

/* Ours: depth at which a chain of parents is a circle. The kernel has no limit by default. */
#define DEPTH_LIMIT	4096

/* From where root_mem_cgroup leads to, up to what has no parent: one and the same, undamaged. */
static kaddr_t root_css(struct run *run, struct growing *growing, kaddr_t css)
{
	kaddr_t parent;

	for (int depth = 0; depth < DEPTH_LIMIT; depth++) {
		if (!read_member(run, css, run->layout->css_parent, &parent) || !parent)
			break;
		count_cut(run, growing);
		css = parent;
	}
	return css;
}

struct inventory *inventory_take(struct run *run)
{
	struct inventory *inventory = arena_alloc(&run->arena, sizeof(*inventory));
	struct growing growing = { .inventory = inventory };
	struct dying before = { 0 };
	struct place top = { 0 };
	struct memcg *root;
	kaddr_t memcg;

	map_init(&growing.seen, &run->arena);
	map_init(&inventory->by_addr, &run->arena);
	map_init(&inventory->by_objcg, &run->arena);
	if (!read_pointer(run, run->layout->root_mem_cgroup, &memcg) || !memcg) {
		refuse_disabled(run, &growing);
		run_refuse(run, "root_mem_cgroup is empty or not in this dump: there is "
			   "nothing to start from");
	}
	inventory->clock = clock_read(run);
	top.css = root_css(run, &growing, memcg + run->layout->memcg_css.offset);
	top.serial = css_serial(run, top.css);
	root = add(run, &growing, &top, NULL);
	if (root) {
		if (session_live())
			before = ask_the_kernel(run, root->cgroup);
		walk(run, &growing, root);
		note_kernel_counts(inventory, before, ask_the_kernel(run, root->cgroup));
		refuse_disabled(run, &growing);
		ages_settle(run, inventory);
	} else {
		run_refuse(run, "the root memory cgroup at %llx is not in this dump: there "
			   "is nothing to start from", (unsigned long long)memcg);
	}
	return inventory;
}
