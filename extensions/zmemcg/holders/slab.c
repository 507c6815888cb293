// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/slab.h"

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/memmap.h"

bool slab_page(const struct layout *l, const char *bytes)
{
	if (l->slab_type.mask)
		return page_has_type(l, bytes, l->slab_type);
	return flag_is_set(word_of(bytes, l->page_flags.offset), l->pg_slab);
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
