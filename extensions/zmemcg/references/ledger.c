// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/ledger.h"

#include <string.h>

#include "zmemcg/inventory.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"

struct ledger *ledger_new(struct run *run, struct inventory *inventory, bool detailed)
{
	struct ledger *ledger = arena_alloc(&run->arena, sizeof(*ledger));

	ledger->run = run;
	ledger->inventory = inventory;
	ledger->detailed = detailed;
	map_init(&ledger->sockets, &run->arena);
	ledger->found = arena_alloc(&run->arena, inventory->count * sizeof(*ledger->found));
	return ledger;
}

static void keep_detail(struct ledger *ledger, struct reference_detail detail)
{
	ledger->details = arena_grow(&ledger->run->arena, ledger->details, ledger->detail_count,
				     &ledger->detail_room, sizeof(detail));
	ledger->details[ledger->detail_count++] = detail;
}

void ledger_add(struct ledger *ledger, const struct memcg *memcg, enum reference kind,
		uint64_t count, kaddr_t object, const char *what)
{
	ledger->found[memcg->index][kind] += count;
	if (ledger->detailed && memcg->selected && what)
		keep_detail(ledger, (struct reference_detail){
			kind, object, count,
			arena_strndup(&ledger->run->arena, what, strlen(what)) });
}

void ledger_forget_pages(struct ledger *ledger, const struct memcg *memcg)
{
	size_t kept = 0;

	ledger->found[memcg->index][REF_FOLIO] = ledger->found[memcg->index][REF_KMEM] = 0;
	for (size_t i = 0; i < ledger->detail_count; i++) {
		if (ledger->details[i].kind != REF_FOLIO && ledger->details[i].kind != REF_KMEM)
			ledger->details[kept++] = ledger->details[i];
	}
	ledger->detail_count = kept;
}

const struct memcg *ledger_memcg(const struct ledger *ledger, kaddr_t memcg)
{
	const struct memcg *found = memcg ? map_get(&ledger->inventory->by_addr, memcg) : NULL;

	return found && found->selected ? found : NULL;
}

const struct memcg *ledger_memcg_of_css(const struct ledger *ledger, kaddr_t css)
{
	return css ? ledger_memcg(ledger, css - ledger->run->layout->memcg_css.offset) : NULL;
}

int64_t ledger_rest(const struct ledger *ledger, const struct memcg *memcg)
{
	int64_t rest = memcg->refs;

	if (memcg->refs == REFS_UNKNOWN)
		return 0;
	for (int kind = 0; kind < REF_KINDS; kind++)
		rest -= ledger->found[memcg->index][kind];
	return rest;
}

bool ledger_open(const struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (memcg->selected && ledger_rest(ledger, memcg) > 0)
			return true;
	}
	return false;
}
