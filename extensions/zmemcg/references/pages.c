// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include "zmemcg/folio.h"
#include "zmemcg/folio_tasks.h"
#include "zmemcg/holds.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/options.h"
#include "zmemcg/pages.h"
#include "zmemcg/scan.h"
#include "zmemcg/sockets.h"
#include "zmemcg/task_targets.h"
#include "zmemcg/tasks.h"

struct counting {
	struct ledger *ledger;
	struct files *files;	/* for the details */
	struct folio_tasks *tasks;	/* likewise */
	struct map named[REF_KINDS];	/* processes behind memory without a file */
};

static void start(struct run *run, struct counting *counting, struct ledger *ledger)
{
	counting->ledger = ledger;
	counting->files = files_new(run);
	counting->tasks = folio_tasks_new(run, ledger);
	for (int kind = 0; kind < REF_KINDS; kind++)
		map_init(&counting->named[kind], &run->arena);
}

static void name_task(struct run *run, struct counting *counting, enum reference kind,
		      enum folio_kind of, kaddr_t task)
{
	const kaddr_t holder = ledger_holder(0, folio_name(&(struct folio){ .kind = of }));

	if (map_put(&counting->named[kind], task_process(run, task), counting))
		task_behind(run, counting->ledger, kind, holder, task);
}

static void name_owner(struct run *run, void *counting, kaddr_t task)
{
	name_task(run, counting, REF_KMEM, FOLIO_KMEM, task);
}

static void name_mapper(struct run *run, void *counting, kaddr_t task)
{
	name_task(run, counting, REF_FOLIO, FOLIO_ANON, task);
}

static void name_nobody(struct run *run, void *counting, kaddr_t page)
{
	(void)run;
	(void)counting;
	(void)page;
}

/*
 * Whose anonymous memory or page of the kernel's it is; those of a file -f -u has. What nobody maps
 * may have an anon_vma that was freed: mm/rmap.c 6.1 page_get_anon_vma().
 */
static void name_tasks(struct run *run, struct counting *counting, const struct folio *folio)
{
	if (!counting->ledger->detailed)
		return;
	if (folio->kind == FOLIO_KMEM)
		folio_tasks_of_kernel(run, counting->tasks, folio, name_owner, counting);
	else if (folio->kind == FOLIO_ANON && folio_holds(run, folio) & HELD_MAPPED)
		folio_tasks_remember(run, counting->tasks, folio);
}

static void finish(struct run *run, struct counting *counting)
{
	folio_tasks_of_remembered(run, counting->tasks, name_mapper, name_nobody, counting);
}

static void count(struct run *run, void *arg, const struct folio *folio)
{
	struct counting *counting = arg;
	const bool is_kernel_s = folio->kind == FOLIO_KMEM || folio->kind == FOLIO_SLAB;
	const enum reference kind = is_kernel_s ? REF_KMEM : REF_FOLIO;
	const uint64_t references = run->layout->pages_refer_singly ? folio->base_pages : 1;
	const struct file *file;

	if (!folio->memcg || !folio->memcg->selected)
		return;
	if (counting->ledger->watch)
		counting->ledger->watch(run, counting->ledger->watch_arg, folio);
	file = counting->ledger->detailed ? files_of_folio(run, counting->files, folio) : NULL;
	ledger_add(counting->ledger, folio->memcg, kind, references, file ? file->inode : 0,
		   file ? file->name : folio_name(folio));
	name_tasks(run, counting, folio);
}

/* In the folios that were reparented nobody holds a memcg that is dying. */
static bool pages_refer(const struct run *run)
{
	return !run->layout->lru_folios_carry_objcg;
}

/*
 * What the lists do not link but the counters know (mlocked folios since 5.18) stays open: the
 * counters speak of base pages, and how many folios these are only a scan sees.
 */
void references_of_listed_pages(struct run *run, struct ledger *ledger)
{
	struct counting counting;

	if (!pages_refer(run) || run->options->scan)
		return;
	start(run, &counting, ledger);
	pages_visit(run, ledger->inventory, count, &counting);
	finish(run, &counting);
}

/* What a walk of the lists found is counted again. */
void references_of_memory_map(struct run *run, struct ledger *ledger)
{
	struct counting counting;
	struct scan_interest interests[2];
	int wanted = 0;

	start(run, &counting, ledger);
	if (pages_refer(run)) {
		ledger_forget_pages(ledger);
		interests[wanted++] = pages_interest(run, ledger->inventory, count, &counting);
	}
	wanted += sockets_interest(run, ledger, &interests[wanted]);
	if (wanted)
		scan_memory_map(run, interests, wanted);
	finish(run, &counting);
	if (pages_refer(run))
		pages_settle(run, ledger->inventory);
}
