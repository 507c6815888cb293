/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A memcg's part on each NUMA node.
 */
#ifndef ZMEMCG_NODES_H
#define ZMEMCG_NODES_H

#include "zmemcg/types.h"

struct run;

/* How many nodes a memcg can have a part on: mm/page_alloc.c nr_node_ids. */
uint64_t memcg_node_ids(struct run *run);

/*
 * The struct mem_cgroup_per_node of the mem_cgroup at memcg, or 0: it has none for
 * that node, or what is there does not point back.
 */
kaddr_t memcg_node(struct run *run, kaddr_t memcg, uint64_t node);

#endif
