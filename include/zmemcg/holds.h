/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which folios drop_caches can't free, and why.
 */
#ifndef ZMEMCG_HOLDS_H
#define ZMEMCG_HOLDS_H

#include "zmemcg/types.h"

struct folio;
struct run;

/* In the order of the column FLAGS. */
enum folio_hold {
	HELD_DIRTY = 1,
	HELD_WRITEBACK = 2,
	HELD_MAPPED = 4,
	HELD_MLOCKED = 8,
	HELD_BUFFERS = 16,	/* a mounted filesystem holds a buffer of the page, or what stands for one */
	HELD_REFERRED = 32,	/* something else refers to it: a pipe, a socket's data, I/O */
	HELD_UNLINKED = 64,	/* not of the folio but of its inode */
};

/*
 * A set of enum folio_hold; mm/truncate.c 6.1 mapping_evict_folio(), of which 5.10
 * invalidate_inode_page() and mm/vmscan.c __remove_mapping() make the same. HELD_REFERRED is looked
 * for where nothing else explains a reference: not with HELD_WRITEBACK, HELD_MAPPED, HELD_MLOCKED,
 * nor with HELD_DIRTY but in shared memory, which is never clean.
 */
unsigned int folio_holds(struct run *run, const struct folio *folio);

/*
 * Whether its file was truncated, or it is anonymous and nobody maps it, and it is there because such a thing refers
 * to it.
 */
bool folio_is_cut_off(struct run *run, const struct folio *folio);

/*
 * Whether such a thing refers to a base page of anonymous memory besides those who map it. Of a huge one
 * the counts do not tell.
 */
bool folio_is_pinned(struct run *run, const struct folio *folio);

#endif
