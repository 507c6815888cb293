// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/task_targets.h"

#include "zmemcg/run.h"
#include "zmemcg/sharers.h"
#include "zmemcg/tasks.h"

const struct sharing *task_targets_sharing(struct run *run, struct ledger *ledger)
{
	if (!ledger->sharing)
		ledger->sharing = sharing_of_tasks(run);
	return ledger->sharing;
}

static void name_task(struct run *run, struct ledger *ledger, enum target kind, kaddr_t task)
{
	struct targeted *target = ledger_target(ledger, kind, task);

	if (!target)
		return;
	target->pid = task_pid(run, task);
	target->name = task_name(run, task);
}

void task_to_close(struct run *run, struct ledger *ledger, kaddr_t task)
{
	name_task(run, ledger, TO_CLOSE, task);
}

static void name_parent(struct run *run, struct ledger *ledger, kaddr_t task)
{
	const kaddr_t parent = task_parent(run, task);

	if (parent)
		name_task(run, ledger, TO_REAP, parent);
	else
		ledger_target_unknown(ledger, TO_END, task);
}

void task_to_end(struct run *run, struct ledger *ledger, kaddr_t task)
{
	if (!ledger->whole)
		return;
	if (task_process_has_exited(run, task))
		name_parent(run, ledger, task);
	else
		name_task(run, ledger, TO_END, task_process(run, task));
}

void task_behind(struct run *run, struct ledger *ledger, enum reference kind, kaddr_t holder,
		 kaddr_t task)
{
	const kaddr_t process = task_process(run, task);
	char words[96];

	if (!ledger->detailed)
		return;
	task_words(run, process, words, sizeof(words));
	ledger_add_behind(ledger, kind, holder, "task", process, ledger_words(ledger, words));
}

void tasks_to_end(struct run *run, struct ledger *ledger, enum reference kind, kaddr_t holder,
		  const struct sharers *sharers)
{
	for (size_t i = 0; i < sharers->count; i++) {
		task_to_end(run, ledger, sharers->tasks[i]);
		task_behind(run, ledger, kind, holder, sharers->tasks[i]);
	}
}
