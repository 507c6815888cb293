// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/pages.h"

#include "zmemcg/inventory.h"
#include "zmemcg/lru.h"
#include "zmemcg/memcg.h"
#include "zmemcg/options.h"
#include "zmemcg/run.h"
#include "zmemcg/scan.h"
#include "zmemcg/session.h"

struct account {
	struct inventory *inventory;
	folio_visitor *visit;
	void *arg;
	uint64_t last_owner;	/* a page's memcg word, and what it came to */
	bool last_wanted;
	struct run_counts last_counts;
};

static bool is_selected(const struct memcg *memcg)
{
	return memcg && memcg->selected;
}

static void charge(struct memcg *memcg, const struct folio *folio)
{
	memcg->found += folio->base_pages;
	if (folio->hugetlb)
		memcg->hugetlb += folio->base_pages;
	switch (folio->kind) {
	case FOLIO_ANON:
		memcg->anon += folio->base_pages;
		break;
	case FOLIO_SHMEM:
		memcg->shmem += folio->base_pages;
		break;
	case FOLIO_KMEM:
	case FOLIO_SLAB:
		memcg->kernel += folio->base_pages;
		break;
	default:
		memcg->file += folio->base_pages;
	}
}

/* On a live system a folio is looked up twice, and its objcg may have gone to the parent between them. */
static bool is_wanted(const struct memcg *memcg, const struct memcg *former)
{
	return is_selected(memcg) || is_selected(former);
}

/*
 * On a live system: a page keeps the memcg that it is charged to. Where that is gone, the page was
 * of another that has its memory.
 */
static bool is_of_another(struct run *run, const struct folio *folio)
{
	return (folio->memcg && !memcg_still_there(run, folio->memcg)) ||
	       (folio->former && !memcg_still_there(run, folio->former));
}

static void take_account(struct run *run, void *arg, const struct folio *folio)
{
	const struct account *account = arg;

	if (is_of_another(run, folio) || !is_wanted(folio->memcg, folio->former))
		return;
	if (is_selected(folio->memcg))
		charge(folio->memcg, folio);
	if (is_selected(folio->former))
		folio->former->former += folio->base_pages;
	if (account->visit)
		account->visit(run, account->arg, folio);
}

/* Whether a word points to what is no memcg: a page's memcg outlives the page. */
static bool is_damaged(const struct run *run, const struct inventory *inventory, uint64_t word)
{
	return !session_live() && word && !(word & MEMCG_DATA_FLAGS) &&
	       !run->layout->lru_folios_carry_objcg && !map_get(&inventory->by_addr, word);
}

static bool wants(struct run *run, void *arg, kaddr_t page, const char *bytes)
{
	struct account *account = arg;
	uint64_t owner = word_of(bytes, run->layout->page_memcg.offset);

	(void)page;
	if (owner != account->last_owner) {	/* neighbours are mostly charged to the same */
		const struct run_counts before = run->counts;
		const struct folio_owner memcgs = folio_owner(run, account->inventory, owner);

		account->last_owner = owner;
		account->last_counts = (struct run_counts){
			.unreadable = run->counts.unreadable - before.unreadable,
			.cut = run->counts.cut - before.cut +
			       is_damaged(run, account->inventory, owner),
		};
		run->counts = before;
		account->last_wanted = is_wanted(memcgs.memcg, memcgs.former);
	}
	/* For each page: in which order units are done must not show. */
	run_add_counts(run, &account->last_counts);
	return account->last_wanted;
}

static void visit_page(struct run *run, void *arg, kaddr_t page, uint64_t pfn,
		       const char *bytes)
{
	struct account *account = arg;
	struct folio folio;

	folio_decode(run, account->inventory, page, bytes, &folio);
	folio.pfn = pfn;
	take_account(run, account, &folio);
}

/*
 * The counters of a memcg that is offline are none of its own where its lists went to the
 * parent (mm/swap.c 7.2 lruvec_reparent_lru()): then they may be stale.
 */
static uint64_t charged_by_the_kernel(struct run *run, const struct memcg *memcg)
{
	const struct run_counts before = run->counts;
	uint64_t charged;

	if (run->layout->lru_folios_carry_objcg && memcg->state == MEMCG_ZOMBIE)
		return 0;
	charged = lru_charged(run, memcg);
	if (memcg_still_there(run, memcg))
		return charged;
	run->counts = before;
	return 0;
}

/*
 * On a live system the counters move while the folios are looked for. What was found is all that
 * there was where it lies between the two readings of them.
 */
static void settle(struct run *run, struct memcg *memcg)
{
	const uint64_t before = memcg->charged, after = charged_by_the_kernel(run, memcg);
	const uint64_t found = memcg_pages_on_lists(memcg);

	if (found >= (before < after ? before : after) &&
	    found <= (before < after ? after : before))
		memcg->charged = found;
	else
		memcg->charged = after;
}

void pages_settle(struct run *run, struct inventory *inventory)
{
	for (size_t i = 0; session_live() && i < inventory->count; i++) {
		if (inventory->memcgs[i]->selected)
			settle(run, inventory->memcgs[i]);
	}
}

static void forget(struct memcg *memcg)
{
	memcg->charged = memcg->found = memcg->former = 0;
	memcg->file = memcg->shmem = memcg->anon = 0;
	memcg->kernel = memcg->hugetlb = 0;
}

/* Each selected memcg's sums, but for what will be found. */
static void start_anew(struct run *run, void *arg)
{
	struct inventory *inventory = ((struct account *)arg)->inventory;

	for (size_t i = 0; i < inventory->count; i++) {
		struct memcg *memcg = inventory->memcgs[i];

		if (!memcg->selected)
			continue;
		forget(memcg);
		memcg->charged = charged_by_the_kernel(run, memcg);
	}
}

struct scan_interest pages_interest(struct run *run, struct inventory *inventory,
				    folio_visitor *visit, void *arg)
{
	struct account *account = arena_alloc(&run->arena, sizeof(*account));

	*account = (struct account){ .inventory = inventory, .visit = visit, .arg = arg };
	run->pages_scanned = true;
	return (struct scan_interest){
		.word_offset = run->layout->page_memcg.offset,
		.wants = wants, .visit = visit_page, .meanwhile = start_anew, .arg = account };
}

static void scan(struct run *run, struct inventory *inventory, folio_visitor *visit, void *arg)
{
	const struct scan_interest interest = pages_interest(run, inventory, visit, arg);

	scan_memory_map(run, &interest, 1);
	pages_settle(run, inventory);
}

static void walk(struct run *run, struct inventory *inventory, folio_visitor *visit, void *arg)
{
	struct account account = { .inventory = inventory, .visit = visit, .arg = arg };

	start_anew(run, &account);
	for (size_t i = 0; i < inventory->count; i++) {
		if (inventory->memcgs[i]->selected)
			lru_visit(run, inventory, inventory->memcgs[i], take_account, &account);
	}
	pages_settle(run, inventory);
}

void pages_visit(struct run *run, struct inventory *inventory, folio_visitor *visit,
		 void *arg)
{
	/* The lists of a dying memcg are empty there; who wants its pages has to search. */
	const bool search = visit && run->layout->lru_folios_carry_objcg;

	if (run->options->scan || search)
		scan(run, inventory, visit, arg);
	else
		walk(run, inventory, visit, arg);
}
