// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What frees how many zombies, as -s says it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmemcg/ledger.h"
#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/remedies.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/text.h"

#define TOGETHER_KEY	"several of these together free"

/* Sets of actions that a line has room for. */
#define SETS		6

/* What an action destroys stands with it. */
static const struct {
	const char *key, *how;
	const char *action;	/* among several */
} lines[] = {
	[REMEDY_DROP_CACHES] = { "dropping caches frees",
		"sync; echo 3 > /proc/sys/vm/drop_caches", "drop caches" },
	[REMEDY_FILE] = { "truncating files frees",
		"in tmpfs, ramfs, hugetlbfs; their data is lost: zmemcg -f", "truncate" },
	[REMEDY_IPCRM] = { "ipcrm frees",
		"System V segments; their data is lost: ipcs -m", "ipcrm" },
	[REMEDY_SWAPOFF] = { "swapoff frees",
		"swapoff -a; swapon -a; what is there needs memory", "swapoff" },
	[REMEDY_CLOSE] = { "closing descriptors frees",
		"sockets, inotify, namespaces: zmemcg -w; nameless files are lost", "close" },
	[REMEDY_LET_GO] = { "letting go of pages frees",
		"pipes, sockets, I/O: zmemcg -f, FLAGS R; what has no file: zmemcg -p", "let go" },
	[REMEDY_TASK] = { "ending tasks frees",
		"that map pages or are in it; exited: reap; work is lost: zmemcg -w, -f -u",
		"end tasks" },
	[REMEDY_UNMOUNT] = { "unmounting frees",
		"filesystems' metadata: zmemcg -f, FLAGS B; inodes, namespaces: zmemcg -w",
		"unmount" },
	[REMEDY_TIME] = { "waiting frees", "nothing has to be done", "wait" },
};

/*
 * A stock that a charge of another memcg finds in its place is given back: mm/memcontrol.c 6.1
 * refill_stock(); so is all of a CPU that goes offline (memcg_hotplug_cpu_dead()). Reclaim and
 * removals of its parents pass over one without pages (drain_all_stock()). Since 6.16 there are
 * several, and which of them a charge finds is up to the kernel.
 */
static const struct {
	unsigned int what;
	const char *words;
} waits[] = {
	{ WAIT_STOCK, "a CPU's stock: it charges another memcg or goes offline" },
	{ WAIT_SLOT, "a CPU's stock: it charges so many other memcgs that one takes its place, or "
		     "goes offline" },
	{ WAIT_TIMEOUT, "a closed TCP socket: its timeout" },
	{ WAIT_REMOVAL, "a clean writeback: a removal" },
};

#define WAITS	(sizeof(waits) / sizeof(waits[0]))

/* Mounts and tasks that a line has room for. */
#define TARGETS	4

/* JSON has all, and -n can ask for more. */
static size_t room_for(const struct run *run, size_t usual)
{
	const uint64_t asked = run->options->limit;

	if (run->options->format == FORMAT_JSON)
		return SIZE_MAX;
	return asked != UINT64_MAX && asked > usual ? asked : usual;
}

/* Of the sets that free no more than the last one did, and were not said: the one that frees most. */
static unsigned int next_set(const struct remedies *remedies, unsigned int last)
{
	const uint64_t below = last ? remedies->sets[last] : UINT64_MAX;
	unsigned int best = 0;

	for (unsigned int set = 1; set < NEED(REMEDY_NONE); set++) {
		const uint64_t count = remedies->sets[set];

		if (count > remedies->sets[best] && (count < below || (count == below && set > last)))
			best = set;
	}
	return best;
}

/*
 * Who needs several of them does them in this order, as the guests of tests/vm do: what a
 * filesystem or a cache has comes free when nobody uses it any more.
 */
static const enum remedy order[] = {
	REMEDY_IPCRM, REMEDY_FILE, REMEDY_SWAPOFF, REMEDY_TASK, REMEDY_CLOSE, REMEDY_LET_GO,
	REMEDY_UNMOUNT, REMEDY_DROP_CACHES, REMEDY_TIME,
};

_Static_assert(sizeof(order) / sizeof(order[0]) == REMEDY_NONE, "each action that frees has a place");

/* "end tasks + drop caches" */
static void name_set(char *words, size_t size, unsigned int set)
{
	size_t len = 0;

	for (int i = 0; i < REMEDY_NONE; i++) {
		if (set & NEED(order[i]))
			len += snprintf(words + len, size - len, "%s%s", len ? " + " : "",
					lines[order[i]].action);
	}
}

static void say_together(struct run *run, const struct remedies *remedies)
{
	const size_t most = room_for(run, SETS);
	uint64_t left = remedies->together;
	unsigned int set = 0;
	char words[128];

	output_sum(run, TOGETHER_KEY, remedies->together);
	output_says(run, TOGETHER_KEY ": %" PRIu64 " (", remedies->together);
	for (size_t i = 0; left && i < most; i++) {
		set = next_set(remedies, set);
		name_set(words, sizeof(words), set);
		output_sum(run, words, remedies->sets[set]);
		left -= remedies->sets[set];
		output_says(run, "%" PRIu64 " %s%s", remedies->sets[set], words, left ? ", " : "");
	}
	if (left)
		output_says(run, "%" PRIu64 " by other sets", left);
	output_says(run, ")\n");
}

/* The lines about what an action is to be done to, and what of it is not known. */
static const struct {
	const char *key;
	const char *unknown, *one, *several;
} target_lines[] = {
	[TO_UNMOUNT] = { .key = "to unmount" },
	[TO_END] = { "to end", "holders of tasks to end not known", "holder", "holders" },
	[TO_REAP] = { .key = "to reap in tasks" },
	[TO_CLOSE] = { "to close in tasks", "sockets to close of tasks not known", "socket", "sockets" },
};

