// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/mappers.h"

#include <stdlib.h>

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/layout.h"
#include "zmemcg/map.h"
#include "zmemcg/memmap.h"
#include "zmemcg/page_tables.h"
#include "zmemcg/rbtree.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"

/* As page.index counts them. */
struct range {
	uint64_t first, last;
};

struct vma {
	const struct sharers *sharers;
	kaddr_t mm;
	uint64_t start;		/* address of its first page */
	struct range pages;
};

/* A folio that is meant. */
struct wanted {
	kaddr_t page;
	uint64_t pfn;		/* 0: not known */
	struct range pages;
	bool found;		/* some vma maps it */
};

/* The folios of one address_space or anon_vma, by their first pages. */
struct tree {
	kaddr_t object;
	bool is_anon;
	struct wanted *wanted;
	size_t count, room;
	size_t open;		/* that were not found so far */
	uint64_t largest;	/* pages of a folio */
};

struct mappers {
	const struct sharing *sharing;
	struct page_tables *tables;
	struct memmap_places *places;	/* NULL until a folio asks for them */
	struct map by_object;		/* struct tree */
	struct tree **trees;		/* in the order in which they were met */
	size_t count, room;
};

static struct tree *tree_of(struct run *run, struct mappers *mappers, kaddr_t object, bool is_anon)
{
	struct tree *tree = map_get(&mappers->by_object, object);

	if (tree)
		return tree;
	tree = arena_alloc(&run->arena, sizeof(*tree));
	*tree = (struct tree){ .object = object, .is_anon = is_anon };
	map_put(&mappers->by_object, object, tree);
	mappers->trees = arena_grow(&run->arena, mappers->trees, mappers->count, &mappers->room,
				    sizeof(*mappers->trees));
	mappers->trees[mappers->count++] = tree;
	return tree;
}

static uint64_t pfn_of(struct run *run, struct mappers *mappers, const struct folio *folio)
{
	if (folio->pfn)
		return folio->pfn;
	if (!mappers->places)
		mappers->places = memmap_places(run);
	return memmap_pfn(run, mappers->places, folio->page);
}

