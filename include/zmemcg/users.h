/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks that have a file open or mapped now. What has it besides them (a loop device,
 * swap, a message that carries a descriptor, io_uring) is no task's.
 */
#ifndef ZMEMCG_USERS_H
#define ZMEMCG_USERS_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct file;
struct files;
struct run;
struct sharing;
struct users;

/* include/linux/fs.h */
#define FMODE_READ	0x1
#define FMODE_WRITE	0x2

struct user_descriptor {
	unsigned int number;
	unsigned int mode;	/* FMODE_* */
};

/* include/linux/mm.h */
#define VM_READ		0x0001
#define VM_WRITE	0x0002
#define VM_EXEC		0x0004
#define VM_MAYSHARE	0x0080	/* what /proc/PID/maps calls shared */
#define VM_LOCKED	0x2000

struct user {
	kaddr_t task;
	uint64_t pid;			/* 0: unreadable */
	struct name comm;
	struct user_descriptor *open;	/* by number */
	size_t open_count;
	bool mapped;
	uint64_t mapped_flags;		/* VM_* of any of its mappings */
};

/*
 * One pass over the descriptors of all tasks, for all files that were met so far. A process stands
 * for its threads; a thread that has descriptors of its own (unshare(CLONE_FILES)) for itself.
 */
struct users *users_new(struct run *run, const struct files *files, const struct sharing *sharing);

/*
 * Who uses the file, by pid: by file.f_mapping of what is open, by address_space.i_mmap of
 * what is mapped (mm/mmap.c 6.1 __vma_link_file()). Returns how many.
 */
size_t users_of(struct run *run, struct users *users, const struct file *file, struct user **list);

#endif
