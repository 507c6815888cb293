// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/lru.h"

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/run.h"

/* MAX_NUMNODES of the largest configurations: include/linux/numa.h. */
#define NODES_LIMIT	1024

/* Larger than [MAX_NR_ZONES][NR_LRU_LISTS] and [MAX_NR_GENS][ANON_AND_FILE][MAX_NR_ZONES]. */
#define COUNTERS_LIMIT	256

/*
 * include/linux/poison.h: what list_del() leaves behind. The list head of the
 * unevictable folios is in that state since 5.18 (mm/mmzone.c 6.1 lruvec_init()).
 */
#define POISON_DISTANCE	0x22

static const int list_bytes = 2 * sizeof(long);

static uint64_t node_ids(struct run *run)
{
	const struct member count = { .known = true, .size = sizeof(int) };
	uint64_t nodes = 1;

	if (run->layout->nr_node_ids)
		read_member(run, run->layout->nr_node_ids, count, &nodes);
	return nodes < NODES_LIMIT ? nodes : NODES_LIMIT;
}

/* The memcg's mem_cgroup_per_node, or 0 for a node that it has none for. */
static kaddr_t per_node(struct run *run, const struct memcg *memcg, uint64_t node)
{
	const struct layout *l = run->layout;
	kaddr_t pn, back;

	if (!read_pointer(run, memcg->addr + l->memcg_nodeinfo.offset + node * sizeof(long),
			  &pn) || !pn)
		return 0;
	if (!read_member(run, pn, l->pn_memcg, &back))
		return 0;
	if (back != memcg->addr) {
		run->cut++;
		return 0;
	}
	return pn;
}

static uint64_t sum_of_longs(struct run *run, kaddr_t object, struct member array)
{
	long counter[COUNTERS_LIMIT];
	size_t bytes = array.size;
	uint64_t sum = 0;

	if (!array.known || bytes > sizeof(counter) ||
	    !read_bytes(run, object + array.offset, counter, bytes))
		return 0;
	for (size_t i = 0; i < bytes / sizeof(counter[0]); i++)
		sum += counter[i];
	return sum;
}

uint64_t lru_charged(struct run *run, const struct memcg *memcg)
{
	const struct layout *l = run->layout;
	int64_t sum = 0;

	for (uint64_t n = node_ids(run); n-- > 0;) {
		kaddr_t pn = per_node(run, memcg, n);

		if (!pn)
			continue;
		sum += sum_of_longs(run, pn, l->pn_lru_zone_size);
		sum += sum_of_longs(run, pn + l->pn_lruvec.offset + l->lruvec_lrugen.offset,
				    l->lrugen_nr_pages);
	}
	return sum > 0 ? sum : 0;
}

struct walk {
	struct inventory *inventory;
	struct memcg *memcg;
	folio_visitor *visit;
	void *arg;
};

/*
 * Each folio has to point back to the one before it. So a list that ran into a
 * circle is noticed where the circle closes, before a folio comes twice.
 */
static void walk_list(struct run *run, const struct walk *walk, kaddr_t head)
{
	const struct layout *l = run->layout;
	kaddr_t at, last, before = head;

	if (!read_pointer(run, head, &at) || !read_pointer(run, head + sizeof(long), &last))
		return;
	if (last - at == POISON_DISTANCE)
		return;
	while (at != head) {
		struct folio folio;

		if (!folio_read(run, walk->inventory, at - l->page_lru.offset, &folio))
			return;
		if (folio.lru_prev != before || folio.memcg != walk->memcg) {
			run->cut++;
			return;
		}
		walk->visit(run, walk->arg, &folio);
		before = at;
		at = folio.lru_next;
	}
}

static void walk_lists(struct run *run, const struct walk *walk, kaddr_t object,
		       struct member lists)
{
	if (!lists.known)
		return;
	for (int at = 0; at + list_bytes <= lists.size; at += list_bytes)
		walk_list(run, walk, object + lists.offset + at);
}

void lru_visit(struct run *run, struct inventory *inventory, struct memcg *memcg,
	       folio_visitor *visit, void *arg)
{
	const struct layout *l = run->layout;
	const struct walk walk = { inventory, memcg, visit, arg };
	uint64_t nodes = node_ids(run);

	for (uint64_t n = 0; n < nodes; n++) {
		kaddr_t pn = per_node(run, memcg, n), lruvec;

		if (!pn)
			continue;
		lruvec = pn + l->pn_lruvec.offset;
		walk_lists(run, &walk, lruvec, l->lruvec_lists);
		if (l->lruvec_lrugen.known)
			walk_lists(run, &walk, lruvec + l->lruvec_lrugen.offset,
				   l->lrugen_folios);
	}
}
