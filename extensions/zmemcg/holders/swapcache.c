// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/swapcache.h"

#include "zmemcg/access.h"
#include "zmemcg/folio.h"

/*
 * include/linux/swapops.h SWP_TYPE_SHIFT: an entry is a value of an XArray, its type the upper
 * 5 bits (5.10 to 7.2).
 */
#define TYPE_SHIFT	58
#define OFFSET_MASK	((1ULL << TYPE_SHIFT) - 1)

/* include/linux/swap.h 6.1: beside the count, whether there is a folio in the cache. */
#define SWAP_HAS_CACHE	0x40

/* The bytes that count the entries of one swap area. */
static bool map_of(struct run *run, uint64_t type, kaddr_t *map)
{
	const struct layout *l = run->layout;
	kaddr_t area;

	return l->swap_info && l->swap_area_map.known &&
	       read_pointer(run, l->swap_info + type * sizeof(long), &area) && area &&
	       read_member(run, area, l->swap_area_map, map) && *map;
}

enum swap_use swap_use_of(struct run *run, const struct folio *folio)
{
	uint64_t entry;
	kaddr_t map;

	if (!read_member(run, folio->page, run->layout->page_private, &entry) ||
	    !map_of(run, entry >> TYPE_SHIFT, &map))
		return SWAP_UNKNOWN;
	for (uint64_t i = 0; i < folio->base_pages; i++) {
		unsigned char count;

		if (!read_bytes(run, map + (entry & OFFSET_MASK) + i, &count, sizeof(count)))
			return SWAP_UNKNOWN;
		if (count & ~SWAP_HAS_CACHE)
			return SWAP_USED;
	}
	return SWAP_UNUSED;
}
