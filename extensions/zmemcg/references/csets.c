// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/namespaces.h"
#include "zmemcg/open_files.h"
#include "zmemcg/paths.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"
#include "zmemcg/task_targets.h"
#include "zmemcg/tasks.h"
#include "zmemcg/text.h"

/* Longer ones are cut: the path of a mount. */
#define WORDS_ROOM	4352

struct cset {
	kaddr_t addr;
	const struct memcg *memcg;
	uint64_t tasks, namespaces;	/* that keep it */
};

/*
 * A task that is in a css_set, or a cgroup namespace that is rooted there with one of the things that
 * keep it.
 */
struct keeper {
	struct cset *cset;
	struct namespace_keeper of;	/* ns is 0: the task itself */
};

struct search {
	struct ledger *ledger;
	const struct memcg *memcg;	/* whose css_sets are listed */
	uint64_t subsystem;		/* number of the memory controller */
	struct cset **csets;
	size_t cset_count, cset_room;
	struct map by_addr;
	struct paths *paths;		/* for names */
	struct keeper *keepers;
	size_t keeper_count, keeper_room;
	struct map namespaces;		/* that were seen */
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
	keep(run, search, (struct keeper){ .cset = cset, .of.task = task });
}

static void look_at_namespace(struct run *run, void *arg, struct namespace_keeper keeper)
{
	struct search *search = arg;
	struct cset *cset;
	kaddr_t addr;

	if (!peek_member(run, keeper.ns, run->layout->cgroup_ns_root_cset, &addr))
		return;
	cset = map_get(&search->by_addr, addr);
	if (!cset)
		return;
	cset->namespaces += map_put(&search->namespaces, keeper.ns, search);
	keep(run, search, (struct keeper){ cset, keeper });
}

static void look_at_task(struct run *run, void *arg, kaddr_t task)
{
	const kaddr_t ns = namespace_of_task(run, task);

	look_at_membership(run, arg, task);
	if (ns)
		look_at_namespace(run, arg, (struct namespace_keeper){ .ns = ns, .task = task });
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

static void mount_words(struct run *run, struct paths *paths, kaddr_t mount, char *words,
			size_t room)
{
	struct name name = { 0 };
	char *escaped;
	kaddr_t ns;

	if (paths_of_mount(run, paths, mount, &name)) {
		escaped = arena_alloc(&run->arena, 4 * name.path_len + 1);
		escape(name.path, name.path_len, escaped);
		snprintf(words, room, "mount %llx at %s", (unsigned long long)mount, escaped);
	} else if (read_member(run, mount, run->layout->mount_ns, &ns) && ns) {
		snprintf(words, room, "mount %llx in mnt_namespace %llx", (unsigned long long)mount,
			 (unsigned long long)ns);
	} else {
		snprintf(words, room, "mount %llx, detached", (unsigned long long)mount);
	}
}

static void file_words(struct run *run, const struct open_file *file, char *words, size_t room)
{
	const int len = snprintf(words, room, "file %llx%s, ", (unsigned long long)file->file,
				 file->kind == OPEN_KERNFS ? " of cgroupfs" : "");

	open_file_words(run, file, words + len, room - len);
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

static void task_keeper_words(struct run *run, const struct namespace_keeper *of, char *words,
			      size_t room)
{
	char task[96];

	if (!of->ns) {
		member_words(run, of->task, words, room);
		return;
	}
	task_words(run, of->task, task, sizeof(task));
	snprintf(words, room, "of %s, task %llx", task, (unsigned long long)of->task);
}

static void keeper_words(struct run *run, struct paths *paths, const struct namespace_keeper *of,
			 char *words, size_t room)
{
	if (of->file)
		file_words(run, of->file, words, room);
	else if (of->mount)
		mount_words(run, paths, of->mount, words, room);
	else
		task_keeper_words(run, of, words, room);
}

/* A task that ends leaves its namespace, and closes the files that led there. */
static unsigned int needs_of(struct run *run, const struct namespace_keeper *of)
{
	if (of->mount)
		return NEED(REMEDY_UNMOUNT);
	if (of->file && namespace_of_task(run, of->file->task) != of->ns)
		return NEED(REMEDY_CLOSE);
	return NEED(REMEDY_TASK);
}

/* One that init does not see has no path: -w says which mnt_namespace has it. */
static void name_mount(struct run *run, const struct search *search, kaddr_t mount)
{
	struct name *name = ledger_target(search->ledger, TO_UNMOUNT, mount);
	char words[64];
	int len;

	if (!name || paths_of_mount(run, search->paths, mount, name))
		return;
	len = snprintf(words, sizeof(words), "[nsfs mount %llx]", (unsigned long long)mount);
	name->bracket = arena_strndup(&run->arena, words, len);
}

static void name_keeper(struct run *run, const struct search *search, const struct keeper *keeper)
{
	struct ledger *ledger = search->ledger;
	const struct namespace_keeper *of = &keeper->of;
	const unsigned int needs = needs_of(run, of);
	char words[WORDS_ROOM];

	ledger_needs(ledger, keeper->cset->memcg, needs);
	if (needs & NEED(REMEDY_CLOSE))
		open_file_to_close(run, ledger, of->file);
	if (needs & NEED(REMEDY_TASK))
		task_to_end(run, ledger, of->file ? of->file->task : of->task);
	if (of->mount)
		name_mount(run, search, of->mount);
	if (!ledger->detailed)
		return;
	keeper_words(run, search->paths, of, words, sizeof(words));
	ledger_add_behind(ledger, REF_CSET, keeper->cset->addr, of->ns ? "cgroup_ns" : "task",
			  of->ns ? of->ns : of->task, ledger_words(ledger, words));
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
	if (ledger->detailed || ledger->whole)
		search.paths = paths_new(run);
	find_csets(run, &search);
	if (search.cset_count)
		find_keepers(run, &search);
	for (size_t i = 0; i < search.cset_count; i++)
		count(ledger, search.csets[i]);
	for (size_t i = 0; i < search.keeper_count; i++)
		name_keeper(run, &search, &search.keepers[i]);
}
