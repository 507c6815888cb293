/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass over the struct pages of the machine, for all who look for some of
 * them. Free blocks and compound pages are stepped over: their heads tell how
 * far, and a compound page's last tail whether that is true. What is between is not read.
 */
#ifndef ZMEMCG_SCAN_H
#define ZMEMCG_SCAN_H

#include "zmemcg/types.h"

struct run;

/* bytes: sizeof(struct page) of them, those of the page itself. */
struct scan_interest {
	/*
	 * What is looked at first, in each struct page: a word at this offset that
	 * has this value; 0: any but zero.
	 */
	int word_offset;
	uint64_t word;
	/* Decides on those that pass. Runs in a worker: what it keeps in arg is lost. */
	bool (*wants)(struct run *run, void *arg, kaddr_t page, const char *bytes);
	/* Gets what was wanted, in the session, by ascending page frame number. */
	void (*visit)(struct run *run, void *arg, kaddr_t page, uint64_t pfn, const char *bytes);
	/* In the session, before any is visited, while others scan; may be NULL. */
	void (*meanwhile)(struct run *run, void *arg);
	void *arg;
};

/* Heads of compound pages and single pages only; no tails, no free blocks. */
void scan_memory_map(struct run *run, const struct scan_interest *interests, int count);

#endif
