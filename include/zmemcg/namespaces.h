/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Namespaces, of cgroups and of the network, and what keeps them besides the tasks that are in them.
 */
#ifndef ZMEMCG_NAMESPACES_H
#define ZMEMCG_NAMESPACES_H

#include "zmemcg/layout.h"
#include "zmemcg/types.h"

struct keeper;
struct ledger;
struct run;

/* The one that a task is in, by a member of its nsproxy: include/linux/nsproxy.h. 0: none that is known, or it has ended. */
kaddr_t namespace_of_task(struct run *run, kaddr_t task, struct member in_nsproxy);

/* Whether it is one of nsfs: a namespace of any kind. */
bool inode_is_namespace(struct run *run, kaddr_t inode);

/*
 * Calls visit() with each file and each mount that keeps a namespace, and the address of the struct ns_common in
 * that. nsfs does not say of which kind one is: nothing of it was read, and whoever is called takes the offset off
 * that its own kind has there. Files of cgroupfs that were opened from within a cgroup namespace keep that.
 */
void namespaces_visit(struct run *run, struct ledger *ledger,
		      void (*visit)(struct run *run, void *arg, kaddr_t common, struct keeper keeper),
		      void *arg);

#endif
