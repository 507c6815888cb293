// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/run.h"
#include "zmemcg/sockets.h"
#include "zmemcg/tasks.h"

/* fs.nr_open's ceiling on 64-bit machines is larger; what a task has is not. */
#define FDS_LIMIT	1048576

struct counting {
	struct ledger *ledger;
	struct map tables, files;	/* that were looked at: threads and forks share them */
};

static void count_group(struct run *run, struct counting *counting, kaddr_t group,
			const char *kind, const char *task)
{
	const struct memcg *memcg;
	char words[128];
	kaddr_t pointer;

	if (!read_member(run, group, run->layout->fsnotify_memcg, &pointer))
		return;
	memcg = ledger_memcg(counting->ledger, pointer);
	if (!memcg)
		return;
	snprintf(words, sizeof(words), "%s group of %s", kind, task);
	ledger_add(counting->ledger, memcg, REF_FSNOTIFY, 1, group,
		   ledger_words(counting->ledger, words));
}

static void look_at_file(struct run *run, struct counting *counting, kaddr_t file, kaddr_t task)
{
	const struct layout *l = run->layout;
	kaddr_t f_op, private, sock;
	char words[96];

	if (!map_put(&counting->files, file, counting) ||
	    !read_member(run, file, l->file_f_op, &f_op) || !f_op ||
	    (f_op != l->socket_file_ops && f_op != l->inotify_fops && f_op != l->fanotify_fops) ||
	    !read_member(run, file, l->file_private_data, &private) || !private)
		return;
	task_words(run, task, words, sizeof(words));
	if (f_op != l->socket_file_ops)
		count_group(run, counting, private,
			    f_op == l->inotify_fops ? "inotify" : "fanotify", words);
	else if (read_member(run, private, l->socket_sk, &sock) && sock)
		socket_count(run, counting->ledger, sock, words);
}

static void look_at_task(struct run *run, void *arg, kaddr_t task)
{
	const struct layout *l = run->layout;
	struct counting *counting = arg;
	kaddr_t files, table, fds, file;
	uint64_t count;

	if (!read_member(run, task, l->task_files, &files) || !files ||
	    !map_put(&counting->tables, files, counting) ||
	    !read_member(run, files, l->files_fdt, &table) ||
	    !read_member(run, table, l->fdt_max_fds, &count) ||
	    !read_member(run, table, l->fdt_fd, &fds))
		return;
	if (count > FDS_LIMIT) {
		run->counts.cut++;
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		if (read_pointer(run, fds + i * sizeof(long), &file) && file)
			look_at_file(run, counting, file, task);
	}
}

void references_of_open_files(struct run *run, struct ledger *ledger)
{
	struct counting counting = { .ledger = ledger };

	map_init(&counting.tables, &run->arena);
	map_init(&counting.files, &run->arena);
	tasks_visit(run, look_at_task, &counting);
}
