// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/memcg.h"
#include "zmemcg/options.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* The cheapest first. */
static void (*const passes[])(struct run *run, struct ledger *ledger) = {
	references_of_listed_pages,
	references_of_swap,
	references_of_children,
	references_of_csets,
	references_of_cgwbs,
	references_of_mms,
	references_of_stocks,
	references_of_bpf_maps,
	references_of_sockets,
	references_of_fsnotify_groups,
	references_of_passed_files,
};

/* Of one memcg, and with -S, each holder is looked for: one that is counted twice shows then. */
static bool may_stop(const struct run *run, const struct ledger *ledger)
{
	return !ledger->detailed && !run->options->scan && !ledger_open(ledger);
}

/* The kernel's count is of the moment of the inventory, the holders are of later ones. */
static void note_moving(struct run *run, struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;

	for (size_t i = 0; i < inventory->count; i++) {
		struct memcg *memcg = inventory->memcgs[i];

		if (memcg->selected && ledger_rest(ledger, memcg))
			memcg->moving = memcg_references(run, memcg) != memcg->refs;
	}
}

void references_find(struct run *run, struct ledger *ledger)
{
	for (size_t i = 0; i < sizeof(passes) / sizeof(passes[0]); i++) {
		if (i && may_stop(run, ledger))
			break;
		passes[i](run, ledger);
	}
	if (run->options->scan || ledger_open(ledger))
		references_of_memory_map(run, ledger);
	if (session_live())
		note_moving(run, ledger);
}
