/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which mounts are to go, where a filesystem holds what only unmounting frees.
 */
#ifndef ZMEMCG_UNMOUNTS_H
#define ZMEMCG_UNMOUNTS_H

#include "zmemcg/types.h"

struct file;
struct ledger;
struct run;
struct unmounts;

struct unmounts *unmounts_new(struct run *run, struct ledger *ledger);

/*
 * Notes in the ledger what frees this file's pages or inode: each mount in init's namespace of
 * the filesystem that it belongs to, or that is mounted from it (a block device); where there
 * is no such mount the filesystem, as -f names it.
 */
void unmounts_add(struct run *run, struct unmounts *unmounts, const struct file *file);

#endif
