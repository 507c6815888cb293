// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "zmemcg/folio.h"
#include "zmemcg/holds.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/pages.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"
#include "zmemcg/tally.h"
#include "zmemcg/text.h"
#include "zmemcg/users.h"

/* OWNER: as in -p, of all pages of the file. */
static const struct column columns[] = {
	{ "INODE", 16, false },
	{ "PAGES", 8, true },
	{ "ZOMBIES", 7, true },
	{ "SOLE", 6, true },
	{ "TYPE", 7, false },
	{ "FLAGS", 6, false },
	{ "OWNER", 0, false },
	{ "PATH", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), OWNER = 6 };

struct printing {
	struct column columns[COLUMNS];
	int count;
	struct users *users;	/* of -u, or NULL */
};

static void gather(struct run *run, void *arg, const struct folio *folio)
{
	tally_add(run, arg, folio, report_subject(folio));
}

/* What is no page may hold them, too: that is for -w and -s to look for. */
static void name_cover(struct run *run, const struct tally_result *result)
{
	struct name names[COVER_FILES];

	for (uint32_t i = 0; i < result->cover_count; i++)
		names[i] = result->cover[i]->name;
	if (result->cover_count == 1)
		output_says(run, "This file has");
	else
		output_says(run, "These %u files have", result->cover_count);
	output_says(run, " all pages of %" PRIu64 " of %zu %s (-w finds holders that are no pages):",
		    result->covered, result->zombies,
		    by_count(result->zombies, "zombie", "zombies"));
	output_names(run, "cover_paths", names, result->cover_count);
	output_says(run, "\n");
}

static void count_uncovered(struct run *run, const struct tally_result *result)
{
	if (result->cover_count)
		output_says(run, "%" PRIu64 " more %s pages of other files", result->uncovered,
			    by_count(result->uncovered, "has", "have"));
	else
		output_says(run, "These files have all pages of %" PRIu64 " %s", result->uncovered,
			    by_count(result->uncovered, "zombie", "zombies"));
	output_says(run, ": at most %d are named, while the next adds one zombie in a hundred\n",
		    COVER_FILES);
}

static void say_cover(struct run *run, const struct tally_result *result)
{
	output_sum(run, "cover_files", result->cover_count);
	output_sum(run, "cover_zombies", result->covered);
	output_sum(run, "cover_left", result->uncovered);
	if (result->cover_count)
		name_cover(run, result);
	else
		output_names(run, "cover_paths", NULL, 0);
	if (result->uncovered)
		count_uncovered(run, result);
}

/* In the order of enum folio_hold. */
static const char *flags_of(struct run *run, const struct file *file)
{
	static const char letters[] = "DWMLBRU";
	unsigned int holds = file->holds | (file->unlinked ? HELD_UNLINKED : 0);
	char flags[sizeof(letters)];
	int len = 0;

	for (int i = 0; letters[i]; i++) {
		if (holds & 1u << i)
			flags[len++] = letters[i];
	}
	return len ? arena_strndup(&run->arena, flags, len) : "-";
}

static struct cell owner_of(const struct file *file)
{
	if (file->several_owners)
		return cell_name((struct name){ .bracket = "[several]" });
	return file->owner ? cell_name(file->owner->path) : cell_unknown();
}

static void print_heading(struct run *run, const struct printing *printing)
{
	if (printing->users)
		output_heading_around(run, printing->columns, printing->count,
				      &report_users_columns);
	else
		output_heading(run, printing->columns, printing->count);
}

static void fill(struct run *run, const struct printing *printing, const struct file *file,
		 struct cell *cells)
{
	int n = 0;

	cells[n++] = cell_address(file->inode);
	cells[n++] = cell_count(file->base_pages);
	cells[n++] = cell_count(file->zombies);
	cells[n++] = cell_count(file->sole);
	cells[n++] = cell_word(file->type);
	cells[n++] = cell_word(flags_of(run, file));
	if (printing->count == COLUMNS)
		cells[n++] = owner_of(file);
	cells[n++] = cell_name(file->name);
}

static void print(struct run *run, const struct printing *printing, const struct file *file)
{
	struct inner_table users;
	struct cell cells[COLUMNS];

	fill(run, printing, file, cells);
	if (!printing->users) {
		output_row(run, printing->columns, printing->count, cells);
		return;
	}
	users = report_users(run, printing->users, file);
	output_row_around(run, printing->columns, printing->count, cells, &users);
}

struct inner_table report_held_files(struct run *run, struct file *const *files, size_t rows)
{
	struct printing *printing = arena_alloc(&run->arena, sizeof(*printing));
	const int count = report_columns(run, columns, COLUMNS, OWNER, printing->columns);
	struct cell *cells = arena_alloc(&run->arena, (rows * count + 1) * sizeof(*cells));

	printing->count = count;
	for (size_t i = 0; i < rows; i++)
		fill(run, printing, files[i], cells + i * count);
	return (struct inner_table){ "files", printing->columns, count, cells, rows };
}

static void print_files(struct run *run, const struct tally *tally,
			const struct tally_result *result)
{
	struct printing printing = { .users = NULL };
	uint64_t printed = 0;

	printing.count = report_columns(run, columns, COLUMNS, OWNER, printing.columns);
	if (run->options->users)
		printing.users = users_new(run, tally_files(tally), sharing_of_tasks(run));
	print_heading(run, &printing);
	for (size_t i = 0; i < result->count; i++) {
		if (report_prints(run, &printed))
			print(run, &printing, result->files[i]);
	}
}

void report_files(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	struct tally *tally = tally_new(run, inventory);
	struct tally_result result;

	report_begin_pages(run);
	pages_visit(run, inventory, gather, tally);
	result = tally_count(run, tally);
	print_files(run, tally, &result);
	say_cover(run, &result);
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
