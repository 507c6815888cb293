// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/keepers.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/namespaces.h"
#include "zmemcg/paths.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"
#include "zmemcg/task_targets.h"
#include "zmemcg/tasks.h"

struct cset {
	kaddr_t addr;
	const struct memcg *memcg;
	uint64_t tasks, namespaces;	/* that keep it */
};

/*
 * A task that is in a css_set, or a cgroup namespace that is rooted there with one of the things that
 * keep it.
 */
struct keeping {
	struct cset *cset;
	struct kept *kept;	/* NULL: the task itself */
	struct keeper keeper;
};

struct search {
	struct ledger *ledger;
	const struct memcg *memcg;	/* whose css_sets are listed */
	uint64_t subsystem;		/* number of the memory controller */
	struct cset **csets;
	size_t cset_count, cset_room;
	struct map by_addr;
	struct paths *paths;		/* for names */
	struct keeping *keepings;
	size_t keeping_count, keeping_room;
	struct map namespaces;		/* that were seen: struct kept */
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

static void keep(struct run *run, struct search *search, struct keeping keeping)
{
	search->keepings = arena_grow(&run->arena, search->keepings, search->keeping_count,
				      &search->keeping_room, sizeof(keeping));
	search->keepings[search->keeping_count++] = keeping;
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
	keep(run, search, (struct keeping){ cset, NULL, { .task = task } });
}

static struct kept *kept_of(struct run *run, struct search *search, struct cset *cset, kaddr_t ns)
{
	struct kept *kept = map_get(&search->namespaces, ns);

	if (kept)
		return kept;
	kept = kept_new(run, ns, "cgroup_ns");
	map_put(&search->namespaces, ns, kept);
	cset->namespaces++;
	return kept;
}

static void look_at_keeper(struct run *run, struct search *search, kaddr_t ns, struct keeper keeper)
{
	struct cset *cset;
	struct kept *kept;
	kaddr_t addr;

	if (!peek_member(run, ns, run->layout->cgroup_ns_root_cset, &addr))
		return;
	cset = map_get(&search->by_addr, addr);
	if (!cset)
		return;
	kept = kept_of(run, search, cset, ns);
	kept_by(run, search->paths, kept, &keeper);
	keep(run, search, (struct keeping){ cset, kept, keeper });
}

static void look_at_namespace(struct run *run, void *arg, kaddr_t common, struct keeper keeper)
{
	const struct member at = run->layout->cgroup_ns_common;

	if (at.known)
		look_at_keeper(run, arg, common - at.offset, keeper);
}

static void look_at_task(struct run *run, void *arg, kaddr_t task)
{
	const kaddr_t ns = namespace_of_task(run, task, run->layout->nsproxy_cgroup_ns);

	look_at_membership(run, arg, task);
	if (ns)
		look_at_keeper(run, arg, ns, (struct keeper){ .task = task });
}

static void find_keepers(struct run *run, struct search *search)
{
	tasks_visit(run, look_at_task, search);
	namespaces_visit(run, search->ledger, look_at_namespace, search);
}

static void count(struct ledger *ledger, const struct cset *cset)
{
	const bool kept = cset->tasks || cset->namespaces;
	char words[80] = "css_set that nothing was found to keep";

	if (kept)
		snprintf(words, sizeof(words), "css_set (tasks: %llu, cgroup namespaces: %llu)",
			 (unsigned long long)cset->tasks, (unsigned long long)cset->namespaces);
	ledger_add(ledger, cset->memcg, REF_CSET, 1, cset->addr, ledger_words(ledger, words));
	if (kept)
		return;
	ledger_needs(ledger, cset->memcg, NEED(REMEDY_NONE));
	ledger->unkept += cset->memcg->selected;
}

/* A task that is in a css_set itself; its parent is said where that is to ask for it. */
static void member_words(struct run *run, kaddr_t task, char *words, size_t room)
{
	char own[96], parent[96];

	task_words(run, task, own, sizeof(own));
	if (!task_has_exited(run, task)) {
		snprintf(words, room, "%s", own);
	} else if (!task_process_has_exited(run, task)) {
		snprintf(words, room, "%s, exited before its threads", own);
	} else {
		task_words(run, task_parent(run, task), parent, sizeof(parent));
		snprintf(words, room, "%s, exited and not reaped by %s", own, parent);
	}
}

static void name_member(struct run *run, struct ledger *ledger, const struct keeping *keeping)
{
	char words[256];

	ledger_needs(ledger, keeping->cset->memcg, NEED(REMEDY_TASK));
	task_to_end(run, ledger, keeping->keeper.task);
	if (!ledger->detailed)
		return;
	member_words(run, keeping->keeper.task, words, sizeof(words));
	ledger_add_behind(ledger, REF_CSET, keeping->cset->addr, "task", keeping->keeper.task,
			  ledger_words(ledger, words));
}

static void name_keeper(struct run *run, const struct search *search, const struct keeping *keeping)
{
	struct ledger *ledger = search->ledger;
	const struct cset *cset = keeping->cset;

	if (!keeping->kept) {
		name_member(run, ledger, keeping);
		return;
	}
	ledger_needs(ledger, cset->memcg,
		     keeper_needs(run, ledger, search->paths, keeping->kept, &keeping->keeper));
	keeper_behind(run, ledger, search->paths, (struct shelf){ REF_CSET, cset->addr },
		      keeping->kept, &keeping->keeper);
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
	if (ledger_wants_tasks(ledger))
		search.paths = paths_new(run);
	find_csets(run, &search);
	if (search.cset_count)
		find_keepers(run, &search);
	for (size_t i = 0; i < search.cset_count; i++)
		count(ledger, search.csets[i]);
	if (!ledger_wants_tasks(ledger))
		return;
	for (size_t i = 0; i < search.keeping_count; i++)
		name_keeper(run, &search, &search.keepings[i]);
}
