/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A cgroup by itself: its directory in kernfs and what that tells.
 */
#ifndef ZMEMCG_CGROUPS_H
#define ZMEMCG_CGROUPS_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct run;

/* Ours: the longest path that kernfs_path() gives, in bytes. */
#define CGROUP_PATH_ROOM	16384

/*
 * The path of a kernfs_node from the root of its hierarchy, "/" for the root. A
 * removed directory keeps its parent and its name (fs/kernfs/dir.c 6.1
 * __kernfs_remove()). No path when a part can't be read.
 */
struct name kernfs_path(struct run *run, kaddr_t kn);

/* Whether the cgroup was removed: include/linux/cgroup.h 6.1 cgroup_is_dead(). */
bool cgroup_removed(struct run *run, kaddr_t cgroup, bool *removed);

/* The flags of a css: include/linux/cgroup-defs.h, the same 5.10 to 7.2. */
#define CSS_ONLINE	0x02
#define CSS_RELEASED	0x04
#define CSS_DYING	0x10

/*
 * On a live system: whether the cgroup and its kernfs_node still lead to each other, and so
 * what was read of them was theirs. Always true of a dump.
 */
bool cgroup_still_there(struct run *run, kaddr_t kn, kaddr_t cgroup);

/* The number that the kernel gave to the cgroup when it was made (css.serial_nr); 0: not known. */
uint64_t cgroup_serial(struct run *run, kaddr_t cgroup);

#endif
