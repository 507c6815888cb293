// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>

#include "zmemcg/cover.h"
#include "zmemcg/folio.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/pages.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
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

/* What holds one memcg: files, and whether anything else does. */
struct hold {
	uint32_t *files;	/* places in the gathering's list */
	size_t count, room;
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

static void add_to_hold(struct run *run, struct hold *hold, uint32_t place)
{
	hold->files = arena_grow(&run->arena, hold->files, hold->count, &hold->room,
				 sizeof(*hold->files));
	hold->files[hold->count++] = place;
}

static void add_to_file(struct run *run, struct gathering *gathering, struct file *file,
			const struct folio *folio, const struct memcg *memcg)
{
	if (!file->base_pages) {
		gathering->list = arena_grow(&run->arena, gathering->list, gathering->count,
					     &gathering->room, sizeof(*gathering->list));
		file->place = gathering->count;
		file->owner = folio->memcg;
		gathering->list[gathering->count++] = file;
	}
	file->base_pages += folio->base_pages;
	file->several_owners |= folio->memcg != file->owner;
	file->holds |= folio_holds(run, folio);
	if (memcg->state != MEMCG_ONLINE && is_new_holder(file, memcg)) {
		file->zombies++;
		add_to_hold(run, &gathering->holds[memcg->index], file->place);
	}
}

static void gather(struct run *run, void *arg, const struct folio *folio)
{
	struct gathering *gathering = arg;
	const struct memcg *memcg = report_subject(folio);
	struct file *file = files_of_folio(run, gathering->files, folio);

	/* What was charged to it before does not hold it. */
	if (!file || folio->former)
		gathering->holds[memcg->index].others = true;
	if (file)
		add_to_file(run, gathering, file, folio, memcg);
}

/* A memcg with pages that were not found may have another holder. */
static bool held_by_files(const struct hold *hold, const struct memcg *memcg)
{
	return hold->count && !hold->others && memcg->found >= memcg->charged;
}

static void count_sole_holders(const struct gathering *gathering,
			       const struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++) {
		const struct hold *hold = &gathering->holds[i];

		if (hold->count == 1 && held_by_files(hold, inventory->memcgs[i]))
			gathering->list[hold->files[0]]->sole++;
	}
}

/* The zombies that are selected, each with the files that hold it if nothing else does. */
static size_t sets_of_zombies(const struct gathering *gathering,
			      const struct inventory *inventory, struct cover_set *sets)
{
	size_t count = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		const struct hold *hold = &gathering->holds[i];

		if (memcg->state == MEMCG_ONLINE || !memcg->selected)
			continue;
		if (held_by_files(hold, memcg))
			sets[count] = (struct cover_set){ hold->files, hold->count };
		count++;
	}
	return count;
}

/* Before the list is sorted: the sets have places in it. */
static struct cover cover_of(struct run *run, const struct gathering *gathering,
			     const struct inventory *inventory, size_t *zombies)
{
	struct cover_set *sets = arena_alloc(&run->arena, inventory->count * sizeof(*sets));

	*zombies = sets_of_zombies(gathering, inventory, sets);
	return cover_greedy(&run->arena, sets, *zombies, gathering->count);
}

static void say_cover(struct run *run, const struct cover *cover, struct file *const *files,
		      size_t zombies)
{
	output_sum(run, "cover_files", cover->count);
	output_sum(run, "cover_zombies", cover->freed);
	if (!cover->count)
		return;
	if (cover->count == 1)
		output_says(run, "This file holds");
	else
		output_says(run, "These %u files hold", cover->count);
	output_says(run, " %" PRIu64 " of %zu zombies alone:", cover->freed, zombies);
	for (uint32_t i = 0; i < cover->count; i++)
		output_name(run, &files[i]->name);
	output_says(run, "\n");
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

static struct cell owner_of(const struct file *file)
{
	if (file->several_owners)
		return cell_name((struct name){ .bracket = "[several]" });
	return file->owner ? cell_name(file->owner->path) : cell_unknown();
}

struct printing {
	struct column columns[COLUMNS];
	int count;
	struct users *users;	/* of -u, or NULL */
};

static void print_heading(struct run *run, const struct printing *printing)
{
	if (printing->users)
		output_heading_around(run, printing->columns, printing->count,
				      &report_users_columns);
	else
		output_heading(run, printing->columns, printing->count);
}

static void print(struct run *run, const struct printing *printing, const struct file *file)
{
	struct inner_table users;
	struct cell cells[COLUMNS];
	char flags[8];
	int n = 0;

	cells[n++] = cell_address(file->inode);
	cells[n++] = cell_count(file->base_pages);
	cells[n++] = cell_count(file->zombies);
	cells[n++] = cell_count(file->sole);
	cells[n++] = cell_word(file->type);
	cells[n++] = cell_word(flags_of(file, flags));
	if (printing->count == COLUMNS)
		cells[n++] = owner_of(file);
	cells[n++] = cell_name(file->name);
	if (!printing->users) {
		output_row(run, printing->columns, printing->count, cells);
		return;
	}
	users = report_users(run, printing->users, file);
	output_row_around(run, printing->columns, printing->count, cells, &users);
}

static void print_files(struct run *run, const struct gathering *gathering)
{
	struct printing printing = { .users = NULL };
	uint64_t printed = 0;

	printing.count = report_columns(run, columns, COLUMNS, OWNER, printing.columns);
	if (run->options->users)
		printing.users = users_new(run, gathering->files);
	print_heading(run, &printing);
	for (size_t i = 0; i < gathering->count; i++) {
		if (report_prints(run, &printed))
			print(run, &printing, gathering->list[i]);
	}
}

void report_files(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	struct gathering gathering = {
		.files = files_new(run),
		.holds = arena_alloc(&run->arena, inventory->count * sizeof(struct hold)),
	};
	struct file *covering[COVER_FILES];
	struct cover cover;
	size_t zombies;

	report_begin_pages(run);
	pages_visit(run, inventory, gather, &gathering);
	count_sole_holders(&gathering, inventory);
	cover = cover_of(run, &gathering, inventory, &zombies);
	for (uint32_t i = 0; i < cover.count; i++)
		covering[i] = gathering.list[cover.files[i]];
	if (gathering.count)
		qsort(gathering.list, gathering.count, sizeof(*gathering.list),
		      most_zombies_first);
	print_files(run, &gathering);
	say_cover(run, &cover, covering, zombies);
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
