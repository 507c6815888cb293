/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which tasks have a table of descriptors, or an mm: both can be shared.
 */
#ifndef ZMEMCG_SHARERS_H
#define ZMEMCG_SHARERS_H

#include "zmemcg/map.h"
#include "zmemcg/types.h"

struct run;

struct sharers {
	kaddr_t object;		/* struct files_struct or mm_struct */
	kaddr_t signal;		/* of the process that came last: its threads follow each other */
	kaddr_t *tasks;		/* the first of each process that has it: its leader, while it lives */
	size_t count, room;
};

struct sharing {
	struct map by_mm;		/* struct sharers */
	struct map by_table;
	struct sharers **tables;	/* all of by_table */
	size_t table_count, table_room;
};

/* Of all tasks, in one pass over them. */
struct sharing *sharing_of_tasks(struct run *run);

#endif
