// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/folio_tasks.h"

#include "zmemcg/folio.h"
#include "zmemcg/kernel_pages.h"
#include "zmemcg/ledger.h"
#include "zmemcg/mappers.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"
#include "zmemcg/task_targets.h"

/* Each NULL until a folio asks for it. */
struct folio_tasks {
	struct ledger *ledger;
	struct mappers *mappers;
	struct kernel_pages *kernel_pages;
};

struct visiting {
	task_visitor *visit;
	void (*nobody)(struct run *run, void *arg, kaddr_t page);
	void *arg;
};

static void visit_sharers(struct run *run, void *arg, const struct sharers *sharers)
{
	const struct visiting *visiting = arg;

	for (size_t i = 0; i < sharers->count; i++)
		visiting->visit(run, visiting->arg, sharers->tasks[i]);
}

static void visit_nobody(struct run *run, void *arg, kaddr_t page)
{
	const struct visiting *visiting = arg;

	visiting->nobody(run, visiting->arg, page);
}

struct folio_tasks *folio_tasks_new(struct run *run, struct ledger *ledger)
{
	struct folio_tasks *tasks = arena_alloc(&run->arena, sizeof(*tasks));

	tasks->ledger = ledger;
	return tasks;
}

bool folio_tasks_of_kernel(struct run *run, struct folio_tasks *tasks, const struct folio *folio,
			   task_visitor *visit, void *arg)
{
	struct visiting visiting = { .visit = visit, .arg = arg };
	struct kernel_page_owner owner;
	const struct sharers *sharers;

	if (!tasks->kernel_pages)
		tasks->kernel_pages = kernel_pages_of_tasks(run);
	owner = kernel_pages_owner(tasks->kernel_pages, folio);
	if (owner.task)
		visit(run, arg, owner.task);
	sharers = owner.mm ? sharers_of_mm(task_targets_sharing(run, tasks->ledger), owner.mm) : NULL;
	if (sharers)
		visit_sharers(run, &visiting, sharers);
	return owner.task || sharers;
}

bool folio_tasks_remember(struct run *run, struct folio_tasks *tasks, const struct folio *folio)
{
	if (!tasks->mappers)
		tasks->mappers = mappers_new(run, task_targets_sharing(run, tasks->ledger));
	return mappers_add(run, tasks->mappers, folio);
}

void folio_tasks_of_remembered(struct run *run, struct folio_tasks *tasks, task_visitor *visit,
			       void (*nobody)(struct run *run, void *arg, kaddr_t page), void *arg)
{
	struct visiting visiting = { visit, nobody, arg };

	if (tasks->mappers)
		mappers_visit(run, tasks->mappers, visit_sharers, visit_nobody, &visiting);
}