/*
 * Who has to accept a connection, or to receive what was sent, is not looked for; nor who has entries of a page in
 * the swap cache, or a bpf map.
 */
static void say_unknown(struct run *run, enum target kind, const struct targets *targets)
{
	output_sum(run, target_lines[kind].unknown, targets->unknown);
	output_says(run, "%s (of %" PRIu64 " %s not known)", targets->count ? "" : " -",
		    targets->unknown,
		    by_count(targets->unknown, target_lines[kind].one, target_lines[kind].several));
}

/* A namespace has copies of the mounts that there were, and may be one of a container. */
static void say_elsewhere(struct run *run, const struct targets *targets)
{
	output_sum(run, "mounts to unmount in other namespaces", targets->elsewhere);
	output_says(run, " (and %" PRIu64 " elsewhere)", targets->elsewhere);
}

static int by_pid(const void *left, const void *right)
{
	const uint64_t a = ((const struct targeted *)left)->pid;
	const uint64_t b = ((const struct targeted *)right)->pid;

	return (a > b) - (a < b);
}

static void say_mounts(struct run *run, const char *key, const struct targets *targets, size_t count)
{
	struct name *names = arena_alloc(&run->arena, count * sizeof(*names));

	for (size_t i = 0; i < count; i++)
		names[i] = targets->list[i].name;
	output_names(run, key, names, count);
}

static const struct column task_columns[] = {
	{ "TASK", 16, false },
	{ "PID", 7, true },
	{ "COMM", 0, false },
};

enum { TASK_COLUMNS = sizeof(task_columns) / sizeof(task_columns[0]) };

/* As -f -u has them. */
static void sum_tasks(struct run *run, const char *key, const struct targets *targets)
{
	struct cell *cells = arena_alloc(&run->arena, targets->count * TASK_COLUMNS * sizeof(*cells));
	const struct inner_table table = {
		.key = key, .columns = task_columns, .count = TASK_COLUMNS,
		.cells = cells, .rows = targets->count,
	};

	for (size_t i = 0; i < targets->count; i++) {
		const struct targeted *task = &targets->list[i];

		*cells++ = cell_address(task->object);
		*cells++ = cell_count(task->pid);
		*cells++ = cell_name(task->name);
	}
	output_objects(run, &table);
}

/* "361 init", "362 ?" of one without a name. */
static void say_task(struct run *run, const struct targeted *task)
{
	output_says(run, " %" PRIu64, task->pid);
	if (task->name.path)
		output_name(run, &task->name);
	else
		output_says(run, " ?");
}

/* They are in order, so that init, which is not to be ended, is the first. */
static void say_tasks(struct run *run, const char *key, const struct targets *targets, size_t shown)
{
	if (targets->count)
		qsort(targets->list, targets->count, sizeof(*targets->list), by_pid);
	if (run->options->format == FORMAT_JSON) {
		sum_tasks(run, key, targets);
		return;
	}
	for (size_t i = 0; i < shown; i++) {
		if (i)
			output_says(run, ",");
		say_task(run, &targets->list[i]);
	}
}

static void say_targets(struct run *run, enum target kind, const struct targets *targets)
{
	const char *key = target_lines[kind].key;
	const size_t most = room_for(run, TARGETS);
	const size_t shown = targets->count > most ? most : targets->count;

	output_says(run, "%s:", key);
	if (kind == TO_UNMOUNT)
		say_mounts(run, key, targets, shown);
	else
		say_tasks(run, key, targets, shown);
	if (shown < targets->count)
		output_says(run, " and %zu more", targets->count - shown);
	if (targets->unknown)
		say_unknown(run, kind, targets);
	if (targets->elsewhere)
		say_elsewhere(run, targets);
	output_says(run, "\n");
}

static void say_waits(struct run *run, unsigned int waited)
{
	char words[512] = "";

	for (size_t i = 0; i < WAITS; i++) {
		const size_t len = strlen(words);

		if (waited & waits[i].what)
			snprintf(words + len, sizeof(words) - len, "%s%s", len ? "; " : "",
				 waits[i].words);
	}
	output_pair(run, "to wait for", "%s", words);
}

/* Of those that go alone and of those that go with several actions; in JSON each has its array. */
static void say_details(struct run *run, const struct ledger *ledger)
{
	const bool json = run->options->format == FORMAT_JSON;

	for (int kind = 0; kind < TARGET_KINDS; kind++) {
		const struct targets *targets = &ledger->targets[kind];

		if (json || targets->count || targets->unknown)
			say_targets(run, kind, targets);
	}
	if (ledger->waits)
		say_waits(run, ledger->waits);
}

void report_actions(struct run *run, const struct ledger *ledger, const struct remedies *remedies)
{
	for (int remedy = 0; remedy < REMEDY_NONE; remedy++) {
		if (remedies->alone[remedy])
			output_pair_count(run, lines[remedy].key, remedies->alone[remedy],
					  lines[remedy].how);
	}
	if (remedies->together)
		say_together(run, remedies);
	say_details(run, ledger);
	if (remedies->going)
		output_pair_count(run, "about to go", remedies->going, "nothing holds them");
	if (remedies->alone[REMEDY_NONE])
		output_pair_count(run, "a reboot frees", remedies->alone[REMEDY_NONE],
				  "what holds them is not known here: zmemcg -w, -p -S");
}
