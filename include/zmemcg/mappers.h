/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks that map pages of a file, or anonymous memory: by the trees of vmas that a struct
 * address_space and an anon_vma have (mm/rmap.c 6.1 rmap_walk_file(), rmap_walk_anon()), and by the
 * page tables of their mms (mm/page_vma_mapped.c page_vma_mapped_walk()): a vma that covers a page
 * need not have it, as one that a fork began with and wrote to since, or of a file that nobody
 * read there.
 *
 * All folios that are meant are added first. Then each vma is looked at once, and its tables are
 * read once: to go through the vmas for each folio would cost the product of the two, where
 * thousands of processes map a library of thousands of pages.
 */
#ifndef ZMEMCG_MAPPERS_H
#define ZMEMCG_MAPPERS_H

#include "zmemcg/types.h"

struct folio;
struct mappers;
struct run;
struct sharers;
struct sharing;

typedef void sharers_visitor(struct run *run, void *arg, const struct sharers *sharers);

/* With the struct page of a folio. */
typedef void page_visitor(struct run *run, void *arg, kaddr_t page);

struct mappers *mappers_new(struct run *run, const struct sharing *sharing);

/* Means this folio, too. False where nothing tells who maps it: KSM's memory. */
bool mappers_add(struct run *run, struct mappers *mappers, const struct folio *folio);

/*
 * Calls visit() with those of each vma that maps some of the folios, once for each vma, and nobody()
 * with each folio that none maps: its mm is ending, or it changed meanwhile. Where page tables are
 * not known (page_tables.h), a vma maps what it covers.
 */
void mappers_visit(struct run *run, struct mappers *mappers, sharers_visitor *visit,
		   page_visitor *nobody, void *arg);

/* Those of all vmas of a struct address_space, whatever they map. Returns whether there are any. */
bool mappers_visit_all(struct run *run, const struct sharing *sharing, kaddr_t mapping,
		       sharers_visitor *visit, void *arg);

#endif
