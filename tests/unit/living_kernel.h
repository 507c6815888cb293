/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A model of a kernel that is alive: between any two reads a css may come, go, be freed, and its memory be another's, and
 * elements and pages move from list to list. It is in the place of access.h, session.h and of what looks at more of a
 * memcg than its place in the tree.
 */
#ifndef LIVING_KERNEL_H
#define LIVING_KERNEL_H

#include "zmemcg/run.h"
#include "zmemcg/types.h"

struct list {
	struct list *next, *prev;
};

/* A folio: on its css's list. */
struct page {
	struct list lru;
	struct css *css;	/* that it is charged to */
};

struct css {
	struct list sibling, children, lru;
	uint64_t charged;
	struct css *parent;
	uint64_t serial;
	uint32_t flags;
	bool listed;		/* ours: the kernel's memory ends above */
	int children_count;
};

enum { CSSES = 40, ELEMENTS = 24, PAGES = 60 };

/* All that can be read of it. */
extern struct kernel {
	struct css css[CSSES];
	struct list heads[2], elements[ELEMENTS];
	struct page pages[PAGES];
	struct css *root_mem_cgroup;
} kernel;

/* What is known of it, and is not changed by it. */
extern uint64_t next_serial;	/* of the css that is made next; the first has 1 */
extern uint64_t parents[4096];	/* serial numbers, by the child's */
extern int list_of[ELEMENTS];	/* 0, 1: on a list; -1: on none */
extern bool stayed[ELEMENTS];	/* on the first list, all the time */
extern uint64_t owner_when_read[PAGES];	/* serial numbers */

/* Each starts it anew, the same for the same seed, and returns the run that reads it. */
struct run *start_tree(uint64_t seed);
struct run *start_lists(uint64_t seed);
/* Nothing changes until let_pages_change(). */
struct run *start_pages(uint64_t seed);

/* From now on, pages change hands. */
void let_pages_change(void);

#endif
