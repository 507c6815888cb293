// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/clock.h"
#include "zmemcg/cost.h"
#include "zmemcg/groups.h"
#include "zmemcg/inventory.h"
#include "zmemcg/output.h"
#include "zmemcg/pages.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"

static const struct column columns[] = {
	{ "ZOMBIES", 7, true },
	{ "PAGES", 8, true },
	{ "COST", 9, true },
	{ "OLDEST", 11, true },
	{ "NEWEST", 11, true },
	{ "TEMPLATE", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static void print(struct run *run, const struct inventory *inventory, const struct group *group,
		  int64_t now)
{
	output_row(run, columns, COLUMNS, (struct cell[COLUMNS]){
		cell_count(group->zombies),
		cell_count(group->base_pages),
		inventory->costed ? cell_count(cost_kb(group->cost)) : cell_unknown(),
		report_age(group->oldest, now),
		report_age(group->newest, now),
		cell_name(group->template),
	});
	if (group->zombies)
		output_folded(run, &group->template, NULL, group->zombies);
}

void report_groups(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	const int64_t now = wall_clock(run);
	struct groups groups;
	uint64_t printed = 0;

	pages_visit(run, inventory, NULL, NULL);
	costs_take(run, inventory);
	groups = groups_of(run, inventory);
	output_heading(run, columns, COLUMNS);
	for (size_t i = 0; i < groups.count; i++) {
		if (report_prints(run, &printed))
			print(run, inventory, groups.list[i], now);
	}
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
