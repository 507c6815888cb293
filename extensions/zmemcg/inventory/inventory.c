// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/inventory.h"

#include "zmemcg/access.h"
#include "zmemcg/cgroups.h"
#include "zmemcg/nodes.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* Ours, against damaged lists: the kernel has 65,535 ids for online memcgs, and
 * 400,000 zombies were seen in the field. */
#define MEMCG_LIMIT	4000000

/* lib/percpu-refcount.c, include/linux/percpu-refcount.h */
#define REF_ATOMIC	1
#define REF_DEAD	2

const char *memcg_state_name(enum memcg_state state)
{
	static const char *const names[] = {
		[MEMCG_ONLINE] = "ONLINE",
		[MEMCG_DYING] = "DYING",
		[MEMCG_ZOMBIE] = "ZOMBIE",
	};

	return names[state];
}

static bool is_sounder(const struct memcg *memcg, const struct memcg *other)
{
	return is_inferred(&other->removed) && !is_inferred(&memcg->removed);
}

bool is_older(const struct memcg *memcg, const struct memcg *other)
{
	if (!other || memcg->removed.at == NEVER)
		return memcg->removed.at != NEVER;
	if (memcg->removed.at == other->removed.at)
		return is_sounder(memcg, other);
	return memcg->removed.at < other->removed.at;
}

bool is_newer(const struct memcg *memcg, const struct memcg *other)
{
	if (!other || memcg->removed.at == NEVER)
		return memcg->removed.at != NEVER;
	if (memcg->removed.at == other->removed.at)
		return is_sounder(memcg, other);
	return memcg->removed.at > other->removed.at;
}

/* kernel/cgroup/cgroup.c: kill_css() marks DYING, offline_css() takes ONLINE away. */
static enum memcg_state state_of(uint64_t flags)
{
	if (!(flags & CSS_DYING))
		return MEMCG_ONLINE;
	return flags & CSS_ONLINE ? MEMCG_DYING : MEMCG_ZOMBIE;
}

/*
 * A killed reference counts in one place once the switch from per-CPU counters
 * is over: lib/percpu-refcount.c 6.1 percpu_ref_switch_to_atomic_rcu(). An online
 * css counts in every CPU's memory.
 */
static uint64_t css_references(struct run *run, kaddr_t css)
{
	const struct layout *l = run->layout;
	kaddr_t ref = css + l->css_refcnt.offset, data = ref;
	uint64_t mode, switching, count;

	if (!read_member(run, ref, l->ref_count_ptr, &mode) ||
	    (mode & (REF_ATOMIC | REF_DEAD)) != (REF_ATOMIC | REF_DEAD))
		return REFS_UNKNOWN;
	if (l->ref_data.known && !read_member(run, ref, l->ref_data, &data))
		return REFS_UNKNOWN;
	if (!data ||	/* percpu_ref_exit() was there */
	    !read_member(run, data, l->ref_data_confirm_switch, &switching) || switching ||
	    !read_member(run, data, l->ref_data_count, &count))
		return REFS_UNKNOWN;
	return count;
}

/*
 * The memcg's id is held by each swap entry that bears it, and by the memcg
 * itself as long as it is online (mm/memcontrol.c 6.1 mem_cgroup_css_online()).
 */
static uint64_t swap_entries(struct run *run, kaddr_t memcg, enum memcg_state state)
{
	const struct layout *l = run->layout;
	kaddr_t id = memcg + l->memcg_id.offset;
	uint64_t number, ref;

	if (!l->memcg_id.known || !read_member(run, id, l->id_id, &number) || !number ||
	    !read_member(run, id, l->id_ref, &ref))
		return 0;
	return state == MEMCG_ZOMBIE || !ref ? ref : ref - 1;
}

static void look_at_cgroup(struct run *run, struct memcg *memcg)
{
	const struct layout *l = run->layout;

	if (!read_object(run, memcg->css, l->css_cgroup, &memcg->cgroup) ||
	    !read_object(run, memcg->cgroup, l->cgroup_kn, &memcg->kn))
		return;
	memcg->path = kernfs_path(run, memcg->kn);
	cgroup_removed(run, memcg->cgroup, &memcg->cgroup_removed);
}

/*
 * A css that is off its list at any moment: css_release_work_fn(). That is after its last
 * reference; a css that has some is no such, whatever its flags say.
 */
static bool released(struct run *run, kaddr_t css, uint64_t flags)
{
	if (!(flags & CSS_RELEASED))
		return false;
	if ((flags & CSS_ONLINE) || css_references(run, css))
		run->counts.cut++;
	return true;
}

