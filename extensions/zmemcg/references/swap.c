// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/text.h"

void references_of_swap(struct run *run, struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;
	char words[64];

	(void)run;
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (!memcg->selected || !memcg->swap)
			continue;
		snprintf(words, sizeof(words), "%llu swap %s", (unsigned long long)memcg->swap,
			 by_count(memcg->swap, "entry", "entries"));
		ledger_add(ledger, memcg, REF_SWAP, 1, memcg->addr, ledger_words(ledger, words));
	}
}
