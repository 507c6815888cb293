/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Cgroup namespaces, and what keeps them besides the tasks that are in them.
 */
#ifndef ZMEMCG_NAMESPACES_H
#define ZMEMCG_NAMESPACES_H

#include "zmemcg/types.h"

struct ledger;
struct open_file;
struct run;

/* A struct cgroup_namespace, and one of these. */
struct namespace_keeper {
	kaddr_t ns;
	kaddr_t task;		/* is in it */
	const struct open_file *file;	/* leads to it (/proc/PID/ns/cgroup), or is of cgroupfs
					   and was opened from within it */
	kaddr_t mount;		/* a struct mount: mount --bind /proc/PID/ns/cgroup */
};

/* The one that a task is in: include/linux/nsproxy.h. 0: none that is known, or it has ended. */
kaddr_t namespace_of_task(struct run *run, kaddr_t task);

/* Whether it is one of nsfs: a namespace of any kind. */
bool inode_is_namespace(struct run *run, kaddr_t inode);

/*
 * Calls visit() with each file and each mount that keeps what may be a cgroup namespace: nsfs does
 * not say of which kind one is, so ns may be another, and nothing of it was read.
 */
void namespaces_visit(struct run *run, struct ledger *ledger,
		      void (*visit)(struct run *run, void *arg, struct namespace_keeper keeper),
		      void *arg);

#endif
