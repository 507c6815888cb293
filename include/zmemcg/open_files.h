/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The open files that can lead to a memcg, found by one walk over the descriptors of all
 * tasks, which whoever asks first pays for.
 */
#ifndef ZMEMCG_OPEN_FILES_H
#define ZMEMCG_OPEN_FILES_H

#include "zmemcg/ledger.h"
#include "zmemcg/map.h"
#include "zmemcg/types.h"

struct run;

enum open_kind {
	OPEN_SOCKET,	/* object: struct socket */
	OPEN_INOTIFY,	/* struct fsnotify_group */
	OPEN_FANOTIFY,
	OPEN_IO_URING,	/* struct io_ring_ctx */
	OPEN_NAMESPACE,	/* its inode has it; of a path alone (O_PATH), too */
	OPEN_KERNFS,	/* struct seq_file */
	OPEN_KINDS,
};

/* How a file that no descriptor refers to is kept. */
enum carriage {
	CARRIED_NOT,
	CARRIED_BY_SOCKET,	/* on the way through a unix socket (SCM_RIGHTS) */
	CARRIED_BY_RING,	/* registered with an io_uring */
};

struct open_file {
	kaddr_t file;
	enum open_kind kind;
	kaddr_t object;		/* file.private_data */
	kaddr_t task;		/* the first that has it open, or what carries it */
	unsigned int number;	/* its descriptor there */
	enum carriage carriage;
	kaddr_t carrier;	/* struct sock, struct io_ring_ctx */
	kaddr_t through;	/* the file that descriptors refer to by which that was come to; 0: this one */
};

/* Forks have the same file: who has it, the first of each table of descriptors, in the order of the tasks. */
struct open_tasks {
	struct open_task {
		struct open_task *next;
		kaddr_t task;
	} *first, **end;
};

struct open_files {
	struct open_file *files;	/* each once */
	size_t count, room;
	struct map seen;		/* struct open_tasks, by file; of others, too */
	bool has_passed;
};

/* Those of the tasks' descriptors; the same each time. */
struct open_files *open_files_of(struct run *run, struct ledger *ledger);

/* With those that no task has open but that are on their way to one: passed_files.c. */
struct open_files *open_files_with_passed(struct run *run, struct ledger *ledger);

/* Adds a file that was met elsewhere; its kind and object are looked up here. */
void open_files_add(struct run *run, struct open_files *open, struct open_file file);

/* Who has it, for people: "descriptor 3 of pid 42 (comm), task ffff8ea0c0a1c140". */
void open_file_words(struct run *run, const struct open_file *file, char *words, size_t room);

/*
 * Calls is_wanted() with the processes that have it, each by a task of it, and with those that have what carries
 * it, until that returns true; returns whether it did.
 */
bool open_file_find_task(struct run *run, struct ledger *ledger, const struct open_file *file,
			 bool (*is_wanted)(struct run *run, void *arg, kaddr_t task), void *arg);

/* Somebody has to close it: names all tasks that have it, for ledger_target(). */
void open_file_to_close(struct run *run, struct ledger *ledger, const struct open_file *file);

/* Names it behind a holder of the ledger: ledger_add_behind(). */
void open_file_behind(struct run *run, struct ledger *ledger, enum reference kind,
		      kaddr_t holder, const struct open_file *file);

#endif
