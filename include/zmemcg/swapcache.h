/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folios in the swap cache, and who has their entries.
 */
#ifndef ZMEMCG_SWAPCACHE_H
#define ZMEMCG_SWAPCACHE_H

struct folio;
struct run;

enum swap_use {
	SWAP_UNKNOWN,	/* other tables count, as in 7.2 */
	SWAP_UNUSED,	/* the cache alone has the folio: it is freed with the entry */
	SWAP_USED,	/* page tables, or a file of tmpfs, have an entry of it */
};

/* Of a folio in the swap cache: mm/swapfile.c 6.1 __swap_count() of each of its entries. */
enum swap_use swap_use_of(struct run *run, const struct folio *folio);

#endif
