// SPDX-License-Identifier: GPL-2.0-or-later
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
	{ "OLDEST", 12, true },
	{ "OLDEST_SOURCE", NOT_IN_TEXT, false },
	{ "NEWEST", 12, true },
	{ "NEWEST_SOURCE", NOT_IN_TEXT, false },
	{ "TEMPLATE", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static void print(struct run *run, const struct inventory *inventory, const struct group *group)
{
	output_row(run, columns, COLUMNS, (struct cell[COLUMNS]){
		cell_count(group->zombies),
		cell_count(group->base_pages),
		inventory->costed ? cell_count(cost_kb(group->cost)) : cell_unknown(),
		report_age(inventory, group->oldest),
		report_age_source(group->oldest),
		report_age(inventory, group->newest),
		report_age_source(group->newest),
		cell_name(group->template),
	});
	if (group->zombies)
		output_folded(run, &group->template, NULL, group->zombies);
}

void report_groups(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	struct groups groups;
	uint64_t printed = 0;

	pages_visit(run, inventory, NULL, NULL);
	costs_take(run, inventory);
	groups = groups_of(run, inventory);
	output_heading(run, columns, COLUMNS);
	for (size_t i = 0; i < groups.count; i++) {
		if (report_prints(run, &printed))
			print(run, inventory, groups.list[i]);
	}
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