static struct memcg *look_at(struct run *run, const struct clock *clock, kaddr_t css,
			     const struct memcg *parent)
{
	const struct layout *l = run->layout;
	struct memcg *memcg;
	uint64_t flags;

	if (!read_member(run, css, l->css_flags, &flags) || released(run, css, flags))
		return NULL;
	memcg = arena_alloc(&run->arena, sizeof(*memcg));
	memcg->css = css;
	memcg->addr = css - l->memcg_css.offset;
	memcg->parent = parent;
	memcg->state = state_of(flags);
	read_member(run, css, l->css_serial_nr, &memcg->serial);
	memcg->refs = css_references(run, css);
	memcg->first_nodeinfo = memcg_nodeinfo(run, memcg->addr, 0);
	memcg->swap = swap_entries(run, memcg->addr, memcg->state);
	look_at_cgroup(run, memcg);
	ages_note(run, clock, memcg);
	return memcg;
}

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
};

static struct memcg *add(struct run *run, struct growing *growing, kaddr_t css,
			 const struct memcg *parent)
{
	struct inventory *inventory = growing->inventory;
	struct memcg *memcg = look_at(run, &inventory->clock, css, parent);

	if (!memcg)
		return NULL;
	inventory->memcgs = arena_grow(&run->arena, inventory->memcgs, inventory->count,
				       &growing->room, sizeof(*inventory->memcgs));
	memcg->index = inventory->count;
	inventory->memcgs[inventory->count++] = memcg;
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

/*
 * Where the list goes on behind link; 0 at its end. What it leads to has to point back:
 * otherwise children are left out, and there may be more behind. On a live system one may
 * have come or gone between the two reads.
 */
static kaddr_t link_behind(struct run *run, struct growing *growing, kaddr_t link, kaddr_t head)
{
	kaddr_t next, back;

	if (!read_pointer(run, link, &next) || !read_pointer(run, next + sizeof(long), &back)) {
		growing->inventory->cut = true;
		return 0;
	}
	if (back != link && !session_live())
		count_cut(run, growing);
	return next == head ? 0 : next;
}

/*
 * The element of parent's list of children that link stands in front of, or 0 at
 * the list's end. A list that comes back to a memcg that was seen, or that leads
 * to one of another parent, is damaged (or changing, live): it is cut there.
 */
static kaddr_t child_behind(struct run *run, struct growing *growing, kaddr_t link,
			    const struct memcg *parent)
{
	const struct layout *l = run->layout;
	kaddr_t next = link_behind(run, growing, link, parent->css + l->css_children.offset);
	kaddr_t css = next - l->css_sibling.offset, claimed;

	if (!next)
		return 0;
	if (!read_member(run, css, l->css_parent, &claimed) || claimed != parent->css ||
	    growing->seen.count >= MEMCG_LIMIT || !map_put(&growing->seen, css, growing)) {
		count_cut(run, growing);
		return 0;
	}
	return css;
}

/* kernel/cgroup/cgroup.c 6.1 css_next_descendant_pre(), offline ones included. */
static void walk(struct run *run, struct growing *growing, const struct memcg *root)
{
	const struct layout *l = run->layout;
	const struct memcg *parent = root;
	kaddr_t link = root->css + l->css_children.offset;

	for (;;) {
		kaddr_t css = child_behind(run, growing, link, parent);
		const struct memcg *child = css ? add(run, growing, css, parent) : NULL;

		if (child) {		/* go down */
			parent = child;
			link = child->css + l->css_children.offset;
		} else if (css) {	/* released in the meantime: step over it */
			link = css + l->css_sibling.offset;
		} else if (parent == root) {
			return;
		} else {		/* go up, and on behind the parent */
			link = parent->css + l->css_sibling.offset;
			parent = parent->parent;
		}
	}
}

/* The kernel's own counters of what is below the root: struct cgroup, 4.14 and 6.12. */
static void ask_the_kernel(struct run *run, struct inventory *inventory, kaddr_t cgroup)
{
	const struct layout *l = run->layout;
	struct member dying_memcgs = l->cgroup_nr_dying_subsys;
	uint64_t id;

	inventory->kernel_dying = inventory->kernel_dying_cgroups = UNCOUNTED;
	if (!cgroup)
		return;
	read_member(run, cgroup, l->cgroup_nr_dying, &inventory->kernel_dying_cgroups);
	if (!dying_memcgs.known || !read_member(run, l->memory_cgrp_subsys, l->subsys_id, &id) ||
	    (int)(id * sizeof(int)) >= dying_memcgs.size)
		return;
	dying_memcgs.offset += id * sizeof(int);
	dying_memcgs.size = sizeof(int);
	read_member(run, cgroup, dying_memcgs, &inventory->kernel_dying);
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
	root = add(run, &growing,
		   root_css(run, &growing, memcg + run->layout->memcg_css.offset), NULL);
	if (root) {
		walk(run, &growing, root);
		refuse_disabled(run, &growing);
		ages_settle(run, inventory);
		ask_the_kernel(run, inventory, root->cgroup);
	} else {
		run_refuse(run, "the root memory cgroup at %llx is not in this dump: there "
			   "is nothing to start from", (unsigned long long)memcg);
	}
	return inventory;
}
