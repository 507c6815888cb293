// SPDX-License-Identifier: GPL-2.0-or-later
#include <defs.h>

#include "zmemcg/memmap.h"

#include <stdlib.h>

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"

/* Exported by crash, declared in none of its headers. */
extern ulong section_mem_map_addr(ulong section, int raw);
extern ulong sparse_decode_mem_map(ulong coded_mem_map, ulong section_nr);

/* include/linux/mmzone.h; HAS_MEM_MAP since 2.6.24, IS_ONLINE since 4.13. */
#define SECTION_HAS_MEM_MAP	(1UL << 1)
#define SECTION_IS_ONLINE	(1UL << 2)

struct section {
	ulong nr;
	ulong flags_and_map;	/* 0: not present */
	kaddr_t first;
};

static void look_at_section(void *arg)
{
	struct section *section = arg;
	ulong addr = valid_section_nr(section->nr);

	if (!addr)
		return;
	section->flags_and_map = section_mem_map_addr(addr, 1);
	section->first = sparse_decode_mem_map(section_mem_map_addr(addr, 0), section->nr);
}

struct range_list {
	struct memmap_range *ranges;
	size_t count, room;
};

static void append(struct run *run, struct range_list *list, struct memmap_range range)
{
	list->ranges = arena_grow(&run->arena, list->ranges, list->count, &list->room,
				  sizeof(range));
	list->ranges[list->count++] = range;
}

/*
 * A section that is not online (hot-removable memory, ZONE_DEVICE) has struct
 * pages that nobody initialised. Kernels before 4.13 have no such flag: there no
 * section bears it, and all that are present count.
 */
static void sparse_ranges(struct run *run, struct range_list *list)
{
	struct range_list online = { 0 };

	for (ulong nr = 0; nr <= vt->max_mem_section_nr; nr++) {
		struct section section = { .nr = nr };
		struct memmap_range range;

		run_check(run);
		if (!access_guarded(look_at_section, &section)) {
			run->counts.unreadable++;
			continue;
		}
		if (!(section.flags_and_map & SECTION_HAS_MEM_MAP))
			continue;
		range = (struct memmap_range){ section.first, section_nr_to_pfn(nr),
					       PAGES_PER_SECTION() };
		append(run, list, range);
		if (section.flags_and_map & SECTION_IS_ONLINE)
			append(run, &online, range);
	}
	if (online.count)
		*list = online;
}

static void flat_ranges(struct run *run, struct range_list *list)
{
	for (int n = 0; n < vt->numnodes; n++) {
		const struct node_table *node = &vt->node_table[n];
		ulong pages = (vt->flags & V_MEM_MAP) && vt->numnodes == 1 ?
			      vt->max_mapnr : node->size;

		append(run, list, (struct memmap_range){ node->mem_map,
				  node->start_paddr / PAGESIZE(), pages });
	}
}

/*
 * The nodes' own counters (pg_data_t.node_present_pages) say how many struct pages there
 * are at least: memory that is offline or a device's is in none of them.
 */
static void count_missing(struct run *run, const struct range_list *list)
{
	ulong present = 0, found = 0;

	for (int n = 0; n < vt->numnodes; n++)
		present += vt->node_table[n].present;
	for (size_t i = 0; i < list->count; i++)
		found += list->ranges[i].pages;
	if (found < present)
		run->counts.missing_map += (present - found) * run->layout->page_size_bytes /
					   PAGESIZE() + 1;
}

size_t memmap_ranges(struct run *run, struct memmap_range **ranges)
{
	struct range_list list = { 0 };

	if (IS_SPARSEMEM())
		sparse_ranges(run, &list);
	else
		flat_ranges(run, &list);
	count_missing(run, &list);
	*ranges = list.ranges;
	return list.count;
}

struct memmap_places {
	struct memmap_range *ranges;
	size_t count;
};

static int by_address(const void *left, const void *right)
{
	const struct memmap_range *a = left, *b = right;

	return (a->first > b->first) - (a->first < b->first);
}

struct memmap_places *memmap_places(struct run *run)
{
	struct memmap_places *places = arena_alloc(&run->arena, sizeof(*places));
	const struct run_counts before = run->counts;

	places->count = memmap_ranges(run, &places->ranges);
	run->counts = before;
	if (places->count)
		qsort(places->ranges, places->count, sizeof(*places->ranges), by_address);
	return places;
}

struct wanted {
	kaddr_t page;
	uint64_t page_bytes;
};

static int place_of(const void *key, const void *range)
{
	const struct wanted *wanted = key;
	const struct memmap_range *here = range;

	if (wanted->page < here->first)
		return -1;
	return wanted->page >= here->first + here->pages * wanted->page_bytes;
}

uint64_t memmap_pfn(const struct run *run, const struct memmap_places *places, kaddr_t page)
{
	const struct wanted wanted = { page, run->layout->page_size_bytes };
	const struct memmap_range *here = places->count ?
		bsearch(&wanted, places->ranges, places->count, sizeof(*here), place_of) : NULL;

	return here ? here->first_pfn + (page - here->first) / wanted.page_bytes : 0;
}

kaddr_t memmap_pfn_to_virt(uint64_t pfn)
{
	return PTOV((ulonglong)pfn * PAGESIZE());
}

uint64_t memmap_page_bytes(void)
{
	return PAGESIZE();
}

uint64_t memmap_pages(void)
{
	return vt->total_pages;
}
