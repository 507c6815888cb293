// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/tasks.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/lists.h"
#include "zmemcg/run.h"
#include "zmemcg/text.h"

struct visiting {
	void (*visit)(struct run *run, void *arg, kaddr_t task);
	void *arg;
};

static void visit_thread(struct run *run, void *arg, kaddr_t link)
{
	const struct visiting *visiting = arg;

	visiting->visit(run, visiting->arg, link - run->layout->task_thread_node.offset);
}

static void visit_process(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;
	kaddr_t signal;

	if (read_member(run, link - l->task_tasks.offset, l->task_signal, &signal) && signal)
		list_visit(run, signal + l->signal_thread_head.offset, visit_thread, arg);
}

void tasks_visit(struct run *run, void (*visit)(struct run *run, void *arg, kaddr_t task),
		 void *arg)
{
	struct visiting visiting = { visit, arg };

	list_visit(run, run->layout->init_task + run->layout->task_tasks.offset, visit_process,
		   &visiting);
}

void task_words(struct run *run, kaddr_t task, char *words, size_t room)
{
	const struct layout *l = run->layout;
	char comm[16] = "?", escaped[4 * sizeof(comm) + 1];
	uint64_t pid = 0;
	size_t len = 1;

	read_member(run, task, l->task_pid, &pid);
	if (l->task_comm.known)
		read_text(run, task + l->task_comm.offset, comm, sizeof(comm), &len);
	escape(comm, len, escaped);
	snprintf(words, room, "pid %u (%s)", (unsigned int)pid, escaped);
}
