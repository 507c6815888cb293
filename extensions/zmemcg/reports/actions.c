// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What frees how many zombies, as -s says it.
 */
#include <inttypes.h>
#include <stdio.h>

#include "zmemcg/output.h"
#include "zmemcg/remedies.h"
#include "zmemcg/reports.h"

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
		"sockets, inotify, namespaces, files without a name, whose data is lost: zmemcg -w, -f -u", "close" },
	[REMEDY_LET_GO] = { "letting go of pages frees",
		"read or close the pipe or socket that they were spliced to, end the I/O with them: zmemcg -f, FLAGS R",
		"let go" },
	[REMEDY_TASK] = { "ending tasks frees",
		"they map pages, are in it or its namespace, or wait for their parent; their work is lost: zmemcg -w, -f -u",
		"end tasks" },
	[REMEDY_UNMOUNT] = { "unmounting frees",
		"what mounted filesystems keep: zmemcg -f, FLAGS B; inodes, namespaces: zmemcg -w",
		"unmount" },
	[REMEDY_TIME] = { "waiting frees",
		"a CPU's stock goes with its next charges, a closed TCP socket by its timeout, a clean writeback with the next removed memcg",
		"wait" },
};

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

/* "drop caches + end tasks" */
static void name_set(char *words, size_t size, unsigned int set)
{
	size_t len = 0;

	for (int remedy = 0; remedy < REMEDY_NONE; remedy++) {
		if (set & NEED(remedy))
			len += snprintf(words + len, size - len, "%s%s", len ? " + " : "",
					lines[remedy].action);
	}
}

static void say_together(struct run *run, const struct remedies *remedies)
{
	uint64_t left = remedies->together;
	unsigned int set = 0;
	char words[128];

	output_sum(run, TOGETHER_KEY, remedies->together);
	output_says(run, TOGETHER_KEY ": %" PRIu64 " (", remedies->together);
	for (int i = 0; left && i < SETS; i++) {
		set = next_set(remedies, set);
		name_set(words, sizeof(words), set);
		output_sum(run, words, remedies->sets[set]);
		left -= remedies->sets[set];
		output_says(run, "%" PRIu64 " %s%s", remedies->sets[set], words, left ? ", " : "");
	}
	if (left) {
		output_sum(run, "otherwise", left);
		output_says(run, "%" PRIu64 " otherwise", left);
	}
	output_says(run, ")\n");
}

void report_actions(struct run *run, const struct remedies *remedies)
{
	for (int remedy = 0; remedy < REMEDY_NONE; remedy++) {
		if (remedies->alone[remedy])
			output_pair_count(run, lines[remedy].key, remedies->alone[remedy],
					  lines[remedy].how);
	}
	if (remedies->together)
		say_together(run, remedies);
	if (remedies->going)
		output_pair_count(run, "about to go", remedies->going, "nothing holds them");
	if (remedies->alone[REMEDY_NONE])
		output_pair_count(run, "a reboot frees", remedies->alone[REMEDY_NONE],
				  "a holder is not known, or pages were not found");
}
