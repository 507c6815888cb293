/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What frees a zombie: for each holder the action that takes its reference away.
 * Plain C.
 */
#ifndef ZMEMCG_REMEDIES_H
#define ZMEMCG_REMEDIES_H

#include "zmemcg/types.h"

enum remedy {
	REMEDY_DROP_CACHES,	/* sync, and 3 into vm.drop_caches */
	REMEDY_FILE,		/* a file in memory: truncate or remove it */
	REMEDY_SWAPOFF,
	REMEDY_CLOSE,		/* a descriptor: socket, inotify, a file without a name */
	REMEDY_TASK,		/* end a task: it maps or locks the pages, or it is in the cgroup */
	REMEDY_UNMOUNT,		/* a filesystem holds its metadata's buffers */
	REMEDY_TIME,		/* goes by itself when a CPU charges for another memcg */
	REMEDY_NONE,		/* nothing that is known here */
	REMEDIES,
};

/* One zombie: the remedies of all its holders, as bits; its parent's place, or SIZE_MAX. */
struct patient {
	unsigned int needs;
	size_t parent;
};

struct remedies {
	uint64_t alone[REMEDIES];	/* zombies that this action frees, with nothing else done */
	uint64_t together;		/* that several of the actions together free */
	uint64_t going;			/* that nothing holds */
};

/*
 * A zombie's parent is free only when the zombie is: it needs what the zombie needs.
 * Parents stand before their children.
 */
struct remedies remedies_count(struct patient *patients, size_t count);

#endif
