// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/run.h"
#include "zmemcg/tasks.h"

struct counting {
	struct ledger *ledger;
	const struct memcg *memcg;
	uint64_t subsystem;		/* number of the memory controller */
};

/* Who keeps the css_set: a task that is in it, or one whose cgroup namespace is rooted there. */
struct keeper {
	kaddr_t cset, task;
	const char *how;
};

static void look_for_keeper(struct run *run, void *arg, kaddr_t task)
{
	const struct layout *l = run->layout;
	struct keeper *keeper = arg;
	kaddr_t cset, nsproxy, ns;

	if (keeper->task)
		return;
	if (read_member(run, task, l->task_cgroups, &cset) && cset == keeper->cset) {
		keeper->task = task;
		keeper->how = "task";
	} else if (read_member(run, task, l->task_nsproxy, &nsproxy) && nsproxy &&
		   read_member(run, nsproxy, l->nsproxy_cgroup_ns, &ns) && ns &&
		   read_member(run, ns, l->cgroup_ns_root_cset, &cset) && cset == keeper->cset) {
		keeper->task = task;
		keeper->how = "cgroup namespace of";
	}
}

static void describe(struct run *run, kaddr_t cset, char *words, size_t room)
{
	struct keeper keeper = { .cset = cset };
	char task[96];

	tasks_visit(run, look_for_keeper, &keeper);
	if (!keeper.task) {
		snprintf(words, room, "css_set that no task is in: kept by a namespace's file, or a leak");
		return;
	}
	task_words(run, keeper.task, task, sizeof(task));
	snprintf(words, room, "css_set: %s %s, task %llx", keeper.how, task,
		 (unsigned long long)keeper.task);
}

static void count_cset(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;
	const struct counting *counting = arg;
	const uint64_t n = counting->subsystem;
	kaddr_t cset = link - l->cset_e_node.offset - n * 2 * sizeof(long), css;
	char words[256] = "";

	if (!read_pointer(run, cset + l->cset_subsys.offset + n * sizeof(long), &css) ||
	    css != counting->memcg->css)
		return;
	if (counting->ledger->detailed)
		describe(run, cset, words, sizeof(words));
	ledger_add(counting->ledger, counting->memcg, REF_CSET, 1, cset,
		   ledger_words(counting->ledger, words));
}

void references_of_csets(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;
	const struct inventory *inventory = ledger->inventory;
	struct counting counting = { .ledger = ledger };

	if (!read_member(run, l->memory_cgrp_subsys, l->subsys_id, &counting.subsystem) ||
	    (int)((counting.subsystem + 1) * sizeof(long)) > l->cset_subsys.size)
		return;
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (!memcg->selected || !memcg->cgroup)
			continue;
		counting.memcg = memcg;
		list_visit(run, memcg->cgroup + l->cgroup_e_csets.offset +
			   counting.subsystem * 2 * sizeof(long), count_cset, &counting);
	}
}
