// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/references.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"

static const struct column columns[] = {
	{ "MEMCG", 16, false },
	{ "REFS", 6, true },
	{ "FOLIOS", 6, true },
	{ "KMEM", 4, true },
	{ "SWAP", 4, true },
	{ "CHILD", 5, true },
	{ "CSET", 4, true },
	{ "SOCK", 4, true },
	{ "FSNOTIFY", 8, true },
	{ "BPF", 3, true },
	{ "CGWB", 4, true },
	{ "MM", 2, true },
	{ "STOCK", 5, true },
	{ "REST", 4, true },
	{ "CGROUP", 0, false },
};

/* The first where there is no table but this one. */
static const struct column detail_columns[] = {
	{ "MEMCG", 16, false },
	{ "HOLDER", 9, false },
	{ "ADDRESS", 16, false },
	{ "REFS", 6, true },
	{ "WHAT", 0, false },
};

enum {
	COLUMNS = sizeof(columns) / sizeof(columns[0]),
	DETAIL_COLUMNS = sizeof(detail_columns) / sizeof(detail_columns[0]),
};

struct details {
	const struct ledger *ledger;
	const struct memcg *memcg;
	bool alone;		/* its row is not printed */
};

static struct cell rest_of(const struct ledger *ledger, const struct memcg *memcg)
{
	if (memcg->refs == REFS_UNKNOWN || memcg->moving)
		return cell_unknown();
	return cell_difference(ledger_rest(ledger, memcg));
}

static void print(struct run *run, const struct ledger *ledger, const struct memcg *memcg)
{
	struct cell cells[COLUMNS];
	int n = 0;

	cells[n++] = cell_address(memcg->addr);
	cells[n++] = memcg->refs == REFS_UNKNOWN ? cell_unknown() : cell_count(memcg->refs);
	for (int kind = 0; kind < REF_KINDS; kind++)
		cells[n++] = cell_count(ledger->found[memcg->index][kind]);
	cells[n++] = rest_of(ledger, memcg);
	cells[n++] = cell_name(memcg->path);
	output_row(run, columns, COLUMNS, cells);
}

static void print_detail(struct run *run, const struct details *details, const char *type,
			 kaddr_t object, struct cell refs, struct name what)
{
	const struct cell cells[DETAIL_COLUMNS] = {
		cell_address(details->memcg->addr),
		cell_word(type),
		cell_address(object),
		refs,
		cell_name(what),
	};
	const int first = !details->alone;

	output_row(run, detail_columns + first, DETAIL_COLUMNS - first, cells + first);
}

/* Lines that are no references: their type in the place of the holder. */
static void print_all_behind(struct run *run, const struct details *details,
			     const struct behind_group *group)
{
	char words[64];

	for (; group; group = group->next) {
		for (const struct behind *behind = group->first; behind; behind = behind->next)
			print_detail(run, details, group->type, behind->object, cell_unknown(),
				     behind->what);
		if (group->count <= BEHIND_LIMIT)
			continue;
		snprintf(words, sizeof(words), "%" PRIu64 " more", group->count - BEHIND_LIMIT);
		print_detail(run, details, group->type, 0, cell_unknown(),
			     (struct name){ .bracket = words });
	}
}

static void print_details_of(struct run *run, const struct details *details, enum reference kind)
{
	const struct ledger *ledger = details->ledger;

	for (size_t i = 0; i < ledger->detail_count; i++) {
		const struct reference_detail *detail = &ledger->details[i];

		if (detail->kind != kind)
			continue;
		print_detail(run, details, reference_name(kind), detail->object,
			     cell_count(detail->count), detail->what);
		print_all_behind(run, details, detail->behind);
	}
}

/*
 * In the order of the columns, whichever pass found them first. Where its row is not printed,
 * what is left over is the last of them: they sum up to its references then, too.
 */
static void print_details(struct run *run, const struct details *details)
{
	const int first = !details->alone;

	output_heading(run, detail_columns + first, DETAIL_COLUMNS - first);
	for (int kind = 0; kind < REF_KINDS; kind++)
		print_details_of(run, details, kind);
	if (details->alone)
		print_detail(run, details, "REST", 0, rest_of(details->ledger, details->memcg),
			     (struct name){ .bracket = "what nothing explains" });
}

static void print_rows(struct run *run, const struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;
	uint64_t printed = 0;

	output_heading(run, columns, COLUMNS);
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (memcg->selected && report_prints(run, &printed))
			print(run, ledger, memcg);
	}
}

/* The one that the selectors mean, or NULL: details of several would not say whose they are. */
static const struct memcg *the_one(const struct run *run, const struct inventory *inventory)
{
	const struct memcg *one = NULL;
	size_t selected = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		if (!inventory->memcgs[i]->selected)
			continue;
		one = inventory->memcgs[i];
		selected++;
	}
	return run->options->selector_count && selected == 1 ? one : NULL;
}

void report_why(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	const struct memcg *one = the_one(run, inventory);
	struct ledger *ledger = ledger_new(run, inventory, one != NULL);
	const bool alone = one && output_has_one_table(run);

	references_find(run, ledger);
	if (!alone)
		print_rows(run, ledger);
	if (one) {
		print_details(run, &(struct details){ ledger, one, alone });
		report_life(run, inventory, one);
	}
	report_end_counts(run, inventory);
	report_end_rests(run, ledger);
	report_end_coverage(run, inventory);
}
