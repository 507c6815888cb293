/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cgroups of the memory hierarchy, found without the css tree: through the
 * kernfs_nodes in the slab pages of the kernel variable kernfs_node_cache, full
 * slabs and merged caches included.
 */
#ifndef ZMEMCG_KERNFS_SLAB_H
#define ZMEMCG_KERNFS_SLAB_H

#include "zmemcg/types.h"

struct run;

typedef void cgroup_visitor(struct run *run, void *arg, kaddr_t kn, kaddr_t cgroup);

/*
 * Calls visit() for each kernfs_node that is the directory of a cgroup: the node
 * leads to the cgroup and the cgroup back to the node. Objects that were freed,
 * and those of other caches that were merged with it, do not pass that.
 */
void kernfs_slab_visit(struct run *run, cgroup_visitor *visit, void *arg);

#endif
