// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/sharers.h"

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"
#include "zmemcg/tasks.h"

static struct sharers *sharers_of(struct run *run, struct map *map, kaddr_t object)
{
	struct sharers *sharers = map_get(map, object);

	if (sharers)
		return sharers;
	sharers = arena_alloc(&run->arena, sizeof(*sharers));
	sharers->object = object;
	map_put(map, object, sharers);
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

static void add_table(struct run *run, struct sharing *sharing, struct sharers *table)
{
	sharing->tables = arena_grow(&run->arena, sharing->tables, sharing->table_count,
				     &sharing->table_room, sizeof(*sharing->tables));
	sharing->tables[sharing->table_count++] = table;
}

/* A leader that has ended has neither, and may have threads that go on. */
static void look_at_task(struct run *run, void *arg, kaddr_t task)
{
	const struct layout *l = run->layout;
	struct sharing *sharing = arg;
	struct sharers *sharers;
	kaddr_t signal, object;

	if (!read_member(run, task, l->task_signal, &signal))
		return;
	if (read_member(run, task, l->task_files, &object) && object) {
		sharers = sharers_of(run, &sharing->by_table, object);
		if (!sharers->count)
			add_table(run, sharing, sharers);
		add_task(run, sharers, task, signal);
	}
	if (read_member(run, task, l->task_mm, &object) && object)
		add_task(run, sharers_of(run, &sharing->by_mm, object), task, signal);
}

struct sharing *sharing_of_tasks(struct run *run)
{
	struct sharing *sharing = arena_alloc(&run->arena, sizeof(*sharing));

	map_init(&sharing->by_mm, &run->arena);
	map_init(&sharing->by_table, &run->arena);
	tasks_visit(run, look_at_task, sharing);
	return sharing;
}
