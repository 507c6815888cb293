// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/mappers.h"

#include <stdlib.h>

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/layout.h"
#include "zmemcg/map.h"
#include "zmemcg/memmap.h"
#include "zmemcg/rbtree.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"

/* As page.index counts them. */
struct range {
	uint64_t first, last;
};

struct vma {
	const struct sharers *sharers;
	struct range pages;
};

/* Those of the same pages, as each process has them that maps a library. */
struct alike {
	struct vma *vmas;
	size_t count;
	bool visited;
};

/* The vmas of one address_space or anon_vma, by their first pages. */
struct tree {
	struct vma *vmas;
	size_t count, room;
	struct alike *alikes;
	size_t alike_count, alike_room;
};

struct mappers {
	const struct sharing *sharing;
	struct map trees;	/* by the object that has them */
};

struct walk {
	const struct mappers *mappers;
	struct tree *tree;
};

static bool read_range(struct run *run, kaddr_t addr, struct range *pages)
{
	const struct layout *l = run->layout;
	uint64_t start, end;

	if (!read_member(run, addr, l->vma_start, &start) || !read_member(run, addr, l->vma_end, &end) ||
	    !read_member(run, addr, l->vma_pgoff, &pages->first) || end <= start)
		return false;
	pages->last = pages->first + (end - start) / memmap_page_bytes() - 1;
	return true;
}

static void note_vma(struct run *run, const struct walk *walk, kaddr_t addr)
{
	struct tree *tree = walk->tree;
	struct vma vma = { 0 };
	kaddr_t mm;

	if (!read_member(run, addr, run->layout->vma_mm, &mm))
		return;
	vma.sharers = sharers_of_mm(walk->mappers->sharing, mm);
	if (!vma.sharers || !read_range(run, addr, &vma.pages))
		return;
	tree->vmas = arena_grow(&run->arena, tree->vmas, tree->count, &tree->room, sizeof(vma));
	tree->vmas[tree->count++] = vma;
}

static void note_of_file(struct run *run, void *arg, kaddr_t node)
{
	note_vma(run, arg, node - run->layout->vma_shared.offset);
}

/* include/linux/rmap.h 6.1 struct anon_vma_chain: one for each anon_vma that a vma may have pages of. */
static void note_of_anon(struct run *run, void *arg, kaddr_t node)
{
	const struct layout *l = run->layout;
	kaddr_t addr;

	if (read_member(run, node - l->anon_chain_rb.offset, l->anon_chain_vma, &addr) && addr)
		note_vma(run, arg, addr);
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_pages(const void *left, const void *right)
{
	const struct range *a = &((const struct vma *)left)->pages;
	const struct range *b = &((const struct vma *)right)->pages;

	return a->first != b->first ? compare(a->first, b->first) : compare(a->last, b->last);
}

static void put_in_order(struct run *run, struct tree *tree)
{
	struct alike *alike = NULL;

	if (tree->count)
		qsort(tree->vmas, tree->count, sizeof(*tree->vmas), by_pages);
	for (size_t i = 0; i < tree->count; i++) {
		struct vma *vma = &tree->vmas[i];

		if (alike && !by_pages(alike->vmas, vma)) {
			alike->count++;
			continue;
		}
		tree->alikes = arena_grow(&run->arena, tree->alikes, tree->alike_count, &tree->alike_room,
					  sizeof(*alike));
		alike = &tree->alikes[tree->alike_count++];
		*alike = (struct alike){ .vmas = vma, .count = 1 };
	}
}

static struct tree *new_tree(struct run *run, struct mappers *mappers, kaddr_t object)
{
	struct tree *tree = arena_alloc(&run->arena, sizeof(*tree));

	map_put(&mappers->trees, object, tree);
	return tree;
}

static struct tree *tree_of_file(struct run *run, struct mappers *mappers, kaddr_t mapping)
{
	const struct member root = run->layout->mapping_i_mmap;
	struct tree *tree = map_get(&mappers->trees, mapping);

	if (tree)
		return tree;
	tree = new_tree(run, mappers, mapping);
	if (root.known && run->layout->vma_shared.known)
		rbtree_visit(run, mapping + root.offset, note_of_file, &(struct walk){ mappers, tree });
	put_in_order(run, tree);
	return tree;
}

static struct tree *tree_of_anon(struct run *run, struct mappers *mappers, kaddr_t anon_vma)
{
	const struct layout *l = run->layout;
	struct tree *tree = map_get(&mappers->trees, anon_vma);

	if (tree)
		return tree;
	tree = new_tree(run, mappers, anon_vma);
	if (l->anon_vma_root.known && l->anon_chain_rb.known)
		rbtree_visit(run, anon_vma + l->anon_vma_root.offset, note_of_anon,
			     &(struct walk){ mappers, tree });
	put_in_order(run, tree);
	return tree;
}

/* Of a tree; hugetlb counts in its own (until 6.6), so there all are taken. */
static bool read_pages(struct run *run, const struct folio *folio, struct range *pages)
{
	*pages = (struct range){ 0, UINT64_MAX };
	if (folio->hugetlb)
		return true;
	if (!read_member(run, folio->page, run->layout->page_index, &pages->first))
		return false;
	pages->last = pages->first + folio->base_pages - 1;
	return true;
}

static void visit_alike(struct run *run, struct alike *alike, sharers_visitor *visit, void *arg)
{
	if (alike->visited)
		return;
	alike->visited = true;
	for (size_t i = 0; i < alike->count; i++)
		visit(run, arg, alike->vmas[i].sharers);
}

static bool visit_tree(struct run *run, struct tree *tree, struct range pages,
		       sharers_visitor *visit, void *arg)
{
	bool any = false;

	for (size_t i = 0; i < tree->alike_count; i++) {
		struct alike *alike = &tree->alikes[i];

		run_check(run);
		if (alike->vmas->pages.first > pages.last)
			break;
		if (alike->vmas->pages.last < pages.first)
			continue;
		any = true;
		visit_alike(run, alike, visit, arg);
	}
	return any;
}

struct mappers *mappers_new(struct run *run, const struct sharing *sharing)
{
	struct mappers *mappers = arena_alloc(&run->arena, sizeof(*mappers));

	mappers->sharing = sharing;
	map_init(&mappers->trees, &run->arena);
	return mappers;
}

bool mappers_visit(struct run *run, struct mappers *mappers, const struct folio *folio,
		   sharers_visitor *visit, void *arg)
{
	struct range pages;
	struct tree *tree;

	if ((!folio->mapping && !folio->anon_vma) || !read_pages(run, folio, &pages))
		return false;
	tree = folio->mapping ? tree_of_file(run, mappers, folio->mapping) :
				tree_of_anon(run, mappers, folio->anon_vma);
	return visit_tree(run, tree, pages, visit, arg);
}

bool mappers_visit_all(struct run *run, struct mappers *mappers, kaddr_t mapping,
		       sharers_visitor *visit, void *arg)
{
	return visit_tree(run, tree_of_file(run, mappers, mapping), (struct range){ 0, UINT64_MAX },
			  visit, arg);
}
