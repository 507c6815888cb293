// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/mappers.h"

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/layout.h"
#include "zmemcg/map.h"
#include "zmemcg/memmap.h"
#include "zmemcg/rbtree.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"

struct vma {
	const struct sharers *sharers;
	uint64_t first, last;	/* pages, as page.index counts them */
	bool visited;
};

/* The vmas of one address_space or anon_vma. */
struct tree {
	struct vma *vmas;
	size_t count, room;
	size_t left;		/* that were not visited */
};

struct mappers {
	const struct sharing *sharing;
	struct map trees;	/* by the object that has them */
};

struct walk {
	const struct mappers *mappers;
	struct tree *tree;
};

static bool read_range(struct run *run, kaddr_t addr, struct vma *vma)
{
	const struct layout *l = run->layout;
	uint64_t start, end;

	if (!read_member(run, addr, l->vma_start, &start) || !read_member(run, addr, l->vma_end, &end) ||
	    !read_member(run, addr, l->vma_pgoff, &vma->first) || end <= start)
		return false;
	vma->last = vma->first + (end - start) / memmap_page_bytes() - 1;
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
	if (!vma.sharers || !read_range(run, addr, &vma))
		return;
	tree->vmas = arena_grow(&run->arena, tree->vmas, tree->count, &tree->room, sizeof(vma));
	tree->vmas[tree->count++] = vma;
	tree->left++;
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
	return tree;
}

/* Pages of a tree; hugetlb counts in its own (until 6.6), so there all are taken. */
struct range {
	uint64_t first, last;
};

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

static bool visit_tree(struct run *run, struct tree *tree, struct range pages,
		       sharers_visitor *visit, void *arg)
{
	bool any = false;

	run_check(run);
	for (size_t i = 0; i < tree->count && (tree->left || !any); i++) {
		struct vma *vma = &tree->vmas[i];

		if (vma->first > pages.last || vma->last < pages.first)
			continue;
		any = true;
		if (vma->visited)
			continue;
		vma->visited = true;
		tree->left--;
		visit(run, arg, vma->sharers);
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
