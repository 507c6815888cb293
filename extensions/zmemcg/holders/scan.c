// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/scan.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/memmap.h"
#include "zmemcg/options.h"
#include "zmemcg/progress.h"
#include "zmemcg/run.h"
#include "zmemcg/workers.h"

/* Struct pages of one unit of work: 64 MB of memory with pages of 4 KB. */
#define UNIT_PAGES	16384

/*
 * A fork of the session costs as much as reading the map of some GB. Below this
 * many struct pages (8 GB) one process is as fast.
 */
#define WORTH_A_FORK	2000000

/* Where a unit is: part of one range of the memory map. */
struct unit {
	const struct memmap_range *range;
	uint64_t first, count;		/* struct pages, from the range's first */
};

/* One struct page that was wanted; its bytes follow. */
struct record {
	kaddr_t page;
	uint64_t pfn;
	uint64_t interest;
};

struct scan {
	const struct scan_interest *interests;
	int count;
	struct unit *units;
	size_t unit_count;
	size_t record_bytes;
	char *chunk;			/* struct pages that were read together */
	uint64_t chunk_pages;
	struct progress progress;
};

/* What one unit's work hands from page to page. */
struct pass {
	struct run *run;
	const struct scan *scan;
	char *result;
	size_t bytes;
};

static void keep(struct pass *pass, int interest, kaddr_t page, uint64_t pfn, const char *bytes)
{
	struct record record = { page, pfn, interest };
	char *to = pass->result + pass->bytes;

	memcpy(to, &record, sizeof(record));
	memcpy(to + sizeof(record), bytes, pass->run->layout->page_size_bytes);
	pass->bytes += pass->scan->record_bytes;
}

static void look_at(struct pass *pass, kaddr_t page, uint64_t pfn, const char *bytes)
{
	for (int i = 0; i < pass->scan->count; i++) {
		const struct scan_interest *interest = &pass->scan->interests[i];
		uint64_t word = word_of(bytes, interest->word_offset);

		if (interest->word ? word != interest->word : !word)
			continue;
		if (!interest->wants(pass->run, interest->arg, page, bytes))
			continue;
		keep(pass, i, page, pfn, bytes);
		return;
	}
}

/* The kernel has a list for each order of a free block: struct zone.free_area. */
static uint64_t largest_free_order(const struct layout *l)
{
	if (!l->zone_free_area.known || l->free_area_bytes <= 0)
		return ORDER_LIMIT;
	return l->zone_free_area.size / l->free_area_bytes - 1;
}

/*
 * A free block's order is in page->private of its first page (mm/page_alloc.c
 * set_buddy_order()); a block is aligned to its size, which tells a damaged order.
 */
static uint64_t free_pages(struct pass *pass, uint64_t pfn, const char *bytes)
{
	const struct layout *l = pass->run->layout;
	const uint64_t order = word_of(bytes, l->page_private.offset);

	if (order > largest_free_order(l) || pfn & ((1ull << order) - 1)) {
		pass->run->counts.cut++;
		return 1;
	}
	return 1ull << order;
}

/*
 * Nobody refers to a free block (mm/page_alloc.c 6.1 page_expected_state()): a page in use that says it
 * begins one is damaged, and would hide what is behind it.
 */
static bool begins_free_block(struct pass *pass, const char *bytes)
{
	const struct layout *l = pass->run->layout;

	if (!l->buddy_type || half_word_of(bytes, l->page_page_type.offset) != l->buddy_type)
		return false;
	if (!l->page_refcount.known || !half_word_of(bytes, l->page_refcount.offset))
		return true;
	pass->run->counts.cut++;
	return false;
}

