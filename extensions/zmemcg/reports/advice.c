// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the holders that were counted to what frees them.
 */
#include "zmemcg/advice.h"

#include <string.h>

#include "zmemcg/folio.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/layout.h"
#include "zmemcg/ledger.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"
#include "zmemcg/users.h"

/* REF_FOLIO depends on the folio, REF_CHILD on the child, REF_CSET and REF_SOCK on who keeps them: ledger_needs(). */
static const unsigned int needs_of_kind[REF_KINDS] = {
	[REF_KMEM] = NEED(REMEDY_TASK),
	[REF_SWAP] = NEED(REMEDY_SWAPOFF),
	[REF_FSNOTIFY] = NEED(REMEDY_CLOSE),
	[REF_BPF] = NEED(REMEDY_TASK),		/* its descriptors, programs, pins: of who loaded it */
	[REF_CGWB] = NEED(REMEDY_DROP_CACHES),	/* it is held by the inodes that go */
	[REF_MM] = NEED(REMEDY_TASK),
	[REF_STOCK] = NEED(REMEDY_TIME),
};

/* A file in memory without a name, and a memcg that it holds. */
struct nameless {
	struct file *file;
	size_t memcg;		/* its index */
};

struct advice {
	const struct ledger *ledger;
	struct files *files;
	struct patient *patients;	/* by the memcg's index */
	struct nameless *nameless;	/* their users are looked for at the end, all at once */
	size_t count, room;
};

/* No needs so far: its users say what they are, and there are those of other files to look for. */
static unsigned int later(struct run *run, struct advice *advice, struct file *file,
			  const struct memcg *memcg)
{
	if (!map_put(&file->other_holders, memcg->addr, file))
		return 0;
	advice->nameless = arena_grow(&run->arena, advice->nameless, advice->count, &advice->room,
				      sizeof(*advice->nameless));
	advice->nameless[advice->count++] = (struct nameless){ file, memcg->index };
	return 0;
}

/* A file of tmpfs, hugetlbfs, a memfd, a segment: its pages stay as long as it does. */
static unsigned int of_memory_file(struct run *run, struct advice *advice, struct file *file,
				   const struct memcg *memcg)
{
	if (!file)
		return NEED(REMEDY_SWAPOFF);	/* in the swap cache */
	return file->unlinked ? later(run, advice, file, memcg) : NEED(REMEDY_FILE);
}

/* What was mapped or locked is cache like other cache when it is no more. */
static unsigned int of_cache(struct run *run, struct advice *advice, const struct folio *folio,
			     struct file *file)
{
	const unsigned int holds = folio_holds(run, folio);
	unsigned int needs = NEED(holds & HELD_BUFFERS ? REMEDY_UNMOUNT : REMEDY_DROP_CACHES);

	if (!file)
		return NEED(REMEDY_NONE);
	if (!strcmp(file->type, "hugetlb"))
		return of_memory_file(run, advice, file, folio->memcg);
	if (holds & (HELD_MAPPED | HELD_MLOCKED))
		needs |= NEED(REMEDY_TASK);
	return needs;
}

static unsigned int of_folio(struct run *run, struct advice *advice, const struct folio *folio)
{
	struct file *file = files_of_folio(run, advice->files, folio);

	switch (folio->kind) {
	case FOLIO_CACHE:
		return of_cache(run, advice, folio, file);
	case FOLIO_SHMEM:
		return of_memory_file(run, advice, file, folio->memcg);
	case FOLIO_ANON:
		return NEED(folio_holds(run, folio) & HELD_MAPPED ? REMEDY_TASK : REMEDY_SWAPOFF);
	case FOLIO_KMEM:
		return NEED(REMEDY_TASK);
	default:
		return NEED(REMEDY_NONE);
	}
}

void advice_look_at(struct run *run, struct advice *advice, const struct folio *folio)
{
	advice->patients[folio->memcg->index].needs |= of_folio(run, advice, folio);
}

/* A task that ends closes its descriptors too; what no task has is somewhere else. */
static unsigned int of_users(const struct user *users, size_t count)
{
	unsigned int needs = 0;

	for (size_t i = 0; i < count; i++)
		needs |= NEED(users[i].mapped ? REMEDY_TASK : REMEDY_CLOSE);
	return needs ? needs : NEED(REMEDY_NONE);
}

/*
 * A segment is there until it is removed and nobody has it attached (ipc/shm.c 6.1
 * shm_may_destroy()). One that is attached may be removed already: ipcrm says so then.
 */
static unsigned int of_nameless(struct run *run, struct users *users, const struct file *file)
{
	struct user *list = NULL;
	const size_t count = users_of(run, users, file, &list);

	if (file->segment)
		return NEED(REMEDY_IPCRM) | (count ? NEED(REMEDY_TASK) : 0);
	return of_users(list, count);
}

static void look_for_users(struct run *run, struct advice *advice)
{
	const bool can = !layout_lacks(run->layout, NEED_USERS);
	struct users *users = can && advice->count ? users_new(run, advice->files) : NULL;

	for (size_t i = 0; i < advice->count; i++) {
		const struct nameless *nameless = &advice->nameless[i];
		struct file *file = nameless->file;

		if (!file->needs)
			file->needs = users ? of_nameless(run, users, file) : NEED(REMEDY_NONE);
		advice->patients[nameless->memcg].needs |= file->needs;
	}
}

/* Pages that were not found (on no list, unreadable) may be anything. */
static unsigned int needs_of(const struct ledger *ledger, const struct memcg *memcg)
{
	unsigned int needs = ledger->needs[memcg->index];

	for (int kind = 0; kind < REF_KINDS; kind++) {
		if (ledger->found[memcg->index][kind])
			needs |= needs_of_kind[kind];
	}
	if (memcg->refs == REFS_UNKNOWN || ledger_rest(ledger, memcg) || memcg->found < memcg->charged)
		needs |= NEED(REMEDY_NONE);
	return needs;
}

/* The removed memcgs alone, and those below them, parents first as in the inventory. */
static size_t pick_zombies(const struct ledger *ledger, const struct patient *by_index,
			   struct patient *zombies)
{
	const struct inventory *inventory = ledger->inventory;
	size_t *place = arena_alloc(&ledger->run->arena, inventory->count * sizeof(*place));
	size_t count = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i], *parent = memcg->parent;

		place[i] = SIZE_MAX;
		if (memcg->state == MEMCG_ONLINE || !(memcg->selected || memcg->below))
			continue;
		place[i] = count;
		zombies[count++] = (struct patient){
			.needs = by_index[i].needs | needs_of(ledger, memcg),
			.parent = parent ? place[parent->index] : SIZE_MAX,
			.asked = memcg->selected,
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

struct remedies advice_count(struct run *run, struct advice *advice)
{
	const struct ledger *ledger = advice->ledger;
	struct patient *zombies = arena_alloc(&ledger->run->arena,
					      ledger->inventory->count * sizeof(*zombies));

	look_for_users(run, advice);
	return remedies_count(zombies, pick_zombies(ledger, advice->patients, zombies));
}
