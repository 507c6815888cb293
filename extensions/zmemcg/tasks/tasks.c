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

uint64_t task_pid(struct run *run, kaddr_t task)
{
	uint64_t pid = 0;

	read_member(run, task, run->layout->task_pid, &pid);
	return pid;
}

struct name task_name(struct run *run, kaddr_t task)
{
	const struct member member = run->layout->task_comm;
	char comm[16];
	size_t len;

	if (!member.known || !read_text(run, task + member.offset, comm, sizeof(comm), &len) || !len)
		return (struct name){ 0 };
	return (struct name){ .path = arena_strndup(&run->arena, comm, len), .path_len = len };
}

kaddr_t task_process(struct run *run, kaddr_t task)
{
	kaddr_t leader;

	return read_member(run, task, run->layout->task_group_leader, &leader) && leader ? leader : task;
}

bool task_has_exited(struct run *run, kaddr_t task)
{
	uint64_t state;

	return read_member(run, task, run->layout->task_exit_state, &state) && state;
}

/* kernel/exit.c 6.1 do_exit(): the last thread takes live to 0. */
bool task_process_has_exited(struct run *run, kaddr_t task)
{
	const struct layout *l = run->layout;
	uint64_t live;
	kaddr_t signal;

	return task_has_exited(run, task) &&
	       !(l->signal_live.known && read_member(run, task, l->task_signal, &signal) && signal &&
		 read_member(run, signal, l->signal_live, &live) && (uint32_t)live);
}

kaddr_t task_parent(struct run *run, kaddr_t task)
{
	kaddr_t parent;

	return read_member(run, task_process(run, task), run->layout->task_real_parent, &parent) && parent ?
	       task_process(run, parent) : 0;
}

void task_words(struct run *run, kaddr_t task, char *words, size_t room)
{
	const struct name name = task_name(run, task);
	char escaped[4 * 16 + 1] = "?";

	if (name.path)
		escape(name.path, name.path_len, escaped);
	snprintf(words, room, "pid %u (%s)", (unsigned int)task_pid(run, task), escaped);
}
