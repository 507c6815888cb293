/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The mounts of a filesystem.
 */
#ifndef ZMEMCG_MOUNTS_H
#define ZMEMCG_MOUNTS_H

#include "zmemcg/types.h"

struct run;

/*
 * Calls visit() with each struct mount of a super_block, whatever mount namespace it is in: by
 * super_block.s_mounts, fs/namespace.c 6.1 vfs_create_mount().
 */
void mounts_visit(struct run *run, kaddr_t sb,
		  void (*visit)(struct run *run, void *arg, kaddr_t mount), void *arg);

/* The dentry that a struct mount shows as its root. */
bool mount_root(struct run *run, kaddr_t mount, kaddr_t *dentry);

#endif
