// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/kernfs_slab.h"

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/map.h"
#include "zmemcg/scan.h"
#include "zmemcg/slab.h"

/* include/linux/kernfs.h */
#define KERNFS_TYPE_MASK	0x000f
#define KERNFS_DIR		0x0001

struct search {
	kaddr_t cache;		/* struct kmem_cache */
	kaddr_t hierarchy;	/* struct cgroup_root of the memory controller */
	struct map seen;	/* cgroups */
	cgroup_visitor *visit;
	void *arg;
};

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

static void look_at_object(struct run *run, void *arg, kaddr_t kn)
{
	const struct layout *l = run->layout;
	struct search *search = arg;
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
	return slab_page(run->layout, bytes);
}

static void visit_slab(struct run *run, void *arg, kaddr_t page, uint64_t pfn,
		       const char *bytes)
{
	slab_objects(run, page, pfn, bytes, look_at_object, arg);
}

void kernfs_slab_visit(struct run *run, cgroup_visitor *visit, void *arg)
{
	const struct layout *l = run->layout;
	struct search search = { .visit = visit, .arg = arg };

	map_init(&search.seen, &run->arena);
	if (!read_pointer(run, l->kernfs_node_cache, &search.cache) ||
	    !read_member(run, l->memory_cgrp_subsys, l->subsys_root, &search.hierarchy))
		run_refuse(run, "the cache of the kernfs nodes (kernfs_node_cache) is not in "
			   "this dump; the list without -k needs no slab");
	scan_memory_map(run, &(struct scan_interest){
		.word_offset = l->slab_cache.offset, .word = search.cache,
		.wants = wants, .visit = visit_slab, .arg = &search }, 1);
}
