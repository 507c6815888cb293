/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One memcg, from its css.
 */
#ifndef ZMEMCG_MEMCG_H
#define ZMEMCG_MEMCG_H

#include "zmemcg/types.h"

struct clock;
struct memcg;
struct run;

/*
 * What the inventory says of the memcg of a css: state, references, swap, cgroup, ages. NULL for a css
 * that was released, or can't be read; on a live system also for one that went while it was
 * read, since what was read of it may be another's.
 */
struct memcg *memcg_look_at(struct run *run, const struct clock *clock, kaddr_t css,
			    struct memcg *parent);

/* The number that the kernel gave the css, and will give no other; 0: not known. */
uint64_t css_serial(struct run *run, kaddr_t css);

/*
 * For a live system: whether the css is the one with this number, and not released. Until then it
 * held all that was read by way of it: cgroup, kernfs_node, names, parents
 * (kernel/cgroup/cgroup.c 6.1 css_release_work_fn(), css_free_rwork_fn()).
 */
bool css_still_there(struct run *run, kaddr_t css, uint64_t serial);

/*
 * The same of a memcg; always true of a dump, and of the root, which has most pages. One that is
 * gone had none any more.
 */
bool memcg_still_there(struct run *run, const struct memcg *memcg);

/* For a live system: the references to its css now; REFS_UNKNOWN where it is gone. */
uint64_t memcg_references(struct run *run, const struct memcg *memcg);

#endif