/* One of hugetlb is charged since 6.7, and counts in base pages since then, too (a08c7193e4f1). */
bool mappers_add(struct run *run, struct mappers *mappers, const struct folio *folio)
{
	const kaddr_t object = folio->mapping ? folio->mapping : folio->anon_vma;
	struct wanted wanted = { .page = folio->page };
	struct tree *tree;

	if (!object || !read_member(run, folio->page, run->layout->page_index, &wanted.pages.first))
		return false;
	wanted.pages.last = wanted.pages.first + folio->base_pages - 1;
	wanted.pfn = pfn_of(run, mappers, folio);
	tree = tree_of(run, mappers, object, !folio->mapping);
	if (folio->base_pages > tree->largest)
		tree->largest = folio->base_pages;
	tree->wanted = arena_grow(&run->arena, tree->wanted, tree->count, &tree->room, sizeof(wanted));
	tree->wanted[tree->count++] = wanted;
	return true;
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_pages(const void *left, const void *right)
{
	const struct wanted *a = left, *b = right;

	return a->pages.first != b->pages.first ? compare(a->pages.first, b->pages.first) :
						  compare(a->page, b->page);
}

/* A folio that the lists had can come again in a scan. */
static void put_in_order(struct tree *tree)
{
	size_t count = 0;

	qsort(tree->wanted, tree->count, sizeof(*tree->wanted), by_pages);
	for (size_t i = 0; i < tree->count; i++)
		if (!count || tree->wanted[count - 1].page != tree->wanted[i].page)
			tree->wanted[count++] = tree->wanted[i];
	tree->count = tree->open = count;
}

static bool read_vma(struct run *run, const struct sharing *sharing, kaddr_t addr, struct vma *vma)
{
	const struct layout *l = run->layout;
	uint64_t end;

	if (!read_member(run, addr, l->vma_mm, &vma->mm))
		return false;
	vma->sharers = sharers_of_mm(sharing, vma->mm);
	if (!vma->sharers || !read_member(run, addr, l->vma_start, &vma->start) ||
	    !read_member(run, addr, l->vma_end, &end) ||
	    !read_member(run, addr, l->vma_pgoff, &vma->pages.first) || end <= vma->start)
		return false;
	vma->pages.last = vma->pages.first + (end - vma->start) / memmap_page_bytes() - 1;
	return true;
}

static struct range common(struct range a, struct range b)
{
	return (struct range){ .first = a.first > b.first ? a.first : b.first,
			       .last = a.last < b.last ? a.last : b.last };
}

static bool is_of(uint64_t pfn, const struct wanted *wanted)
{
	return pfn - wanted->pfn <= wanted->pages.last - wanted->pages.first;
}

/* Whether an entry in the part of the vma that covers the folio maps a page of it. */
static bool maps(struct run *run, struct mappers *mappers, const struct vma *vma,
		 const struct wanted *wanted)
{
	const struct range pages = common(vma->pages, wanted->pages);
	const uint64_t bytes = memmap_page_bytes();
	uint64_t at = pages.first, step;

	if (pages.first > pages.last)
		return false;
	for (;;) {
		const uint64_t addr = vma->start + (at - vma->pages.first) * bytes;
		const struct mapped mapped = page_tables_look_up(run, mappers->tables, vma->mm, addr);

		if (mapped.what == MAPPED_UNKNOWN || !wanted->pfn ||
		    (mapped.what == MAPPED_PAGES && is_of(mapped.pfn, wanted)))
			return true;
		step = (mapped.end - addr + bytes - 1) / bytes;	/* a damaged vma begins anywhere */
		if (step > pages.last - at)
			return false;
		at += step;
	}
}

/* The first that may reach into these pages. */
static size_t first_of(const struct tree *tree, struct range pages)
{
	const uint64_t least = pages.first < tree->largest ? 0 : pages.first - tree->largest + 1;
	size_t low = 0, high = tree->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (tree->wanted[middle].pages.first < least)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One folio is enough to name who has the vma; of those that nobody was found for each is looked at. */
static bool maps_any(struct run *run, struct mappers *mappers, struct tree *tree,
		     const struct vma *vma)
{
	bool any = false;

	for (size_t i = first_of(tree, vma->pages); i < tree->count && (!any || tree->open); i++) {
		struct wanted *wanted = &tree->wanted[i];

		run_check(run);
		if (wanted->pages.first > vma->pages.last)
			break;
		if (wanted->pages.last < vma->pages.first || (any && wanted->found) ||
		    !maps(run, mappers, vma, wanted))
			continue;
		any = true;
		tree->open -= !wanted->found;
		wanted->found = true;
	}
	return any;
}

struct walk {
	const struct sharing *sharing;
	struct mappers *mappers;	/* NULL: any vma will do */
	struct tree *tree;
	sharers_visitor *visit;
	void *arg;
	bool any;
};

static void look_at_vma(struct run *run, struct walk *walk, kaddr_t addr)
{
	struct vma vma;

	if (!read_vma(run, walk->sharing, addr, &vma) ||
	    (walk->mappers && !maps_any(run, walk->mappers, walk->tree, &vma)))
		return;
	walk->any = true;
	walk->visit(run, walk->arg, vma.sharers);
}

static void look_at_node_of_file(struct run *run, void *arg, kaddr_t node)
{
	look_at_vma(run, arg, node - run->layout->vma_shared.offset);
}

/* include/linux/rmap.h 6.1 struct anon_vma_chain: one of each anon_vma that a vma may have pages of. */
static void look_at_node_of_anon(struct run *run, void *arg, kaddr_t node)
{
	const struct layout *l = run->layout;
	kaddr_t addr;

	if (read_member(run, node - l->anon_chain_rb.offset, l->anon_chain_vma, &addr) && addr)
		look_at_vma(run, arg, addr);
}

static void walk_file(struct run *run, struct walk *walk, kaddr_t mapping)
{
	const struct layout *l = run->layout;

	if (l->mapping_i_mmap.known && l->vma_shared.known)
		rbtree_visit(run, mapping + l->mapping_i_mmap.offset, look_at_node_of_file, walk);
}

static void walk_anon(struct run *run, struct walk *walk, kaddr_t anon_vma)
{
	const struct layout *l = run->layout;

	if (l->anon_vma_root.known && l->anon_chain_rb.known)
		rbtree_visit(run, anon_vma + l->anon_vma_root.offset, look_at_node_of_anon, walk);
}

static void visit_tree(struct run *run, struct mappers *mappers, struct tree *tree,
		       sharers_visitor *visit, page_visitor *nobody, void *arg)
{
	struct walk walk = { mappers->sharing, mappers, tree, visit, arg, false };

	put_in_order(tree);
	if (tree->is_anon)
		walk_anon(run, &walk, tree->object);
	else
		walk_file(run, &walk, tree->object);
	for (size_t i = 0; i < tree->count && tree->open; i++)
		if (!tree->wanted[i].found)
			nobody(run, arg, tree->wanted[i].page);
}

struct mappers *mappers_new(struct run *run, const struct sharing *sharing)
{
	struct mappers *mappers = arena_alloc(&run->arena, sizeof(*mappers));

	mappers->sharing = sharing;
	mappers->tables = page_tables_new(run);
	map_init(&mappers->by_object, &run->arena);
	return mappers;
}

void mappers_visit(struct run *run, struct mappers *mappers, sharers_visitor *visit,
		   page_visitor *nobody, void *arg)
{
	for (size_t i = 0; i < mappers->count; i++)
		visit_tree(run, mappers, mappers->trees[i], visit, nobody, arg);
}

bool mappers_visit_all(struct run *run, const struct sharing *sharing, kaddr_t mapping,
		       sharers_visitor *visit, void *arg)
{
	struct walk walk = { sharing, NULL, NULL, visit, arg, false };

	walk_file(run, &walk, mapping);
	return walk.any;
}
