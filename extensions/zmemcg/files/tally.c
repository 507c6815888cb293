// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/tally.h"

#include <stdlib.h>
#include <string.h>

#include "zmemcg/folio.h"
#include "zmemcg/holds.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/run.h"

/* What holds one memcg: files, and whether anything else does. */
struct hold {
	uint32_t *files;	/* places in the tally's list */
	size_t count, room;
	bool others;
};

struct tally {
	const struct inventory *inventory;
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

static void add_to_file(struct run *run, struct tally *tally, struct file *file,
			const struct folio *folio, const struct memcg *memcg)
{
	if (!file->base_pages) {
		tally->list = arena_grow(&run->arena, tally->list, tally->count,
					     &tally->room, sizeof(*tally->list));
		file->place = tally->count;
		file->owner = folio->memcg;
		tally->list[tally->count++] = file;
	}
	file->base_pages += folio->base_pages;
	file->several_owners |= folio->memcg != file->owner;
	file->holds |= folio_holds(run, folio);
	if (memcg->state != MEMCG_ONLINE && is_new_holder(file, memcg)) {
		file->zombies++;
		add_to_hold(run, &tally->holds[memcg->index], file->place);
	}
}

struct tally *tally_new(struct run *run, const struct inventory *inventory)
{
	struct tally *tally = arena_alloc(&run->arena, sizeof(*tally));

	tally->inventory = inventory;
	tally->files = files_new(run);
	tally->holds = arena_alloc(&run->arena, inventory->count * sizeof(*tally->holds));
	return tally;
}

void tally_add(struct run *run, struct tally *tally, const struct folio *folio,
	       const struct memcg *memcg)
{
	struct file *file = files_of_folio(run, tally->files, folio);

	/* What was charged to it before does not hold it. */
	if (!file || folio->former)
		tally->holds[memcg->index].others = true;
	if (file)
		add_to_file(run, tally, file, folio, memcg);
}

/* A memcg with pages that were not found may have another holder. */
static bool held_by_files(const struct hold *hold, const struct memcg *memcg)
{
	return hold->count && !hold->others && memcg->found >= memcg->charged;
}

static void count_sole_holders(const struct tally *tally)
{
	const struct inventory *inventory = tally->inventory;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct hold *hold = &tally->holds[i];

		if (hold->count == 1 && held_by_files(hold, inventory->memcgs[i]))
			tally->list[hold->files[0]]->sole++;
	}
}

/* The zombies that are selected, each with the files that hold it if nothing else does. */
static size_t sets_of_zombies(const struct tally *tally, struct cover_set *sets)
{
	const struct inventory *inventory = tally->inventory;
	size_t count = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		const struct hold *hold = &tally->holds[i];

		if (memcg->state == MEMCG_ONLINE || !memcg->selected)
			continue;
		if (held_by_files(hold, memcg))
			sets[count] = (struct cover_set){ hold->files, hold->count };
		count++;
	}
	return count;
}

/* Before the list is sorted: the sets have places in it. */
static void choose_cover(struct run *run, const struct tally *tally, struct tally_result *result)
{
	struct cover_set *sets = arena_alloc(&run->arena, tally->inventory->count * sizeof(*sets));
	struct cover cover;

	result->zombies = sets_of_zombies(tally, sets);
	cover = cover_greedy(&run->arena, sets, result->zombies, tally->count);
	result->covered = cover.freed;
	result->uncovered = cover.left;
	result->cover_count = cover.count;
	for (uint32_t i = 0; i < cover.count; i++)
		result->cover[i] = tally->list[cover.files[i]];
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

struct tally_result tally_count(struct run *run, struct tally *tally)
{
	struct tally_result result = { .files = tally->list, .count = tally->count };

	count_sole_holders(tally);
	choose_cover(run, tally, &result);
	if (tally->count)
		qsort(tally->list, tally->count, sizeof(*tally->list), most_zombies_first);
	return result;
}

struct files *tally_files(const struct tally *tally)
{
	return tally->files;
}
