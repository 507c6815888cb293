/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A memcg's part on each NUMA node.
 */
#ifndef ZMEMCG_NODES_H
#define ZMEMCG_NODES_H

#include "zmemcg/types.h"

struct memcg;
struct run;

/* How many nodes a memcg can have a part on: mm/page_alloc.c nr_node_ids. */
uint64_t memcg_node_ids(struct run *run);

/* mem_cgroup.nodeinfo[node] of the mem_cgroup at memcg, or 0. Not looked at yet. */
kaddr_t memcg_nodeinfo(struct run *run, kaddr_t memcg, uint64_t node);

/*
 * The struct mem_cgroup_per_node of the memcg, or 0: it has none for that node, or
 * what is there does not point back.
 */
kaddr_t memcg_node(struct run *run, const struct memcg *memcg, uint64_t node);

#endif
