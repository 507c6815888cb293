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

static void fill(const struct inventory *inventory, const struct group *group,
		 struct cell cells[COLUMNS])
{
	int n = 0;

	cells[n++] = cell_count(group->zombies);
	cells[n++] = cell_count(group->base_pages);
	cells[n++] = inventory->costed ? cell_count(group->cost_kb) : cell_unknown();
	cells[n++] = report_age(inventory, group->oldest);
	cells[n++] = report_age_source(group->oldest);
	cells[n++] = report_age(inventory, group->newest);
	cells[n++] = report_age_source(group->newest);
	cells[n++] = cell_name(group->template);
}

static void print(struct run *run, const struct inventory *inventory, const struct group *group)
{
	struct cell cells[COLUMNS];

	fill(inventory, group, cells);
	output_row(run, columns, COLUMNS, cells);
	if (group->zombies)
		output_folded(run, &group->template, NULL, group->zombies);
}

struct inner_table report_templates(struct run *run, const struct inventory *inventory,
				    struct group *const *groups, size_t rows)
{
	struct cell *cells = arena_alloc(&run->arena, (rows * COLUMNS + 1) * sizeof(*cells));

	for (size_t i = 0; i < rows; i++)
		fill(inventory, groups[i], cells + i * COLUMNS);
	return (struct inner_table){ "templates", columns, COLUMNS, cells, rows };
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