/* How many struct pages to go on by. */
static uint64_t step(struct pass *pass, kaddr_t page, uint64_t pfn, const char *bytes)
{
	const struct layout *l = pass->run->layout;
	uint64_t pages;

	if (page_is_tail(pass->run, bytes))
		return 1;
	if (begins_free_block(pass, bytes))
		return free_pages(pass, pfn, bytes);
	if (page_is_fake_head(pass->run, page, bytes))
		return 1;
	look_at(pass, page, pfn, bytes);
	if (!page_is_head(pass->run, bytes))
		return 1;
	pages = folio_size(pass->run, page, word_of(bytes, l->page_flags.offset));
	return pfn & (pages - 1) ? 1 : pages;
}

static size_t do_unit(struct run *run, void *arg, size_t number, void *result)
{
	struct scan *scan = arg;
	const struct unit *unit = &scan->units[number];
	const size_t page_bytes = run->layout->page_size_bytes;
	const kaddr_t first = unit->range->first;
	const uint64_t end = unit->first + unit->count;
	struct pass pass = { run, scan, result, 0 };
	uint64_t at = unit->first;

	while (at < end) {
		uint64_t chunk = at - at % scan->chunk_pages;
		uint64_t count = end - chunk < scan->chunk_pages ? end - chunk : scan->chunk_pages;

		read_map(run, first + chunk * page_bytes, scan->chunk, count * page_bytes);
		while (at < chunk + count)
			at += step(&pass, first + at * page_bytes, unit->range->first_pfn + at,
				   scan->chunk + (at - chunk) * page_bytes);
	}
	return pass.bytes;
}

static void take(struct run *run, void *arg, size_t number, const void *result, size_t bytes)
{
	struct scan *scan = arg;
	const char *at = result, *end = at + bytes;

	for (; at < end; at += scan->record_bytes) {
		const struct scan_interest *interest;
		struct record record;

		memcpy(&record, at, sizeof(record));
		interest = &scan->interests[record.interest];
		interest->visit(run, interest->arg, record.page, record.pfn, at + sizeof(record));
	}
	progress_show(&scan->progress, number + 1, scan->unit_count);
}

static void meanwhile(struct run *run, void *arg)
{
	const struct scan *scan = arg;

	for (int i = 0; i < scan->count; i++) {
		if (scan->interests[i].meanwhile)
			scan->interests[i].meanwhile(run, scan->interests[i].arg);
	}
}

/* Returns the struct pages in all. */
static uint64_t cut_into_units(struct run *run, struct scan *scan)
{
	struct memmap_range *ranges;
	size_t count = memmap_ranges(run, &ranges), room = 0;
	uint64_t pages = 0;

	for (size_t i = 0; i < count; i++) {
		for (uint64_t at = 0; at < ranges[i].pages; at += UNIT_PAGES) {
			uint64_t rest = ranges[i].pages - at;

			scan->units = arena_grow(&run->arena, scan->units, scan->unit_count,
						 &room, sizeof(*scan->units));
			scan->units[scan->unit_count++] = (struct unit){
				&ranges[i], at, rest < UNIT_PAGES ? rest : UNIT_PAGES };
		}
		pages += ranges[i].pages;
	}
	return pages;
}

static unsigned int jobs_for(const struct run *run, uint64_t pages)
{
	if (run->options->jobs)
		return run->options->jobs;
	return pages < WORTH_A_FORK ? 1 : workers_cores();
}

void scan_memory_map(struct run *run, const struct scan_interest *interests, int count)
{
	const size_t page_bytes = run->layout->page_size_bytes;
	struct scan scan = {
		.interests = interests,
		.count = count,
		.record_bytes = sizeof(struct record) + ((page_bytes + 7) & ~(size_t)7),
		.chunk_pages = memmap_page_bytes() / page_bytes,
	};
	struct work work = {
		.result_room = UNIT_PAGES * scan.record_bytes,
		.do_unit = do_unit, .take = take, .meanwhile = meanwhile, .arg = &scan,
	};
	uint64_t pages = cut_into_units(run, &scan);

	scan.chunk = arena_alloc(&run->arena, scan.chunk_pages * page_bytes);
	work.units = scan.unit_count;
	progress_start(&scan.progress);
	workers_do(run, &work, jobs_for(run, pages));
	progress_clear();
}
