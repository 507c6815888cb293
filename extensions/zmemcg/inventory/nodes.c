// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/nodes.h"

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/run.h"

/* MAX_NUMNODES of the largest configurations: include/linux/numa.h. */
#define NODES_LIMIT	1024

uint64_t memcg_node_ids(struct run *run)
{
	const struct member count = { .known = true, .size = sizeof(int) };
	uint64_t nodes = 1;

	if (run->layout->nr_node_ids)
		read_member(run, run->layout->nr_node_ids, count, &nodes);
	if (nodes && nodes <= NODES_LIMIT)
		return nodes;
	run->counts.cut++;
	return 1;
}

kaddr_t memcg_nodeinfo(struct run *run, kaddr_t memcg, uint64_t node)
{
	kaddr_t at = memcg + run->layout->memcg_nodeinfo.offset + node * sizeof(long), pn;

	return read_pointer(run, at, &pn) ? pn : 0;
}

kaddr_t memcg_node(struct run *run, const struct memcg *memcg, uint64_t node)
{
	kaddr_t pn = node ? memcg_nodeinfo(run, memcg->addr, node) : memcg->first_nodeinfo, back;

	if (!pn) {	/* no such node, unless the parent has it */
		run->counts.cut += memcg->parent && memcg_nodeinfo(run, memcg->parent->addr, node);
		return 0;
	}
	if (!read_member(run, pn, run->layout->pn_memcg, &back))
		return 0;
	if (back != memcg->addr) {
		run->counts.cut++;
		return 0;
	}
	return pn;
}
