// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/cover.h"

#define CHOSEN	UINT32_MAX

struct choosing {
	const struct cover_set *zombies;
	size_t zombie_count;
	uint32_t file_count;
	uint32_t *lacking;	/* of a zombie: its files that are not chosen */
	uint32_t *frees;	/* of a file: zombies that lack it alone; CHOSEN */
	uint32_t *halves;	/* of a file: zombies that lack it and one more */
	size_t *first;		/* of a file: where its zombies begin in holders */
	size_t *holders;
};

/* Which zombies each file holds: the sets the other way round. */
static void turn_round(struct choosing *c, struct arena *arena)
{
	size_t total = 0, *next = arena_alloc(arena, (c->file_count + 1) * sizeof(*next));

	c->first = arena_alloc(arena, (c->file_count + 1) * sizeof(*c->first));
	for (size_t z = 0; z < c->zombie_count; z++) {
		for (uint32_t i = 0; i < c->zombies[z].count; i++)
			next[c->zombies[z].files[i]]++;
	}
	for (uint32_t f = 0; f <= c->file_count; f++) {
		const size_t count = f < c->file_count ? next[f] : 0;

		c->first[f] = next[f] = total;
		total += count;
	}
	c->holders = arena_alloc(arena, (total + 1) * sizeof(*c->holders));
	for (size_t z = 0; z < c->zombie_count; z++) {
		for (uint32_t i = 0; i < c->zombies[z].count; i++)
			c->holders[next[c->zombies[z].files[i]]++] = z;
	}
}

/* Counts a zombie where its files that are not chosen stand, or takes it away there. */
static void note(const struct choosing *c, size_t z, int by)
{
	uint32_t *at = c->lacking[z] == 1 ? c->frees : c->lacking[z] == 2 ? c->halves : NULL;
	const struct cover_set *zombie = &c->zombies[z];

	for (uint32_t i = 0; at && i < zombie->count; i++) {
		if (c->frees[zombie->files[i]] != CHOSEN)
			at[zombie->files[i]] += by;
	}
}

static void choose(const struct choosing *c, uint32_t file)
{
	for (size_t i = c->first[file]; i < c->first[file + 1]; i++)
		note(c, c->holders[i], -1);
	c->frees[file] = CHOSEN;
	for (size_t i = c->first[file]; i < c->first[file + 1]; i++) {
		c->lacking[c->holders[i]]--;
		note(c, c->holders[i], 1);
	}
}

/*
 * Where each zombie lacks three files and more: the one that most of them lack. It frees none
 * before others follow. CHOSEN when there are no zombies left.
 */
static uint32_t most_lacked(const struct choosing *c)
{
	uint32_t best = CHOSEN;
	size_t most = 0;

	for (uint32_t f = 0; f < c->file_count; f++) {
		size_t lack = 0;

		if (c->frees[f] == CHOSEN)
			continue;
		for (size_t i = c->first[f]; i < c->first[f + 1]; i++)
			lack += c->lacking[c->holders[i]] != 0;
		if (lack > most) {
			most = lack;
			best = f;
		}
	}
	return best;
}

/* CHOSEN when no file is of use. */
static uint32_t best(const struct choosing *c)
{
	uint32_t best = CHOSEN;

	for (uint32_t f = 0; f < c->file_count; f++) {
		if (c->frees[f] == CHOSEN || (!c->frees[f] && !c->halves[f]))
			continue;
		if (best == CHOSEN || c->frees[f] > c->frees[best] ||
		    (c->frees[f] == c->frees[best] && c->halves[f] > c->halves[best]))
			best = f;
	}
	return best == CHOSEN ? most_lacked(c) : best;
}

static void start(struct choosing *c, struct arena *arena)
{
	c->lacking = arena_alloc(arena, (c->zombie_count + 1) * sizeof(*c->lacking));
	c->frees = arena_alloc(arena, (c->file_count + 1) * sizeof(*c->frees));
	c->halves = arena_alloc(arena, (c->file_count + 1) * sizeof(*c->halves));
	turn_round(c, arena);
	for (size_t z = 0; z < c->zombie_count; z++) {
		c->lacking[z] = c->zombies[z].count;
		note(c, z, 1);
	}
}

static uint64_t held_by_files(const struct choosing *c)
{
	uint64_t held = 0;

	for (size_t z = 0; z < c->zombie_count; z++)
		held += c->zombies[z].count != 0;
	return held;
}

struct cover cover_greedy(struct arena *arena, const struct cover_set *zombies,
			  size_t zombie_count, uint32_t file_count)
{
	struct choosing choosing = {
		.zombies = zombies, .zombie_count = zombie_count, .file_count = file_count };
	struct cover cover = { 0 }, useful = { 0 };

	start(&choosing, arena);
	while (cover.count < COVER_FILES) {
		const uint32_t file = best(&choosing);
		uint32_t freed;

		if (file == CHOSEN)
			break;
		freed = choosing.frees[file];
		if (freed && (uint64_t)freed * 100 < zombie_count)
			break;
		choose(&choosing, file);
		cover.files[cover.count++] = file;
		cover.freed += freed;
		if (freed)
			useful = cover;		/* a file that frees none yet may never do */
	}
	useful.left = held_by_files(&choosing) - useful.freed;
	return useful;
}
