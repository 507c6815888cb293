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
	REMEDY_FILE,		/* a file in memory: truncate it */
	REMEDY_IPCRM,		/* a segment of System V */
	REMEDY_SWAPOFF,
	REMEDY_CLOSE,		/* a descriptor: socket, inotify, a namespace, a file without a name */
	REMEDY_LET_GO,		/* read or close the pipe or socket that has the pages, end the I/O with them */
	REMEDY_TASK,		/* end a task: it maps or locks the pages, or is in the cgroup or a namespace
				   of it; one that exited goes with its parent */
	REMEDY_UNMOUNT,		/* a filesystem holds its metadata's buffers, its inodes */
	REMEDY_TIME,		/* goes by itself when a CPU charges for another memcg, or another is removed */
	REMEDY_NONE,		/* nothing that is known here */
	REMEDIES,
};

#define NEED(remedy)	(1u << (remedy))

/* What REMEDY_TIME brings, a set of: */
enum {
	WAIT_STOCK = 1,		/* another memcg is charged on the stock's CPU, or that goes offline */
	WAIT_SLOT = 2,		/* the same of a stock of several memcgs, of which a charge takes one */
	WAIT_TIMEOUT = 4,	/* of a TCP socket that is closed */
	WAIT_REMOVAL = 8,	/* of another memcg, which hands clean writebacks to the parent */
};

struct patient {
	unsigned int needs;	/* the remedies of all its holders */
	size_t parent;		/* its place, or SIZE_MAX */
	bool asked;		/* it is to be counted; the others are there for their parents */
};

struct remedies {
	uint64_t alone[REMEDIES];	/* zombies that this action frees, with nothing else done */
	uint64_t together;		/* that several of the actions together free */
	uint64_t sets[NEED(REMEDY_NONE)];	/* those by their needs */
	uint64_t going;			/* that nothing holds */
};

/*
 * A zombie's parent is free only when the zombie is: it needs what the zombie needs.
 * Parents stand before their children.
 */
struct remedies remedies_count(struct patient *patients, size_t count);

#endif
