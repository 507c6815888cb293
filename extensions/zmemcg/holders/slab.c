// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/slab.h"

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/memmap.h"

/* A page type's number stands in the top byte since 6.12: include/linux/page-flags.h. */
#define PAGE_TYPE_SHIFT		24

/* Before, types were single bits, unset in a word of ones (6.10, 6.11). */
#define PAGE_TYPE_BASE		0xf0000000u

bool slab_page(const struct layout *l, const char *bytes)
{
	uint32_t type;

	if (l->pgty_slab < 0 && l->pg_slab < 64)
		return word_of(bytes, l->page_flags.offset) >> l->pg_slab & 1;
	type = half_word_of(bytes, l->page_page_type.offset);
	if (l->pgty_slab >= 0)
		return type >> PAGE_TYPE_SHIFT == (uint32_t)l->pgty_slab;
	return (type & (PAGE_TYPE_BASE | l->pg_slab)) == PAGE_TYPE_BASE;
}

void slab_objects(struct run *run, kaddr_t page, uint64_t pfn, const char *bytes,
		  void (*visit)(struct run *run, void *arg, kaddr_t object), void *arg)
{
	const struct layout *l = run->layout;
	const uint64_t flags = word_of(bytes, l->page_flags.offset);
	const uint64_t slab_bytes = memmap_page_bytes() * folio_size(run, page, flags);
	const kaddr_t cache = word_of(bytes, l->slab_cache.offset), base = memmap_pfn_to_virt(pfn);
	uint64_t object_bytes, at = 0;

	if (!read_member(run, cache, l->cache_size, &object_bytes))
		return;
	if (object_bytes < sizeof(long) || object_bytes > slab_bytes) {
		run->counts.cut++;
		return;
	}
	peek_member(run, cache, l->cache_red_left_pad, &at);
	for (; at + object_bytes <= slab_bytes; at += object_bytes)
		visit(run, arg, base + at);
}
