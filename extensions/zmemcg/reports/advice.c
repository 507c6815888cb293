// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From the holders that were counted to what frees them.
 */
#include "zmemcg/advice.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/folio_tasks.h"
#include "zmemcg/holds.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/layout.h"
#include "zmemcg/ledger.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"
#include "zmemcg/swapcache.h"
#include "zmemcg/task_targets.h"
#include "zmemcg/unmounts.h"
#include "zmemcg/users.h"

/*
 * REF_FOLIO and REF_KMEM depend on the folio, REF_CHILD on the child, REF_CSET, REF_SOCK and REF_CGWB on who
 * keeps them: ledger_needs().
 */
static const unsigned int needs_of_kind[REF_KINDS] = {
	[REF_SWAP] = NEED(REMEDY_SWAPOFF),
	[REF_FSNOTIFY] = NEED(REMEDY_CLOSE),
	[REF_BPF] = NEED(REMEDY_TASK),		/* its descriptors, programs, pins: of who loaded it */
	[REF_MM] = NEED(REMEDY_TASK),
	[REF_STOCK] = NEED(REMEDY_TIME),
};

/* A file whose users say what takes it away, and a memcg that it holds. */
struct used {
	struct file *file;
	size_t memcg;		/* its index */
	bool on_disk;		/* an inode in use; otherwise a file in memory without a name */
};

struct advice {
	struct ledger *ledger;
	struct files *files;
	struct unmounts *unmounts;
	struct folio_tasks *tasks;
	struct patient *patients;	/* by the memcg's index */
	struct used *used;		/* their users are looked for at the end, all at once */
	size_t count, room;
};

static void note_used(struct run *run, struct advice *advice, struct used used)
{
	advice->used = arena_grow(&run->arena, advice->used, advice->count, &advice->room,
				  sizeof(*advice->used));
	advice->used[advice->count++] = used;
}

/* No needs so far: its users say what they are, and there are those of other files to look for. */
static unsigned int later(struct run *run, struct advice *advice, struct file *file,
			  const struct memcg *memcg)
{
	if (map_put(&file->other_holders, memcg->addr, file))
		note_used(run, advice, (struct used){ file, memcg->index, false });
	return 0;
}

/* A file of tmpfs, ramfs, hugetlbfs, a memfd, a segment: its pages stay as long as it does. */
static unsigned int of_memory_file(struct run *run, struct advice *advice, struct file *file,
				   const struct memcg *memcg)
{
	return file->unlinked ? later(run, advice, file, memcg) : NEED(REMEDY_FILE);
}

/*
 * ramfs has nothing to write its pages to: they stay dirty, in a mapping that reclaim passes over.
 * include/linux/pagemap.h: enum mapping_flags, of this value since 4.10.
 */
#define AS_UNEVICTABLE	3

static bool is_never_written(struct run *run, const struct folio *folio, unsigned int holds)
{
	uint64_t flags;

	return holds & HELD_DIRTY &&
	       read_member(run, folio->mapping, run->layout->mapping_flags, &flags) &&
	       flags >> AS_UNEVICTABLE & 1;
}

/* Which takes its pages along only where nothing else refers to them. */
static unsigned int of_referred(unsigned int holds)
{
	return holds & HELD_REFERRED ? NEED(REMEDY_LET_GO) : 0;
}

static void name_task(struct run *run, void *arg, kaddr_t task)
{
	task_to_end(run, arg, task);
}

static void name_nobody(struct run *run, void *arg, kaddr_t page)
{
	(void)run;
	ledger_target_unknown(arg, TO_END, page);
}

/* The tasks that map a folio have to end: which these are is looked for at the end, of all. */
static unsigned int of_mapped(struct run *run, struct advice *advice, const struct folio *folio)
{
	if (!folio_tasks_remember(run, advice->tasks, folio))
		name_nobody(run, advice->ledger, folio->page);
	return NEED(REMEDY_TASK);
}

