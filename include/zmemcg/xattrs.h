/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Extended attributes that somebody set on a directory of kernfs: fs/kernfs/inode.c,
 * fs/xattr.c struct simple_xattr.
 */
#ifndef ZMEMCG_XATTRS_H
#define ZMEMCG_XATTRS_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct run;

/* The value, at most 255 bytes of it, in the path of a name; no path where it is not set. */
struct name kernfs_xattr(struct run *run, kaddr_t kn, const char *name);

#endif
