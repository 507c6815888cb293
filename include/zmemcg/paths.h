/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a dentry to the path that init sees.
 */
#ifndef ZMEMCG_PATHS_H
#define ZMEMCG_PATHS_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct run;
struct paths;

struct paths *paths_new(struct run *run);

/*
 * The path of a dentry of the filesystem sb through a mount in init's mount
 * namespace; of several mounts the shortest path, then the first in byte order
 * (fs/d_path.c 6.1 prepend_path()). Where init has no mount of it, the path
 * inside the filesystem: *mounted tells. False when there is neither: a part is
 * unreadable, or the dentry is not connected to its filesystem's root.
 */
bool paths_of_dentry(struct run *run, struct paths *paths, kaddr_t dentry, kaddr_t sb,
		     struct name *name, bool *mounted);

/* Where a struct mount is mounted; false when that is not in init's mount namespace. */
bool paths_of_mount(struct run *run, struct paths *paths, kaddr_t mount, struct name *name);

/* A dentry's own name, at most 255 bytes. */
bool dentry_name(struct run *run, kaddr_t dentry, char name[256], size_t *len);

#endif
