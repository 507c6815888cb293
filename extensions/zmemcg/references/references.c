// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include "zmemcg/ledger.h"

/* The cheapest first; what costs a pass over the machine last. */
static void (*const passes[])(struct run *run, struct ledger *ledger) = {
	references_of_pages,
	references_of_family,
	references_of_csets,
	references_of_cgwbs,
	references_of_mms,
	references_of_stocks,
	references_of_open_files,
	references_of_slab_sockets,
	references_of_unlisted_pages,
};

void references_find(struct run *run, struct ledger *ledger)
{
	for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		if (i && !ledger_open(ledger))
			return;
		passes[i](run, ledger);
	}
}
