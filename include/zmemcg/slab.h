/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Objects in slab pages, with no trust in the allocator's free lists: an object can
 * be a freed one.
 */
#ifndef ZMEMCG_SLAB_H
#define ZMEMCG_SLAB_H

#include "zmemcg/types.h"

struct layout;
struct run;

/* Whether a struct page heads a slab: include/linux/page-flags.h, a flag until 6.9, a page type since. False where
 * layout_tells_slabs() is. */
bool slab_page(const struct layout *layout, const char *bytes);

/* Calls visit() for each place of an object in the slab that a struct page heads. */
void slab_objects(struct run *run, kaddr_t page, uint64_t pfn, const char *bytes,
		  void (*visit)(struct run *run, void *arg, kaddr_t object), void *arg);

#endif
