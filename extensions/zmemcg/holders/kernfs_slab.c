// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/kernfs_slab.h"

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/map.h"
#include "zmemcg/memmap.h"
#include "zmemcg/scan.h"

/* include/linux/kernfs.h */
#define KERNFS_TYPE_MASK	0x000f
#define KERNFS_DIR		0x0001

/* A page type's number stands in the top byte since 6.12: include/linux/page-flags.h. */
#define PAGE_TYPE_SHIFT		24

/* Before, types were single bits, unset in a word of ones (6.10, 6.11). */
#define PAGE_TYPE_BASE		0xf0000000u

struct search {
	kaddr_t cache;		/* struct kmem_cache */
	kaddr_t hierarchy;	/* struct cgroup_root of the memory controller */
	uint64_t object_bytes, first_object;
	struct map seen;	/* cgroups */
	cgroup_visitor *visit;
	void *arg;
};

static bool page_is_slab(const struct layout *l, const char *bytes)
{
	uint32_t type;

	if (l->pgty_slab < 0 && l->pg_slab < 64)
		return word_of(bytes, l->page_flags.offset) >> l->pg_slab & 1;
	type = half_word_of(bytes, l->page_page_type.offset);
	if (l->pgty_slab >= 0)
		return type >> PAGE_TYPE_SHIFT == (uint32_t)l->pgty_slab;
	return (type & (PAGE_TYPE_BASE | l->pg_slab)) == PAGE_TYPE_BASE;
}

static bool is_cgroup_of(struct run *run, const struct search *search, kaddr_t kn,
			 kaddr_t cgroup)
{
	const struct layout *l = run->layout;
	uint64_t back;

	return peek_member(run, cgroup, l->cgroup_kn, &back) && back == kn &&
	       peek_member(run, cgroup + l->cgroup_self.offset, l->css_cgroup, &back) &&
	       back == cgroup &&
	       peek_member(run, cgroup, l->cgroup_root, &back) && back == search->hierarchy;
}

static void look_at_object(struct run *run, struct search *search, kaddr_t kn)
{
	const struct layout *l = run->layout;
	uint64_t flags, cgroup;

	if (!read_member(run, kn, l->kn_flags, &flags) ||
	    (flags & KERNFS_TYPE_MASK) != KERNFS_DIR ||
	    !read_member(run, kn, l->kn_priv, &cgroup) || !cgroup ||
	    !is_cgroup_of(run, search, kn, cgroup))
		return;
	if (map_put(&search->seen, cgroup, search))
		search->visit(run, search->arg, kn, cgroup);
}

static bool wants(struct run *run, void *arg, kaddr_t page, const char *bytes)
{
	(void)arg;
	(void)page;
	return page_is_slab(run->layout, bytes);
}

static void visit_slab(struct run *run, void *arg, kaddr_t page, uint64_t pfn,
		       const char *bytes)
{
	struct search *search = arg;
	const uint64_t flags = word_of(bytes, run->layout->page_flags.offset);
	const uint64_t slab_bytes = memmap_page_bytes() * folio_size(run, page, flags);
	const kaddr_t base = memmap_pfn_to_virt(pfn);

	for (uint64_t at = search->first_object; at + search->object_bytes <= slab_bytes;
	     at += search->object_bytes)
		look_at_object(run, search, base + at);
}

void kernfs_slab_visit(struct run *run, cgroup_visitor *visit, void *arg)
{
	const struct layout *l = run->layout;
	struct search search = { .visit = visit, .arg = arg };

	map_init(&search.seen, &run->arena);
	if (!read_pointer(run, l->kernfs_node_cache, &search.cache) ||
	    !read_member(run, search.cache, l->cache_size, &search.object_bytes) ||
	    !read_member(run, l->memory_cgrp_subsys, l->subsys_root, &search.hierarchy) ||
	    search.object_bytes < sizeof(long))
		run_refuse(run, "the cache of the kernfs nodes (kernfs_node_cache) is not in "
			   "this dump; the list without -k needs no slab");
	peek_member(run, search.cache, l->cache_red_left_pad, &search.first_object);
	scan_memory_map(run, &(struct scan_interest){
		.word_offset = l->slab_cache.offset, .word = search.cache,
		.wants = wants, .visit = visit_slab, .arg = &search }, 1);
}
