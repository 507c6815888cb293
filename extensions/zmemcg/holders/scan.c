// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/scan.h"

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/memmap.h"
#include "zmemcg/run.h"

/* Struct pages read at once. crash splits reads at pages anyway: more is no faster. */
#define BATCH	1024

static bool all_zero(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

static void scan_range(struct run *run, const struct memmap_range *range, char *batch,
		       page_visitor *visit, void *arg)
{
	size_t page_bytes = run->layout->page_size_bytes;

	for (uint64_t at = 0; at < range->pages; at += BATCH) {
		uint64_t count = range->pages - at < BATCH ? range->pages - at : BATCH;

		read_bulk(run, range->first + at * page_bytes, batch, count * page_bytes);
		for (uint64_t i = 0; i < count; i++) {
			const char *bytes = batch + i * page_bytes;

			if (page_is_tail(run, bytes) || all_zero(bytes, page_bytes))
				continue;
			visit(run, arg, range->first + (at + i) * page_bytes,
			      range->first_pfn + at + i, bytes);
		}
	}
}

uint64_t scan_memory_map(struct run *run, page_visitor *visit, void *arg)
{
	char *batch = arena_alloc(&run->arena, BATCH * run->layout->page_size_bytes);
	struct memmap_range *ranges;
	size_t count = memmap_ranges(run, &ranges);
	uint64_t pages = 0;

	for (size_t i = 0; i < count; i++) {
		scan_range(run, &ranges[i], batch, visit, arg);
		pages += ranges[i].pages;
	}
	return pages;
}
