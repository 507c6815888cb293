// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/inventory.h"
#include "zmemcg/output.h"
#include "zmemcg/pages.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"

static const struct column columns[] = {
	{ "MEMCG", 16, false },
	{ "STATE", 6, false },
	{ "REFS", 6, true },
	{ "FILE", 7, true },
	{ "SHMEM", 7, true },
	{ "ANON", 7, true },
	{ "SWAP", 7, true },
	{ "AGE", 12, true },
	{ "AGE_SOURCE", NOT_IN_TEXT, false },
	{ "CGROUP", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static void print(struct run *run, const struct inventory *inventory, const struct memcg *memcg)
{
	const struct cell cells[COLUMNS] = {
		cell_address(memcg->addr),
		cell_word(memcg_state_name(memcg->state)),
		memcg->refs == REFS_UNKNOWN ? cell_unknown() : cell_count(memcg->refs),
		cell_count(memcg->file),
		cell_count(memcg->shmem),
		cell_count(memcg->anon),
		cell_count(memcg->swap),
		report_age(inventory, memcg),
		report_age_source(memcg),
		cell_name(memcg->path),
	};

	output_row(run, columns, COLUMNS, cells);
	output_folded(run, &memcg->path, NULL, 1);
}

void report_list(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	uint64_t printed = 0;

	pages_visit(run, inventory, NULL, NULL);
	output_heading(run, columns, COLUMNS);
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (memcg->selected && report_prints(run, &printed))
			print(run, inventory, memcg);
	}
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
