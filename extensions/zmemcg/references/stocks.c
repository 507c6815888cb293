// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* One memcg a CPU, or several since 6.16 (NR_MEMCG_STOCK). */
void references_of_stocks(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;
	const int slots = l->stock_cached.size / (int)sizeof(long);
	char words[64];

	if (!l->memcg_stock || !l->stock_cached.known)
		return;
	for (int cpu = 0; cpu < session_cpus(); cpu++) {
		const kaddr_t stock = session_percpu(l->memcg_stock, cpu);

		for (int i = 0; stock && i < slots; i++) {
			const struct memcg *memcg;
			kaddr_t cached;

			if (!read_pointer(run, stock + l->stock_cached.offset + i * sizeof(long),
					  &cached))
				break;
			memcg = ledger_memcg(ledger, cached);
			if (!memcg)
				continue;
			snprintf(words, sizeof(words), "stock of CPU %d", cpu);
			ledger->waits |= slots > 1 ? WAIT_SLOT : WAIT_STOCK;
			ledger_add(ledger, memcg, REF_STOCK, 1, stock,
				   ledger_words(ledger, words));
		}
	}
}
