// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/*
 * Since 5.9 a slot refers once to its memcg. Before, each page of the stock does (mm/memcontrol.c 5.4
 * drain_stock()). 4.19.y and 5.4.y of February 2024 have one more for the slot ("memcg: add refcnt for pcpu stock
 * to avoid UAF problem in drain_all_stock()"): no member and no symbol tells, so it is not counted, and is
 * in the rest, as report_end_rests() says.
 */
static uint64_t references_of(struct run *run, kaddr_t stock)
{
	uint64_t pages;

	if (!run->layout->pages_refer_singly)
		return 1;
	return read_member(run, stock, run->layout->stock_nr_pages, &pages) ? pages : 0;
}

/* One memcg a CPU, or several since 6.16 (NR_MEMCG_STOCK). */
void references_of_stocks(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;
	const int slots = l->stock_cached.size / (int)sizeof(long);
	char words[64];

	if (!l->memcg_stock || !l->stock_cached.known ||
	    (l->pages_refer_singly && !l->stock_nr_pages.known))
		return;
	for (int cpu = 0; cpu < session_cpus(); cpu++) {
		const kaddr_t stock = session_percpu(l->memcg_stock, cpu);

		for (int i = 0; stock && i < slots; i++) {
			const struct memcg *memcg;
			uint64_t references;
			kaddr_t cached;

			if (!read_pointer(run, stock + l->stock_cached.offset + i * sizeof(long),
					  &cached))
				break;
			memcg = ledger_memcg(ledger, cached);
			references = memcg ? references_of(run, stock) : 0;
			if (!references)
				continue;
			snprintf(words, sizeof(words), "stock of CPU %d", cpu);
			ledger->waits |= slots > 1 ? WAIT_SLOT : WAIT_STOCK;
			ledger_add(ledger, memcg, REF_STOCK, references, stock,
				   ledger_words(ledger, words));
		}
	}
}
