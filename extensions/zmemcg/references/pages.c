// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/folio.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/options.h"
#include "zmemcg/pages.h"

struct counting {
	struct ledger *ledger;
	struct files *files;	/* for the details */
};

static void count(struct run *run, void *arg, const struct folio *folio)
{
	const struct counting *counting = arg;
	const enum reference kind = folio->kind == FOLIO_KMEM ? REF_KMEM : REF_FOLIO;
	const uint64_t references = run->layout->pages_refer_singly ? folio->base_pages : 1;
	const struct file *file;

	if (!folio->memcg || !folio->memcg->selected)
		return;
	file = counting->ledger->detailed ? files_of_folio(run, counting->files, folio) : NULL;
	ledger_add(counting->ledger, folio->memcg, kind, references, file ? file->inode : 0,
		   file ? file->name : folio_name(folio));
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
		/* Its own place among the details: what has no address is told by its kind. */
		ledger_add(ledger, memcg, REF_FOLIO, memcg->charged - memcg->found, memcg->addr,
			   ledger_words(ledger, words));
	}
}

/*
 * What is on no list and in no counter: kernel memory, folios in a CPU's batch. What the
 * walk found is counted again.
 */
void references_of_unlisted_pages(struct run *run, struct ledger *ledger)
{
	struct counting counting = { ledger, files_new(run) };

	if (run->options->scan || run->layout->lru_folios_carry_objcg)
		return;
	ledger_forget_pages(ledger);
	pages_scan(run, ledger->inventory, count, &counting);
	add_unlinked(ledger);
}

void references_of_pages(struct run *run, struct ledger *ledger)
{
	struct counting counting = { ledger, files_new(run) };

	if (run->layout->lru_folios_carry_objcg)
		return;		/* they hold none that is dying */
	pages_visit(run, ledger->inventory, count, &counting);
	add_unlinked(ledger);
}
