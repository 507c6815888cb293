/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's red-black trees: include/linux/rbtree_types.h.
 */
#ifndef ZMEMCG_RBTREE_H
#define ZMEMCG_RBTREE_H

#include "zmemcg/types.h"

struct run;

/*
 * Calls visit() with the address of each rb_node of the tree whose rb_root (or
 * rb_root_cached) this is, parents before their children. Each has to name the one it
 * hangs on as its parent: a branch that does not is cut and counted.
 */
void rbtree_visit(struct run *run, kaddr_t root,
		  void (*visit)(struct run *run, void *arg, kaddr_t node), void *arg);

#endif
