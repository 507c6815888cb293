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
	void (*visit)(struct run *run, void *arg, kaddr_t task);
	void *arg;
};

static void visit_sharers(struct run *run, void *arg, const struct sharers *sharers)
{
	const struct visiting *visiting = arg;

	for (size_t i = 0; i < sharers->count; i++)
		visiting->visit(run, visiting->arg, sharers->tasks[i]);
}

static bool visit_mappers(struct run *run, struct folio_tasks *tasks, const struct folio *folio,
			  struct visiting *visiting)
{
	if (!tasks->mappers)
		tasks->mappers = mappers_new(run, task_targets_sharing(run, tasks->ledger));
	return mappers_visit(run, tasks->mappers, folio, visit_sharers, visiting);
}

static bool visit_owner(struct run *run, struct folio_tasks *tasks, const struct folio *folio,
			struct visiting *visiting)
{
	struct kernel_page_owner owner;
	const struct sharers *sharers;

	if (!tasks->kernel_pages)
		tasks->kernel_pages = kernel_pages_of_tasks(run);
	owner = kernel_pages_owner(tasks->kernel_pages, folio);
	if (owner.task)
		visiting->visit(run, visiting->arg, owner.task);
	sharers = owner.mm ? sharers_of_mm(task_targets_sharing(run, tasks->ledger), owner.mm) : NULL;
	if (sharers)
		visit_sharers(run, visiting, sharers);
	return owner.task || sharers;
}

struct folio_tasks *folio_tasks_new(struct run *run, struct ledger *ledger)
{
	struct folio_tasks *tasks = arena_alloc(&run->arena, sizeof(*tasks));

	tasks->ledger = ledger;
	return tasks;
}

bool folio_tasks_visit(struct run *run, struct folio_tasks *tasks, const struct folio *folio,
		       void (*visit)(struct run *run, void *arg, kaddr_t task), void *arg)
{
	struct visiting visiting = { visit, arg };

	return folio->kind == FOLIO_KMEM ? visit_owner(run, tasks, folio, &visiting) :
					   visit_mappers(run, tasks, folio, &visiting);
}
