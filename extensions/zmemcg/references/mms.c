// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"
#include "zmemcg/task_targets.h"

struct counting {
	struct ledger *ledger;
	const struct memcg *memcg;
};

/* One that no task has is of a task that is ending, or of the kernel's that works for it. */
static void name_tasks(struct run *run, struct ledger *ledger, kaddr_t mm)
{
	const struct sharers *sharers = sharers_of_mm(task_targets_sharing(run, ledger), mm);

	if (sharers)
		tasks_to_end(run, ledger, REF_MM, mm, sharers);
	else
		ledger_target_unknown(ledger, TO_END, mm);
}

static void count_mm(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;
	const struct counting *counting = arg;
	struct ledger *ledger = counting->ledger;
	kaddr_t mm = link - l->mm_lru_gen_list.offset, memcg;

	if (!read_member(run, mm, l->mm_lru_gen_memcg, &memcg) || memcg != counting->memcg->addr)
		return;
	ledger_add(ledger, counting->memcg, REF_MM, 1, mm, ledger_words(ledger, "mm_struct"));
	if (ledger_wants_tasks(ledger))
		name_tasks(run, ledger, mm);
}

void references_of_mms(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;
	const struct inventory *inventory = ledger->inventory;

	if (!l->memcg_mm_list.known || !l->mm_list_fifo.known || !l->mm_lru_gen_memcg.known ||
	    !l->mm_lru_gen_list.known)
		return;
	for (size_t i = 0; i < inventory->count; i++) {
		struct counting counting = { ledger, inventory->memcgs[i] };

		if (counting.memcg->selected)
			list_visit(run, counting.memcg->addr + l->memcg_mm_list.offset +
				   l->mm_list_fifo.offset, count_mm, &counting);
	}
}
