// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/lru.h"

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/memcg.h"
#include "zmemcg/memmap.h"
#include "zmemcg/nodes.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* Larger than [MAX_NR_ZONES][NR_LRU_LISTS] and [MAX_NR_GENS][ANON_AND_FILE][MAX_NR_ZONES]. */
#define COUNTERS_LIMIT	256

/*
 * include/linux/poison.h: what list_del() leaves behind. The list head of the
 * unevictable folios is in that state since 5.18 (mm/mmzone.c 6.1 lruvec_init()).
 */
#define POISON_DISTANCE	0x22

static const int list_bytes = 2 * sizeof(long);

/* A counter beyond the machine's pages, or below zero, is damaged: it is left out and counted. */
static uint64_t sum_of_longs(struct run *run, kaddr_t object, struct member array)
{
	const uint64_t most = memmap_pages();
	long counter[COUNTERS_LIMIT];
	size_t bytes = array.size;
	uint64_t sum = 0;

	if (!array.known || bytes > sizeof(counter) ||
	    !read_bytes(run, object + array.offset, counter, bytes))
		return 0;
	for (size_t i = 0; i < bytes / sizeof(counter[0]); i++) {
		if ((uint64_t)counter[i] <= most)
			sum += counter[i];
		else
			run->counts.cut++;
	}
	return sum;
}

uint64_t lru_charged(struct run *run, const struct memcg *memcg)
{
	const struct layout *l = run->layout;
	uint64_t sum = 0;

	for (uint64_t n = memcg_node_ids(run); n-- > 0;) {
		kaddr_t pn = memcg_node(run, memcg, n);

		if (!pn)
			continue;
		sum += sum_of_longs(run, pn, l->pn_lru_zone_size);
		sum += sum_of_longs(run, pn + l->pn_lruvec.offset + l->lruvec_lrugen.offset,
				    l->lrugen_nr_pages);
	}
	return sum;
}

/* Ours: how often a list that changes is walked from its head again, and folios of one memcg beyond which it is not. */
#define RETURNS_LIMIT	16
#define SEEN_LIMIT	1000000

struct walk {
	struct inventory *inventory;
	struct memcg *memcg;
	folio_visitor *visit;
	void *arg;
	struct map seen;	/* folios, on a live system: they move from list to list */
};

/* Whether it is to be visited: not if it was, and moved behind us. */
static bool is_new(struct walk *walk, kaddr_t page)
{
	if (!session_live() || walk->seen.count >= SEEN_LIMIT)
		return true;
	return map_put(&walk->seen, page, walk);
}

/*
 * Each folio has to point back to the one before it, and the head to the last. So a list
 * that ran into a circle is noticed where the circle closes, before a folio comes twice, and
 * one that ends too early at its end. False where the list is lost.
 */
static bool walk_list_once(struct run *run, struct walk *walk, kaddr_t head)
{
	const struct layout *l = run->layout;
	kaddr_t at, last, before = head;

	if (!read_pointer(run, head, &at) || !read_pointer(run, head + sizeof(long), &last))
		return true;
	if (last - at == POISON_DISTANCE)
		return true;
	for (uint64_t left = memmap_pages(); at != head; left--) {
		struct folio folio;

		if (!folio_read(run, walk->inventory, at - l->page_lru.offset, &folio)) {
			run->counts.unreadable -= session_live();
			return !session_live();
		}
		if (folio.lru_prev != before || folio.memcg != walk->memcg || !left)
			return false;
		if (is_new(walk, folio.page))
			walk->visit(run, walk->arg, &folio);
		before = at;
		at = folio.lru_next;
	}
	return last == before || session_live();
}

/*
 * A list of a live system that was lost is walked again from its head, past the folios that were
 * seen. That of a memcg that is gone is none, and had no folios when it went.
 */
static void walk_list(struct run *run, struct walk *walk, kaddr_t head)
{
	int tries = session_live() ? RETURNS_LIMIT : 1;

	do {
		if (walk_list_once(run, walk, head) || !memcg_still_there(run, walk->memcg))
			return;
	} while (--tries && walk->seen.count < SEEN_LIMIT);
	run->counts.cut++;
}

static void walk_lists(struct run *run, struct walk *walk, kaddr_t object, struct member lists)
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
	struct walk walk = { inventory, memcg, visit, arg, { 0 } };
	uint64_t nodes = memcg_node_ids(run);

	map_init(&walk.seen, &run->arena);
	for (uint64_t n = 0; n < nodes; n++) {
		kaddr_t pn = memcg_node(run, memcg, n), lruvec;

		if (!pn)
			continue;
		lruvec = pn + l->pn_lruvec.offset;
		walk_lists(run, &walk, lruvec, l->lruvec_lists);
		if (l->lruvec_lrugen.known)
			walk_lists(run, &walk, lruvec + l->lruvec_lrugen.offset,
				   l->lrugen_folios);
	}
}
