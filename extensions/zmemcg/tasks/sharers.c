// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/sharers.h"

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"
#include "zmemcg/tasks.h"

static struct sharers *sharers_of(struct run *run, struct shared *shared, kaddr_t object)
{
	struct sharers *sharers = map_get(&shared->by_object, object);

	if (sharers)
		return sharers;
	sharers = arena_alloc(&run->arena, sizeof(*sharers));
	sharers->object = object;
	map_put(&shared->by_object, object, sharers);
	shared->list = arena_grow(&run->arena, shared->list, shared->count, &shared->room,
				  sizeof(*shared->list));
	shared->list[shared->count++] = sharers;
	return sharers;
}

static void add_task(struct run *run, struct sharers *sharers, kaddr_t task, kaddr_t signal)
{
	if (sharers->count && sharers->signal == signal)
		return;
	sharers->signal = signal;
	sharers->tasks = arena_grow(&run->arena, sharers->tasks, sharers->count, &sharers->room,
				    sizeof(*sharers->tasks));
	sharers->tasks[sharers->count++] = task;
}

/* What a task has, if it has that. */
struct property {
	kaddr_t task, signal;
	struct member member;	/* of the task */
};

static void look_at(struct run *run, struct shared *shared, const struct property *property)
{
	kaddr_t object;

	if (read_member(run, property->task, property->member, &object) && object)
		add_task(run, sharers_of(run, shared, object), property->task, property->signal);
}

/* include/linux/sched.h: a thread of the kernel. */
#define PF_KTHREAD	0x00200000

/*
 * One that borrows an mm for a while (kernel/kthread.c 6.1 kthread_use_mm(), as vhost does until
 * 6.3) has it as its own then; it need not end, and nobody can end it.
 */
static bool is_of_kernel(struct run *run, kaddr_t task)
{
	uint64_t flags;

	return read_member(run, task, run->layout->task_flags, &flags) && flags & PF_KTHREAD;
}

/* A leader that has ended has none, and may have threads that go on. */
static void look_at_task(struct run *run, void *arg, kaddr_t task)
{
	const struct layout *l = run->layout;
	struct sharing *sharing = arg;
	kaddr_t signal;

	if (!read_member(run, task, l->task_signal, &signal))
		return;
	look_at(run, &sharing->tables, &(struct property){ task, signal, l->task_files });
	if (!is_of_kernel(run, task))
		look_at(run, &sharing->mms, &(struct property){ task, signal, l->task_mm });
	look_at(run, &sharing->nsproxies, &(struct property){ task, signal, l->task_nsproxy });
}

struct sharing *sharing_of_tasks(struct run *run)
{
	struct sharing *sharing = arena_alloc(&run->arena, sizeof(*sharing));

	map_init(&sharing->mms.by_object, &run->arena);
	map_init(&sharing->tables.by_object, &run->arena);
	map_init(&sharing->nsproxies.by_object, &run->arena);
	tasks_visit(run, look_at_task, sharing);
	return sharing;
}
