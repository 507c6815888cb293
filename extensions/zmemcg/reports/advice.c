// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the holders that were counted to what frees them.
 */
#include "zmemcg/advice.h"

#include <string.h>

#include "zmemcg/folio.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"

#define NEED(remedy)	(1u << (remedy))

/* REF_FOLIO depends on the folio, REF_CHILD on the child. */
static const unsigned int needs_of_kind[REF_KINDS] = {
	[REF_KMEM] = NEED(REMEDY_TASK),
	[REF_SWAP] = NEED(REMEDY_SWAPOFF),
	[REF_CSET] = NEED(REMEDY_TASK),
	[REF_SOCK] = NEED(REMEDY_CLOSE),
	[REF_FSNOTIFY] = NEED(REMEDY_CLOSE),
	[REF_CGWB] = NEED(REMEDY_DROP_CACHES),	/* it is held by the inodes that go */
	[REF_MM] = NEED(REMEDY_TASK),
	[REF_STOCK] = NEED(REMEDY_TIME),
};

struct advice {
	const struct ledger *ledger;
	struct files *files;
	struct patient *patients;	/* by the memcg's index */
};

/* A file of tmpfs, hugetlbfs, a memfd, a segment: its pages stay as long as it does. */
static enum remedy of_memory_file(const struct file *file)
{
	if (!file)
		return REMEDY_SWAPOFF;	/* in the swap cache */
	return file->unlinked ? REMEDY_CLOSE : REMEDY_FILE;
}

static enum remedy of_cache(struct run *run, const struct folio *folio, const struct file *file)
{
	const unsigned int holds = folio_holds(run, folio);

	if (!file)
		return REMEDY_NONE;
	if (!strcmp(file->type, "hugetlb"))
		return of_memory_file(file);
	if (holds & (HELD_MAPPED | HELD_MLOCKED))
		return REMEDY_TASK;
	return holds & HELD_BUFFERS ? REMEDY_UNMOUNT : REMEDY_DROP_CACHES;
}

static enum remedy of_folio(struct run *run, struct files *files, const struct folio *folio)
{
	const struct file *file = files_of_folio(run, files, folio);

	switch (folio->kind) {
	case FOLIO_CACHE:
		return of_cache(run, folio, file);
	case FOLIO_SHMEM:
		return of_memory_file(file);
	case FOLIO_ANON:
		return folio_holds(run, folio) & HELD_MAPPED ? REMEDY_TASK : REMEDY_SWAPOFF;
	case FOLIO_KMEM:
		return REMEDY_TASK;
	default:
		return REMEDY_NONE;
	}
}

void advice_look_at(struct run *run, struct advice *advice, const struct folio *folio)
{
	advice->patients[folio->memcg->index].needs |= NEED(of_folio(run, advice->files, folio));
}

/* Pages that were not found (on no list, unreadable) may be anything. */
static unsigned int needs_of(const struct ledger *ledger, const struct memcg *memcg)
{
	unsigned int needs = 0;

	for (int kind = 0; kind < REF_KINDS; kind++) {
		if (ledger->found[memcg->index][kind])
			needs |= needs_of_kind[kind];
	}
	if (memcg->refs == REFS_UNKNOWN || ledger_rest(ledger, memcg) || memcg->found < memcg->charged)
		needs |= NEED(REMEDY_NONE);
	return needs;
}

/* The removed memcgs alone, parents before their children as in the inventory. */
static size_t pick_zombies(const struct ledger *ledger, const struct patient *by_index,
			   struct patient *zombies)
{
	const struct inventory *inventory = ledger->inventory;
	size_t *place = arena_alloc(&ledger->run->arena, inventory->count * sizeof(*place));
	size_t count = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i], *parent = memcg->parent;

		place[i] = SIZE_MAX;
		if (memcg->state == MEMCG_ONLINE || !memcg->selected)
			continue;
		place[i] = count;
		zombies[count++] = (struct patient){
			.needs = by_index[i].needs | needs_of(ledger, memcg),
			.parent = parent ? place[parent->index] : SIZE_MAX,
		};
	}
	return count;
}

struct advice *advice_new(struct run *run, const struct ledger *ledger)
{
	struct advice *advice = arena_alloc(&run->arena, sizeof(*advice));

	advice->ledger = ledger;
	advice->files = files_new(run);
	advice->patients = arena_alloc(&run->arena, ledger->inventory->count * sizeof(struct patient));
	return advice;
}

struct remedies advice_count(const struct advice *advice)
{
	const struct ledger *ledger = advice->ledger;
	struct patient *zombies = arena_alloc(&ledger->run->arena,
					      ledger->inventory->count * sizeof(*zombies));

	return remedies_count(zombies, pick_zombies(ledger, advice->patients, zombies));
}
