/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page tables of a process: which page its memory has at an address. x86-64 with four and five
 * levels, arm64 with pages of 4, 16 and 64 KB; of another machine nothing is known.
 */
#ifndef ZMEMCG_PAGE_TABLES_H
#define ZMEMCG_PAGE_TABLES_H

#include "zmemcg/types.h"

struct page_tables;
struct run;

struct page_tables *page_tables_new(struct run *run);

/* What its tables say of an address. */
struct mapped {
	enum {
		MAPPED_NOTHING,
		MAPPED_PAGES,
		MAPPED_UNKNOWN,	/* how this machine's tables are made, or one of them is unreadable */
	} what;
	uint64_t pfn;		/* of the page at that address */
	uint64_t end;		/* the first address that this is not about: until there page follows page */
};

/*
 * Of a user's address in an mm_struct: an entry of any level that is present, or that the process
 * may just not use now (PROT_NONE, as NUMA balancing makes them): both count in the page's
 * mapcount. What was swapped out and what migrates is nothing. Addresses that follow each other
 * read each table once.
 */
struct mapped page_tables_look_up(struct run *run, struct page_tables *tables, kaddr_t mm,
				  uint64_t addr);

/* Levels of tables, 0: not known. */
int page_tables_levels(const struct page_tables *tables);

/*
 * Bytes of an mm's own table, the uppermost, that are the user's: the rest is the kernel's, and all
 * have that. 0: not known.
 */
size_t page_tables_user_bytes(const struct page_tables *tables);

/* The table that an entry of an upper level refers to; 0: to none. */
kaddr_t page_tables_below(const struct page_tables *tables, uint64_t entry);

#endif