/* What was mapped or locked is cache like other cache when it is no more. */
static unsigned int of_cache(struct run *run, struct advice *advice, const struct folio *folio,
			     struct file *file)
{
	const unsigned int holds = folio_holds(run, folio);
	unsigned int needs = NEED(holds & HELD_BUFFERS ? REMEDY_UNMOUNT : REMEDY_DROP_CACHES) |
			     of_referred(holds);

	if (!file)
		return NEED(REMEDY_NONE);
	if (!strcmp(file->type, "hugetlb") || is_never_written(run, folio, holds))
		return of_memory_file(run, advice, file, folio->memcg);
	if (holds & (HELD_MAPPED | HELD_MLOCKED))
		needs |= of_mapped(run, advice, folio);
	if (holds & HELD_BUFFERS)
		unmounts_add(run, advice->unmounts, file);
	return needs;
}

/*
 * mm/swapfile.c 6.1 unuse_pte(): swapoff maps what is in the swap cache again, and it stays
 * charged where it is. It frees what the cache alone has. Whose page tables have such an entry is not
 * looked for.
 */
static unsigned int of_swapcache(struct run *run, struct advice *advice, const struct folio *folio)
{
	const enum swap_use use = swap_use_of(run, folio);

	if (use != SWAP_UNUSED)
		ledger_target_unknown(advice->ledger, TO_END, folio->page);
	switch (use) {
	case SWAP_USED:
		return NEED(REMEDY_TASK);
	case SWAP_UNUSED:
		return NEED(REMEDY_SWAPOFF);
	default:
		return NEED(REMEDY_SWAPOFF) | NEED(REMEDY_TASK);
	}
}

static unsigned int of_anon(struct run *run, struct advice *advice, const struct folio *folio)
{
	if (folio_holds(run, folio) & HELD_MAPPED)
		return of_mapped(run, advice, folio) |
		       (folio_is_pinned(run, folio) ? NEED(REMEDY_LET_GO) : 0);
	if (folio_in_swapcache(run, folio))
		return of_swapcache(run, advice, folio);
	return NEED(folio_is_cut_off(run, folio) ? REMEDY_LET_GO : REMEDY_NONE);
}

/* In the swap cache it has no file that could be named; swapoff gives it back to that. */
static unsigned int of_shmem(struct run *run, struct advice *advice, const struct folio *folio,
			     struct file *file)
{
	if (file)
		return of_memory_file(run, advice, file, folio->memcg) |
		       of_referred(folio_holds(run, folio));
	return NEED(folio_in_swapcache(run, folio) && swap_use_of(run, folio) == SWAP_UNUSED ?
		    REMEDY_SWAPOFF : REMEDY_NONE);
}

/*
 * Page tables are of a task that lives, as its stack is. Whose a page of a pipe, of vmalloc() or of
 * a driver is nothing tells.
 */
static unsigned int of_kernel_memory(struct run *run, struct advice *advice,
				     const struct folio *folio)
{
	if (folio_tasks_of_kernel(run, advice->tasks, folio, name_task, advice->ledger))
		return NEED(REMEDY_TASK);
	if (!folio->page_table)
		return NEED(REMEDY_NONE);
	name_nobody(run, advice->ledger, folio->page);
	return NEED(REMEDY_TASK);
}

static unsigned int of_folio(struct run *run, struct advice *advice, const struct folio *folio)
{
	struct file *file = files_of_folio(run, advice->files, folio);

	switch (folio->kind) {
	case FOLIO_CACHE:
		return of_cache(run, advice, folio, file);
	case FOLIO_SHMEM:
		return of_shmem(run, advice, folio, file);
	case FOLIO_ANON:
		return of_anon(run, advice, folio);
	case FOLIO_KMEM:
		return of_kernel_memory(run, advice, folio);
	case FOLIO_SLAB:	/* who has its objects is not known */
		return NEED(REMEDY_NONE);
	default:
		return NEED(folio_is_cut_off(run, folio) ? REMEDY_LET_GO : REMEDY_NONE);
	}
}

