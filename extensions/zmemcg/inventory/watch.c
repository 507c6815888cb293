// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/watch.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "zmemcg/inventory.h"
#include "zmemcg/options.h"
#include "zmemcg/run.h"

/* Ours: 16 MB for the session. More than twice the zombies that were seen in the field. */
#define SIGHTS_LIMIT	(1u << 20)

/* A memcg that was dying. */
struct sight {
	kaddr_t addr;
	uint64_t serial;
};

/* What one run with -t saw; count sights, and behind them the selectors as one text. */
struct sighting {
	int64_t at;		/* seconds, monotonic */
	size_t count;
	size_t scope_size;	/* with its NUL */
	struct sight sights[];
};

/* Of the last run that was written to its end; in one block of its own, outside any run. */
static struct sighting *last;

static const char *scope_of(const struct sighting *sighting)
{
	return (const char *)&sighting->sights[sighting->count];
}

static size_t bytes_of(const struct sighting *sighting)
{
	return sizeof(*sighting) + sighting->count * sizeof(sighting->sights[0]) +
	       sighting->scope_size;
}

static int64_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static bool is_dying(const struct memcg *memcg)
{
	return memcg->meant && memcg->state != MEMCG_ONLINE;
}

static size_t scope_size(const struct options *options)
{
	size_t size = 1;

	for (int i = 0; i < options->selector_count; i++)
		size += strlen(options->selectors[i]) + 1;
	return size;
}

/* A selector has no newline: crash's lines have none. */
static void write_scope(const struct options *options, char *to)
{
	for (int i = 0; i < options->selector_count; i++) {
		const size_t len = strlen(options->selectors[i]);

		memcpy(to, options->selectors[i], len);
		to += len;
		*to++ = '\n';
	}
	*to = '\0';
}

/* In the run's arena. */
static struct sighting *sighting_of(struct run *run, const struct inventory *inventory, size_t count)
{
	struct sighting head = { seconds(), count, scope_size(run->options) }, *sighting;
	size_t n = 0;

	sighting = arena_alloc(&run->arena, bytes_of(&head));
	*sighting = head;
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (is_dying(memcg))
			sighting->sights[n++] = (struct sight){ memcg->addr, memcg->serial };
	}
	write_scope(run->options, (char *)&sighting->sights[count]);
	return sighting;
}

static void compare(struct run *run, const struct inventory *inventory, size_t count, struct news *news)
{
	struct map before;
	size_t still = 0;

	map_init(&before, &run->arena);
	for (size_t i = 0; i < last->count; i++)
		map_put(&before, last->sights[i].addr, &last->sights[i]);
	news->fresh = arena_alloc(&run->arena, count * sizeof(*news->fresh));
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		const struct sight *sight = is_dying(memcg) ? map_get(&before, memcg->addr) : NULL;

		if (sight && sight->serial == memcg->serial)
			still++;
		else if (is_dying(memcg))
			news->fresh[news->fresh_count++] = memcg;
	}
	news->gone = last->count - still;
}

bool watch_compare(struct run *run, const struct inventory *inventory, struct news *news)
{
	struct sighting *sighting;
	size_t count = 0;

	*news = (struct news){ 0 };
	for (size_t i = 0; i < inventory->count; i++)
		count += is_dying(inventory->memcgs[i]);
	if (inventory->cut || count > SIGHTS_LIMIT)
		return false;
	run->sighting = sighting = sighting_of(run, inventory, count);
	if (!last || strcmp(scope_of(last), scope_of(sighting)) != 0)
		return false;
	news->seconds = sighting->at - last->at;
	compare(run, inventory, count, news);
	return true;
}

/* ^C is only noted while a run is under way: nothing leaves between malloc() and free(). */
void watch_remember(const struct run *run)
{
	const struct sighting *sighting = run->sighting;
	struct sighting *kept;

	if (!sighting)
		return;
	kept = malloc(bytes_of(sighting));
	if (kept)
		memcpy(kept, sighting, bytes_of(sighting));
	watch_forget();
	last = kept;
}

void watch_forget(void)
{
	free(last);
	last = NULL;
}
