// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "zmemcg/folio.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/output.h"
#include "zmemcg/pages.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"

static const struct column columns[] = {
	{ "INODE", 16, false },
	{ "PAGES", 8, true },
	{ "ZOMBIES", 7, true },
	{ "SOLE", 6, true },
	{ "TYPE", 7, false },
	{ "FLAGS", 6, false },
	{ "PATH", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* What holds one memcg: one file's pages and nothing else, or more. */
struct hold {
	struct file *file;
	bool others;
};

struct gathering {
	struct files *files;
	struct hold *holds;	/* by the memcg's index */
	struct file **list;
	size_t count, room;
};

/* Most files have one holder; a map is for the others. */
static bool is_new_holder(struct file *file, const struct memcg *memcg)
{
	if (!file->first_holder)
		file->first_holder = memcg;
	else if (file->first_holder == memcg || !map_put(&file->other_holders, memcg->addr, file))
		return false;
	return true;
}

static void add_to_file(struct run *run, struct gathering *gathering, struct file *file,
			const struct folio *folio, const struct memcg *memcg)
{
	if (!file->base_pages) {
		gathering->list = arena_grow(&run->arena, gathering->list, gathering->count,
					     &gathering->room, sizeof(*gathering->list));
		gathering->list[gathering->count++] = file;
	}
	file->base_pages += folio->base_pages;
	file->holds |= folio_holds(run, folio);
	if (memcg->state != MEMCG_ONLINE && is_new_holder(file, memcg))
		file->zombies++;
}

static void gather(struct run *run, void *arg, const struct folio *folio)
{
	struct gathering *gathering = arg;
	const struct memcg *memcg = report_subject(folio);
	struct hold *hold = &gathering->holds[memcg->index];
	struct file *file = files_of_folio(run, gathering->files, folio);

	/* What was charged to it before does not hold it. */
	if (!file || folio->former || (hold->file && hold->file != file))
		hold->others = true;
	if (!file)
		return;
	hold->file = file;
	add_to_file(run, gathering, file, folio, memcg);
}

/* A memcg with pages that were not found may have another holder: it counts for none. */
static void count_sole_holders(const struct gathering *gathering,
			       const struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		const struct hold *hold = &gathering->holds[i];

		if (memcg->state != MEMCG_ONLINE && hold->file && !hold->others &&
		    memcg->found >= memcg->charged)
			hold->file->sole++;
	}
}

static int descending(uint64_t a, uint64_t b)
{
	return (a < b) - (a > b);
}

static int most_zombies_first(const void *left, const void *right)
{
	const struct file *a = *(struct file *const *)left, *b = *(struct file *const *)right;

	if (a->zombies != b->zombies)
		return descending(a->zombies, b->zombies);
	if (a->base_pages != b->base_pages)
		return descending(a->base_pages, b->base_pages);
	return descending(b->inode, a->inode);
}

/* In the order of enum folio_hold. */
static const char *flags_of(const struct file *file, char flags[8])
{
	static const char letters[] = "DWMLBU";
	unsigned int holds = file->holds | (file->unlinked ? HELD_UNLINKED : 0);
	int len = 0;

	for (int i = 0; letters[i]; i++) {
		if (holds & 1u << i)
			flags[len++] = letters[i];
	}
	if (!len)
		flags[len++] = '-';
	flags[len] = '\0';
	return flags;
}

static void print(struct run *run, const struct file *file)
{
	char flags[8];

	output_row(run, columns, COLUMNS, (struct cell[COLUMNS]){
		cell_address(file->inode),
		cell_count(file->base_pages),
		cell_count(file->zombies),
		cell_count(file->sole),
		cell_word(file->type),
		cell_word(flags_of(file, flags)),
		cell_name(file->name),
	});
}

void report_files(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	struct gathering gathering = {
		.files = files_new(run),
		.holds = arena_alloc(&run->arena, inventory->count * sizeof(struct hold)),
	};
	uint64_t printed = 0;

	report_begin_pages(run);
	pages_visit(run, inventory, gather, &gathering);
	count_sole_holders(&gathering, inventory);
	qsort(gathering.list, gathering.count, sizeof(*gathering.list), most_zombies_first);
	output_heading(run, columns, COLUMNS);
	for (size_t i = 0; i < gathering.count; i++) {
		if (report_prints(run, &printed))
			print(run, gathering.list[i]);
	}
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
