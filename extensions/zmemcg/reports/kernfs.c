// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "zmemcg/cgroups.h"
#include "zmemcg/inventory.h"
#include "zmemcg/kernfs_slab.h"
#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/text.h"

static const struct column columns[] = {
	{ "KERNFS_NODE", 16, false },
	{ "CGROUP", 16, false },
	{ "MEMCG", 16, false },
	{ "STATE", 8, false },
	{ "PATH", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* The memcgs of one cgroup: its controller can have been turned off and on again. */
struct of_cgroup {
	const struct memcg *memcg;
	struct of_cgroup *next;
};

struct comparison {
	struct map by_cgroup;
	const struct clock *clock;
	uint64_t last_serial;	/* of the memcgs */
	uint64_t printed;
	uint64_t dying_found;	/* memcgs that are dying or zombies, by the css tree */
	uint64_t released;
};

static void index_by_cgroup(struct run *run, struct comparison *comparison,
			    const struct inventory *inventory)
{
	map_init(&comparison->by_cgroup, &run->arena);
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		struct of_cgroup *entry = arena_alloc(&run->arena, sizeof(*entry)), *first;

		entry->memcg = memcg;
		if (memcg->serial > comparison->last_serial)
			comparison->last_serial = memcg->serial;
		if (!memcg->cgroup || map_put(&comparison->by_cgroup, memcg->cgroup, entry))
			continue;
		first = map_get(&comparison->by_cgroup, memcg->cgroup);
		entry->next = first->next;
		first->next = entry;
	}
}

static void print(struct run *run, struct comparison *comparison, kaddr_t kn, kaddr_t cgroup,
		  const struct memcg *memcg, struct name path)
{
	if (!report_prints(run, &comparison->printed))
		return;
	output_row(run, columns, COLUMNS, (struct cell[COLUMNS]){
		cell_address(kn),
		cell_address(cgroup),
		cell_address(memcg ? memcg->addr : 0),
		cell_word(memcg ? memcg_state_name(memcg->state) : "RELEASED"),
		cell_name(path),
	});
}

/* What select_memcgs() asks of memcgs, for a cgroup that has none. */
static bool is_old_enough(struct run *run, const struct clock *clock, kaddr_t kn, kaddr_t cgroup)
{
	struct dated removed;

	if (run->options->least_age < 0)
		return true;
	removed = ages_of_cgroup(run, clock, kn, cgroup);
	return removed.at != NEVER && clock->wall - removed.at >= run->options->least_age;
}

/*
 * A cgroup of which the css tree has no memcg. On a live system that can be one that was made
 * after the tree was walked: the kernel numbers them.
 */
static void look_at_released(struct run *run, struct comparison *comparison, kaddr_t kn,
			     kaddr_t cgroup)
{
	struct name path;
	bool removed;

	if (!cgroup_removed(run, cgroup, &removed) || !removed)
		return;
	if (session_live() && cgroup_serial(run, cgroup) > comparison->last_serial)
		return;
	path = kernfs_path(run, kn);
	if (!cgroup_still_there(run, kn, cgroup))
		return;
	comparison->released++;
	if (!run->options->selector_count && is_old_enough(run, comparison->clock, kn, cgroup))
		print(run, comparison, kn, cgroup, NULL, path);
}

/* On a live system its memory can have become another cgroup's since the css tree was walked. */
static const struct of_cgroup *memcgs_of(const struct comparison *comparison, kaddr_t kn,
					 kaddr_t cgroup)
{
	const struct of_cgroup *entry = map_get(&comparison->by_cgroup, cgroup);

	return entry && session_live() && entry->memcg->kn != kn ? NULL : entry;
}

static void compare(struct run *run, void *arg, kaddr_t kn, kaddr_t cgroup)
{
	struct comparison *comparison = arg;
	const struct of_cgroup *entry = memcgs_of(comparison, kn, cgroup);

	for (const struct of_cgroup *at = entry; at; at = at->next) {
		comparison->dying_found += at->memcg->state != MEMCG_ONLINE;
		if (at->memcg->selected)
			print(run, comparison, kn, cgroup, at->memcg, at->memcg->path);
	}
	if (!entry)
		look_at_released(run, comparison, kn, cgroup);
}

static void say_comparison(struct run *run, const struct comparison *comparison,
			   const struct inventory *inventory)
{
	uint64_t dying = inventory->dying + inventory->zombies;

	output_sum(run, "slab_dying", comparison->dying_found);
	output_sum(run, "slab_released", comparison->released);
	output_says(run, "The slab has %" PRIu64 " of the %" PRIu64 " dying %s of "
		    "the css tree, and %" PRIu64 " removed %s without a memcg",
		    comparison->dying_found, dying, by_count(dying, "memcgroup", "memcgroups"),
		    comparison->released, by_count(comparison->released, "cgroup", "cgroups"));
	report_end_unreadable(run);
	if (run->counts.cut)
		output_says(run, "RELEASED may be a memcg that the css tree lost where it "
			    "was cut short\n");
}

void report_kernfs(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	struct comparison comparison = { .clock = &inventory->clock };

	index_by_cgroup(run, &comparison, inventory);
	output_heading(run, columns, COLUMNS);
	kernfs_slab_visit(run, compare, &comparison);
	report_end_counts(run, inventory);
	say_comparison(run, &comparison, inventory);
}
