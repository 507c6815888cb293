// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/descriptors.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/run.h"
#include "zmemcg/sockets.h"
#include "zmemcg/tasks.h"

struct counting {
	struct ledger *ledger;
	struct map tables, files;	/* that were looked at: threads and forks share them */
	kaddr_t task;			/* whose table is looked at */
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

static void look_at_file(struct run *run, void *arg, unsigned int number, kaddr_t file)
{
	const struct layout *l = run->layout;
	struct counting *counting = arg;
	kaddr_t f_op, private, sock;
	char words[96];

	(void)number;
	if (!map_put(&counting->files, file, counting) ||
	    !read_member(run, file, l->file_f_op, &f_op) || !f_op ||
	    (f_op != l->socket_file_ops && f_op != l->inotify_fops && f_op != l->fanotify_fops) ||
	    !read_member(run, file, l->file_private_data, &private) || !private)
		return;
	task_words(run, counting->task, words, sizeof(words));
	if (f_op != l->socket_file_ops)
		count_group(run, counting, private,
			    f_op == l->inotify_fops ? "inotify" : "fanotify", words);
	else if (read_member(run, private, l->socket_sk, &sock) && sock)
		socket_count(run, counting->ledger, sock, words);
}

static void look_at_task(struct run *run, void *arg, kaddr_t task)
{
	struct counting *counting = arg;
	kaddr_t table;

	if (!read_member(run, task, run->layout->task_files, &table) || !table ||
	    !map_put(&counting->tables, table, counting))
		return;
	counting->task = task;
	descriptors_visit(run, table, look_at_file, counting);
}

void references_of_open_files(struct run *run, struct ledger *ledger)
{
	struct counting counting = { .ledger = ledger };

	map_init(&counting.tables, &run->arena);
	map_init(&counting.files, &run->arena);
	tasks_visit(run, look_at_task, &counting);
}
