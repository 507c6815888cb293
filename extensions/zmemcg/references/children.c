// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"

void references_of_children(struct run *run, struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;

	(void)run;
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *child = inventory->memcgs[i];

		if (child->parent && child->parent->selected)
			ledger_add(ledger, child->parent, REF_CHILD, 1, child->addr, child->path);
	}
}
