// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/memcg.h"

#include "zmemcg/access.h"
#include "zmemcg/cgroups.h"
#include "zmemcg/inventory.h"
#include "zmemcg/nodes.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

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
	if (!session_live() && ((flags & CSS_ONLINE) || css_references(run, css)))
		run->counts.cut++;
	return true;
}

uint64_t css_serial(struct run *run, kaddr_t css)
{
	uint64_t serial = 0;

	read_member(run, css, run->layout->css_serial_nr, &serial);
	return serial;
}

bool css_still_there(struct run *run, kaddr_t css, uint64_t serial)
{
	uint64_t flags;

	return read_member(run, css, run->layout->css_flags, &flags) && !(flags & CSS_RELEASED) &&
	       css_serial(run, css) == serial;
}

bool memcg_still_there(struct run *run, const struct memcg *memcg)
{
	return !session_live() || !memcg->parent ||
	       css_still_there(run, memcg->css, memcg->serial);
}

/*
 * On a live system: whether all that was read of it was a child's of that parent. A css has a
 * parent once it has its number; before, its memory is zeros (kernel/cgroup/cgroup.c 6.1
 * init_and_link_css()).
 */
static bool was_itself(struct run *run, const struct memcg *memcg)
{
	uint64_t parent;

	return memcg->serial && memcg_still_there(run, memcg) &&
	       read_member(run, memcg->css, run->layout->css_parent, &parent) &&
	       parent == (memcg->parent ? memcg->parent->css : 0);
}

struct memcg *memcg_look_at(struct run *run, const struct clock *clock, kaddr_t css,
			    struct memcg *parent)
{
	const struct layout *l = run->layout;
	const struct run_counts before = run->counts;
	struct memcg *memcg;
	uint64_t flags;

	if (!read_member(run, css, l->css_flags, &flags) || released(run, css, flags))
		return NULL;
	memcg = arena_alloc(&run->arena, sizeof(*memcg));
	memcg->css = css;
	memcg->addr = css - l->memcg_css.offset;
	memcg->parent = parent;
	memcg->state = state_of(flags);
	memcg->serial = css_serial(run, css);
	memcg->refs = css_references(run, css);
	memcg->first_nodeinfo = memcg_nodeinfo(run, memcg->addr, 0);
	memcg->swap = swap_entries(run, memcg->addr, memcg->state);
	look_at_cgroup(run, memcg);
	ages_note(run, clock, memcg);
	if (session_live() && !was_itself(run, memcg)) {
		run->counts = before;
		return NULL;
	}
	return memcg;
}

uint64_t memcg_references(struct run *run, const struct memcg *memcg)
{
	const uint64_t refs = css_references(run, memcg->css);

	return memcg_still_there(run, memcg) ? refs : REFS_UNKNOWN;
}
