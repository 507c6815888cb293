/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory cgroups of the machine, dying ones included.
 *
 * An offline memcg stays on its parent's list of children until its last
 * reference is gone, and it holds its parent: so a walk of the css tree from
 * root_mem_cgroup finds every one (kernel/cgroup/cgroup.c 6.1
 * css_release_work_fn(), init_and_link_css()), at a cost of the number of memcgs.
 */
#ifndef ZMEMCG_INVENTORY_H
#define ZMEMCG_INVENTORY_H

#include "zmemcg/ages.h"
#include "zmemcg/clock.h"
#include "zmemcg/cost.h"
#include "zmemcg/map.h"
#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct run;

enum memcg_state {
	MEMCG_ONLINE,		/* or about to be */
	MEMCG_DYING,		/* its removal is not finished */
	MEMCG_ZOMBIE,		/* offline, and held */
};

#define REFS_UNKNOWN	UINT64_MAX
#define UNCOUNTED	UINT64_MAX

struct memcg {
	size_t index;			/* in the inventory */
	kaddr_t addr;			/* struct mem_cgroup */
	kaddr_t css;			/* inside it */
	kaddr_t cgroup, kn;		/* 0 when unreadable */
	uint64_t serial;		/* of its css: the younger has the greater; 0: not known */
	kaddr_t first_nodeinfo;		/* read here, where its page is at hand: nodes.h */
	struct memcg *parent;		/* NULL for the root */
	struct memcg *elder, *youngest;	/* sibling before it, last child; or NULL */
	enum memcg_state state;
	bool cgroup_removed;		/* false with ZOMBIE: only the controller was turned off */
	bool meant;			/* by the selectors, whatever its age */
	bool selected;			/* by all options: reports speak of these */
	bool below;			/* a selected one that was removed: select_below() */
	uint64_t refs;			/* references to the css, or REFS_UNKNOWN */
	bool moving;			/* they changed while their holders were looked for: live */
	uint64_t swap;			/* swap entries charged to it */
	struct dated removed;		/* or the evidence that it was not before that */
	struct dated created;		/* at the latest */
	struct name path;		/* of its cgroup, from the hierarchy's root */

	/* Filled by holders/pages.c; base pages. */
	uint64_t charged;		/* on its lists, by the kernel's own counters */
	uint64_t found;
	uint64_t file, shmem, anon;
	uint64_t kernel, hugetlb;	/* of those found: what is never on a list */
	uint64_t former;		/* were charged to it, and went to an ancestor */

	struct cost cost;		/* filled by costs_take() */
};

/* Of the pages that were found, those that the counters of its LRU lists can know. */
static inline uint64_t memcg_pages_on_lists(const struct memcg *memcg)
{
	return memcg->found - memcg->kernel - memcg->hugetlb;
}

struct inventory {
	struct memcg **memcgs;		/* parents before children, siblings by age */
	size_t count;
	struct map by_addr;
	struct map by_objcg;		/* of the dying: the obj_cgroups that they were born with (7.1) */
	uint64_t online, dying, zombies;	/* the root is not counted, as in cgroup.stat */
	uint64_t kernel_dying;		/* dying memcgs by the kernel's own count, or UNCOUNTED */
	uint64_t kernel_dying_cgroups;	/* removed cgroups, with a memcg or not, or UNCOUNTED */
	uint64_t ageless;	/* that -t left out for want of evidence */
	bool cut;		/* a list of children was left before its end: some may be missing */
	bool costed;		/* the memcgs' costs are known */
	struct clock clock;	/* when all this was */
};

/* Refuses the run when the root can't be read. */
struct inventory *inventory_take(struct run *run);

/*
 * Whether the age of the first is known and greater, or less, than that of the other, if
 * that is one and known; of the same ages, one that is not inferred counts.
 */
bool is_older(const struct memcg *memcg, const struct memcg *other);
bool is_newer(const struct memcg *memcg, const struct memcg *other);

/* "ZOMBIE", "DYING", "ONLINE". */
const char *memcg_state_name(enum memcg_state state);

#endif
