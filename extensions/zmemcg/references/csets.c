// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/open_files.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"
#include "zmemcg/tasks.h"

struct cset {
	kaddr_t addr;
	const struct memcg *memcg;
	uint64_t tasks, namespaces;	/* that keep it */
};

/*
 * A task that is in a css_set, or a cgroup namespace which is rooted there, with a task that
 * uses it or an open file that leads to it (/proc/PID/ns/cgroup).
 */
struct keeper {
	struct cset *cset;
	kaddr_t ns;			/* 0: the task itself */
	kaddr_t task;			/* 0: the file */
	const struct open_file *file;
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
	keep(run, search, (struct keeper){ .cset = cset, .task = task });
}

static void look_at_root(struct run *run, struct search *search, struct keeper keeper)
{
	kaddr_t addr;

	if (!peek_member(run, keeper.ns, run->layout->cgroup_ns_root_cset, &addr))
		return;
	keeper.cset = map_get(&search->by_addr, addr);
	if (!keeper.cset || !map_put(&search->namespaces, keeper.ns, search))
		return;
	keeper.cset->namespaces++;
	keep(run, search, keeper);
}

static void look_at_namespace(struct run *run, struct search *search, kaddr_t task)
{
	const struct layout *l = run->layout;
	kaddr_t nsproxy, ns;

	if (read_member(run, task, l->task_nsproxy, &nsproxy) && nsproxy &&
	    read_member(run, nsproxy, l->nsproxy_cgroup_ns, &ns) && ns)
		look_at_root(run, search, (struct keeper){ .ns = ns, .task = task });
}

/* fs/nsfs.c 6.1 __ns_get_path(): of any kind of namespace. */
static void look_at_file(struct run *run, struct search *search, const struct open_file *file)
{
	const struct layout *l = run->layout;
	kaddr_t inode, ns;

	if (file->kind == OPEN_NAMESPACE && l->cgroup_ns_common.known &&
	    read_member(run, file->file, l->file_inode, &inode) && inode &&
	    read_member(run, inode, l->inode_private, &ns) && ns)
		look_at_root(run, search, (struct keeper){
			.ns = ns - l->cgroup_ns_common.offset, .file = file });
}

static void look_at_task(struct run *run, void *arg, kaddr_t task)
{
	look_at_membership(run, arg, task);
	look_at_namespace(run, arg, task);
}

static void find_keepers(struct run *run, struct search *search)
{
	const struct open_files *open = open_files_of(run, search->ledger);

	tasks_visit(run, look_at_task, search);
	for (size_t i = 0; i < open->count; i++)
		look_at_file(run, search, &open->files[i]);
}

static void count(struct ledger *ledger, const struct cset *cset)
{
	char words[128];

	if (cset->tasks || cset->namespaces)
		snprintf(words, sizeof(words), "css_set (tasks: %llu, cgroup namespaces: %llu)",
			 (unsigned long long)cset->tasks, (unsigned long long)cset->namespaces);
	else
		snprintf(words, sizeof(words),
			 "css_set that no task is in: kept by a mount of a namespace, a file of cgroupfs "
			 "or a descriptor on its way, or a leak");
	ledger_add(ledger, cset->memcg, REF_CSET, 1, cset->addr, ledger_words(ledger, words));
	if (!cset->tasks && !cset->namespaces)
		ledger_needs(ledger, cset->memcg, NEED(REMEDY_NONE));
}

static bool has_exited(struct run *run, kaddr_t task)
{
	uint64_t state;

	return read_member(run, task, run->layout->task_exit_state, &state) && state;
}

static void keeper_words(struct run *run, const struct keeper *keeper, char *words, size_t room)
{
	char task[96];

	if (keeper->file) {
		open_file_words(run, keeper->file, words, room);
		return;
	}
	task_words(run, keeper->task, task, sizeof(task));
	if (keeper->ns)
		snprintf(words, room, "of %s, task %llx", task, (unsigned long long)keeper->task);
	else
		snprintf(words, room, "%s%s", task,
			 has_exited(run, keeper->task) ? ", exited and not reaped" : "");
}

static void name_keeper(struct run *run, struct ledger *ledger, const struct keeper *keeper)
{
	char words[256];

	ledger_needs(ledger, keeper->cset->memcg, NEED(keeper->file ? REMEDY_CLOSE : REMEDY_TASK));
	if (!ledger->detailed)
		return;
	keeper_words(run, keeper, words, sizeof(words));
	ledger_add_behind(ledger, REF_CSET, keeper->cset->addr, keeper->ns ? "cgroup_ns" : "task",
			  keeper->ns ? keeper->ns : keeper->task, ledger_words(ledger, words));
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
	if ((ledger->detailed || ledger->whole) && search.cset_count)
		find_keepers(run, &search);
	for (size_t i = 0; i < search.cset_count; i++)
		count(ledger, search.csets[i]);
	for (size_t i = 0; i < search.keeper_count; i++)
		name_keeper(run, ledger, &search.keepers[i]);
}
