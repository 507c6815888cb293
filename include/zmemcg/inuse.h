/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which inodes drop_caches can free.
 */
#ifndef ZMEMCG_INUSE_H
#define ZMEMCG_INUSE_H

#include "zmemcg/types.h"

struct run;

/*
 * Whether somebody has the inode besides the caches: fs/inode.c 6.1 inode_lru_isolate() frees
 * one that nobody counts on, fs/dcache.c prune_dcache_sb() its names first. Each name counts once
 * on its inode, and once on the directory that it is in; an open file, a mount, a working directory
 * count on a name, a filesystem or a device on the inode itself. True where it can't be known.
 */
bool inode_in_use(struct run *run, kaddr_t inode);

#endif