void advice_look_at(struct run *run, struct advice *advice, const struct folio *folio)
{
	advice->patients[folio->memcg->index].needs |= of_folio(run, advice, folio);
}

/* A task that ends closes its descriptors too; what no task has is somewhere else. */
static unsigned int of_users(struct run *run, struct ledger *ledger, const struct user *users,
			     size_t count)
{
	unsigned int needs = 0;

	for (size_t i = 0; i < count; i++) {
		needs |= NEED(users[i].mapped ? REMEDY_TASK : REMEDY_CLOSE);
		if (users[i].mapped)
			task_to_end(run, ledger, users[i].task);
		else
			task_to_close(run, ledger, users[i].task);
	}
	return needs ? needs : NEED(REMEDY_NONE);
}

/*
 * A segment is there until it is removed and nobody has it attached (ipc/shm.c 6.1
 * shm_may_destroy()). One that is attached may be removed already: ipcrm says so then.
 */
static unsigned int of_nameless(struct run *run, const struct advice *advice, struct users *users,
				const struct file *file)
{
	struct user *list = NULL;
	const size_t count = users_of(run, users, file, &list);

	if (file->segment)
		return NEED(REMEDY_IPCRM) | (count ? of_users(run, advice->ledger, list, count) : 0);
	return of_users(run, advice->ledger, list, count);
}

/*
 * When its users are gone it is cache like others. What no task has a filesystem has: the inodes
 * that it works with, or the one that it is mounted from.
 */
static unsigned int of_disk(struct run *run, const struct advice *advice, struct users *users,
			    const struct file *file)
{
	struct user *list = NULL;
	const size_t count = users_of(run, users, file, &list);

	if (count)
		return of_users(run, advice->ledger, list, count) | NEED(REMEDY_DROP_CACHES);
	unmounts_add(run, advice->unmounts, file);
	return NEED(REMEDY_UNMOUNT);
}

static void take_inodes_in_use(struct run *run, struct advice *advice)
{
	const struct ledger *ledger = advice->ledger;

	for (size_t i = 0; i < ledger->inode_count; i++) {
		const struct inode_in_use *inode = &ledger->inodes[i];

		note_used(run, advice, (struct used){ files_of_inode(run, advice->files, inode->inode),
						      inode->memcg->index, true });
	}
}

static void look_for_users(struct run *run, struct advice *advice)
{
	const bool can = !layout_lacks(run->layout, NEED_USERS);
	struct users *users = can && advice->count ?
		users_new(run, advice->files, task_targets_sharing(run, advice->ledger)) : NULL;

	for (size_t i = 0; i < advice->count; i++) {
		const struct used *used = &advice->used[i];
		struct file *file = used->file;

		if (!users)
			file->needs = NEED(REMEDY_NONE);
		else if (!file->needs)
			file->needs = used->on_disk ? of_disk(run, advice, users, file) :
						      of_nameless(run, advice, users, file);
		advice->patients[used->memcg].needs |= file->needs;
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

struct advice *advice_new(struct run *run, struct ledger *ledger)
{
	struct advice *advice = arena_alloc(&run->arena, sizeof(*advice));

	advice->ledger = ledger;
	advice->files = files_new(run);
	advice->unmounts = unmounts_new(run, ledger);
	advice->tasks = folio_tasks_new(run, ledger);
	advice->patients = arena_alloc(&run->arena, ledger->inventory->count * sizeof(struct patient));
	return advice;
}

struct remedies advice_count(struct run *run, struct advice *advice)
{
	const struct ledger *ledger = advice->ledger;
	struct patient *zombies = arena_alloc(&ledger->run->arena,
					      ledger->inventory->count * sizeof(*zombies));

	folio_tasks_of_remembered(run, advice->tasks, name_task, name_nobody, advice->ledger);
	take_inodes_in_use(run, advice);
	look_for_users(run, advice);
	return remedies_count(zombies, pick_zombies(ledger, advice->patients, zombies));
}
