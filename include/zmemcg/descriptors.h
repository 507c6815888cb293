/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a task has open.
 */
#ifndef ZMEMCG_DESCRIPTORS_H
#define ZMEMCG_DESCRIPTORS_H

#include "zmemcg/types.h"

struct run;

/*
 * Calls visit() for each open descriptor of a table: task_struct.files, a struct
 * files_struct, which threads share, and forks that asked for it (CLONE_FILES). file is
 * a struct file; include/linux/fdtable.h 6.1 files_lookup_fd_raw().
 */
void descriptors_visit(struct run *run, kaddr_t table,
		       void (*visit)(struct run *run, void *arg, unsigned int number, kaddr_t file),
		       void *arg);

#endif
