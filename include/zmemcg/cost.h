/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel memory that a memcg is made of: what comes back when it is freed, besides
 * what is charged to it.
 *
 * Its own objects alone: the mem_cgroup and what that points to; and, where the cgroup was
 * removed too, the cgroup and its kernfs directory. A cgroup that is online (only its
 * memory controller was turned off) is in use, and one that several memcgs share counts
 * once, for the first of them. The objects are those that pointers in the dump lead to,
 * their sizes come from the debuginfo and the allocators' tables. Not in it: the extended
 * attributes of the directory, an obj_cgroup that went to the parent, a bdi_writeback.
 */
#ifndef ZMEMCG_COST_H
#define ZMEMCG_COST_H

#include "zmemcg/types.h"

struct inventory;
struct run;

struct cost {
	uint64_t slab_bytes;	/* kmalloc and kmem_caches */
	uint64_t percpu_bytes;	/* on all possible CPUs together */
};

void cost_add(struct cost *sum, struct cost cost);

/* Both together, in KB. */
uint64_t cost_kb(struct cost cost);

/*
 * Fills the selected memcgs' cost, those that are online left out. False, and nothing is filled,
 * where a size is not known that is needed (NEED_COSTS, or that of an object which this
 * kernel has), or the allocators' tables are not in the dump.
 */
bool costs_take(struct run *run, struct inventory *inventory);

#endif
