// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/folio.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/options.h"
#include "zmemcg/pages.h"

static void count(struct run *run, void *arg, const struct folio *folio)
{
	const bool kmem = folio->kind == FOLIO_KMEM;
	char words[64];

	if (!folio->memcg || !folio->memcg->selected)
		return;
	snprintf(words, sizeof(words), "%llu pages", (unsigned long long)folio->base_pages);
	ledger_add(arg, folio->memcg, kmem ? REF_KMEM : REF_FOLIO,
		   run->layout->pages_refer_singly ? folio->base_pages : 1, folio->page, words);
}

/*
 * What the lists do not link but the counters know (mlocked folios since 5.18) is taken
 * for single pages: -S is exact for large ones too.
 */
static void add_unlinked(struct ledger *ledger)
{
	struct inventory *inventory = ledger->inventory;
	char words[64];

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (!memcg->selected || memcg->found >= memcg->charged)
			continue;
		snprintf(words, sizeof(words), "%llu pages on no list, by the kernel's counters",
			 (unsigned long long)(memcg->charged - memcg->found));
		ledger_add(ledger, memcg, REF_FOLIO, memcg->charged - memcg->found, 0, words);
	}
}

/*
 * What is on no list and in no counter: kernel memory, folios in a CPU's batch. What the
 * walk found is counted again.
 */
void references_of_unlisted_pages(struct run *run, struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;

	if (run->options->scan || run->layout->lru_folios_carry_objcg)
		return;
	for (size_t i = 0; i < inventory->count; i++)
		ledger_forget_pages(ledger, inventory->memcgs[i]);
	pages_scan(run, ledger->inventory, count, ledger);
	add_unlinked(ledger);
}

void references_of_pages(struct run *run, struct ledger *ledger)
{
	if (run->layout->lru_folios_carry_objcg)
		return;		/* they hold none that is dying */
	pages_visit(run, ledger->inventory, count, ledger);
	add_unlinked(ledger);
}
