/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which tasks have a table of descriptors, an mm, or namespaces: all can be shared.
 */
#ifndef ZMEMCG_SHARERS_H
#define ZMEMCG_SHARERS_H

#include "zmemcg/map.h"
#include "zmemcg/types.h"

struct run;

struct sharers {
	kaddr_t object;		/* struct files_struct, mm_struct, nsproxy */
	kaddr_t signal;		/* of the process that came last: its threads follow each other */
	kaddr_t *tasks;		/* the first of each process that has it: its leader, while it lives */
	size_t count, room;
};

/* All of one kind. */
struct shared {
	struct map by_object;		/* struct sharers */
	struct sharers **list;		/* in the order in which they were met */
	size_t count, room;
};

struct sharing {
	struct shared mms;	/* of no thread of the kernel, which can only borrow one */
	struct shared tables, nsproxies;
};

/* Of all tasks, in one pass over them. */
struct sharing *sharing_of_tasks(struct run *run);

/* Of one mm; NULL: no task has it, as of one that is ending. */
static inline const struct sharers *sharers_of_mm(const struct sharing *sharing, kaddr_t mm)
{
	return map_get(&sharing->mms.by_object, mm);
}

#endif
