/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks that map pages of a file, or anonymous memory: by the trees of vmas that a struct address_space and
 * an anon_vma have (mm/rmap.c 6.1 rmap_walk_file(), rmap_walk_anon()). Nobody reads page tables: a vma that covers
 * a page need not have it, as one that a fork began with and wrote to since.
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

struct mappers *mappers_new(struct run *run, const struct sharing *sharing);

/*
 * Calls visit() with those of each vma that covers some of the folio, once for each vma, whichever of its folios
 * comes first. Returns whether there is any, visited before or now: none of KSM's memory is found, nor who is ending.
 */
bool mappers_visit(struct run *run, struct mappers *mappers, const struct folio *folio,
		   sharers_visitor *visit, void *arg);

/* The same of all vmas of a struct address_space. */
bool mappers_visit_all(struct run *run, struct mappers *mappers, kaddr_t mapping,
		       sharers_visitor *visit, void *arg);

#endif
