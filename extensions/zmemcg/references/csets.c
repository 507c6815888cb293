// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/run.h"
#include "zmemcg/tasks.h"

struct cset {
	kaddr_t addr;
	const struct memcg *memcg;
	uint64_t tasks, namespaces;	/* that keep it */
};

/* A task that is in a css_set, or that uses a cgroup namespace which is rooted there. */
struct keeper {
	struct cset *cset;
	const char *type;
	kaddr_t object, task;
};

struct search {
	struct ledger *ledger;
	const struct memcg *memcg;	/* whose css_sets are listed */
	uint64_t subsystem;		/* number of the memory controller */
	struct cset **csets;
	size_t cset_count, cset_room;
	struct map by_addr;
	struct keeper *keepers;
	size_t keeper_count, keeper_room;
	struct map namespaces;		/* that were seen: a task of each will do */
};

static void note_cset(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;
	struct search *search = arg;
	const uint64_t n = search->subsystem;
	kaddr_t addr = link - l->cset_e_node.offset - n * 2 * sizeof(long), css;
	struct cset *cset;

	if (!read_pointer(run, addr + l->cset_subsys.offset + n * sizeof(long), &css) ||
	    css != search->memcg->css)
		return;
	cset = arena_alloc(&run->arena, sizeof(*cset));
	*cset = (struct cset){ .addr = addr, .memcg = search->memcg };
	search->csets = arena_grow(&run->arena, search->csets, search->cset_count,
				   &search->cset_room, sizeof(cset));
	search->csets[search->cset_count++] = cset;
	map_put(&search->by_addr, addr, cset);
}

static void keep(struct run *run, struct search *search, struct keeper keeper)
{
	search->keepers = arena_grow(&run->arena, search->keepers, search->keeper_count,
				     &search->keeper_room, sizeof(keeper));
	search->keepers[search->keeper_count++] = keeper;
}

static void look_at_membership(struct run *run, struct search *search, kaddr_t task)
{
	struct cset *cset;
	kaddr_t addr;

	if (!read_member(run, task, run->layout->task_cgroups, &addr))
		return;
	cset = map_get(&search->by_addr, addr);
	if (!cset)
		return;
	cset->tasks++;
	keep(run, search, (struct keeper){ cset, "task", task, task });
}

static void look_at_namespace(struct run *run, struct search *search, kaddr_t task)
{
	const struct layout *l = run->layout;
	struct cset *cset;
	kaddr_t nsproxy, ns, addr;

	if (!read_member(run, task, l->task_nsproxy, &nsproxy) || !nsproxy ||
	    !read_member(run, nsproxy, l->nsproxy_cgroup_ns, &ns) || !ns ||
	    !map_put(&search->namespaces, ns, search) ||
	    !read_member(run, ns, l->cgroup_ns_root_cset, &addr))
		return;
	cset = map_get(&search->by_addr, addr);
	if (!cset)
		return;
	cset->namespaces++;
	keep(run, search, (struct keeper){ cset, "cgroup_ns", ns, task });
}

static void look_at_task(struct run *run, void *arg, kaddr_t task)
{
	look_at_membership(run, arg, task);
	look_at_namespace(run, arg, task);
}

static void count(struct ledger *ledger, const struct cset *cset)
{
	char words[128];

	if (cset->tasks || cset->namespaces)
		snprintf(words, sizeof(words), "css_set (tasks: %llu, cgroup namespaces: %llu)",
			 (unsigned long long)cset->tasks, (unsigned long long)cset->namespaces);
	else
		snprintf(words, sizeof(words),
			 "css_set that no task is in: kept by a namespace's file, or a leak");
	ledger_add(ledger, cset->memcg, REF_CSET, 1, cset->addr, ledger_words(ledger, words));
}

static bool has_exited(struct run *run, kaddr_t task)
{
	uint64_t state;

	return read_member(run, task, run->layout->task_exit_state, &state) && state;
}

static void name_keeper(struct run *run, struct ledger *ledger, const struct keeper *keeper)
{
	char task[96], words[160];

	task_words(run, keeper->task, task, sizeof(task));
	if (keeper->object == keeper->task)
		snprintf(words, sizeof(words), "%s%s", task,
			 has_exited(run, keeper->task) ? ", exited and not reaped" : "");
	else
		snprintf(words, sizeof(words), "used by %s, task %llx", task,
			 (unsigned long long)keeper->task);
	ledger_add_behind(ledger, REF_CSET, keeper->cset->addr, keeper->type, keeper->object,
			  ledger_words(ledger, words));
}

static void find_csets(struct run *run, struct search *search)
{
	const struct layout *l = run->layout;
	const struct inventory *inventory = search->ledger->inventory;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (!memcg->selected || !memcg->cgroup)
			continue;
		search->memcg = memcg;
		list_visit(run, memcg->cgroup + l->cgroup_e_csets.offset +
			   search->subsystem * 2 * sizeof(long), note_cset, search);
	}
}

void references_of_csets(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;
	struct search search = { .ledger = ledger };

	if (!read_member(run, l->memory_cgrp_subsys, l->subsys_id, &search.subsystem) ||
	    (int)((search.subsystem + 1) * sizeof(long)) > l->cset_subsys.size)
		return;
	map_init(&search.by_addr, &run->arena);
	map_init(&search.namespaces, &run->arena);
	find_csets(run, &search);
	if (ledger->detailed && search.cset_count)
		tasks_visit(run, look_at_task, &search);
	for (size_t i = 0; i < search.cset_count; i++)
		count(ledger, search.csets[i]);
	for (size_t i = 0; i < search.keeper_count; i++)
		name_keeper(run, ledger, &search.keepers[i]);
}
