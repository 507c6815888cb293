// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>

#include "zmemcg/inventory.h"
#include "zmemcg/layout.h"
#include "zmemcg/ledger.h"
#include "zmemcg/output.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/text.h"

/* Memcgs, and what they have of it. */
struct share {
	uint64_t memcgs, count;
};

struct rests {
	struct share more, less;	/* references without a holder, holders without one */
	struct share swap;		/* entries, which have one reference together */
	uint64_t unknown;	/* whose references are not counted in one place */
	uint64_t moving;	/* whose references changed meanwhile: live */
	uint64_t missing;	/* charged pages that were not found */
	uint64_t unkept;	/* css_sets */
	uint64_t selected;
};

static void add_to(struct share *share, uint64_t count)
{
	if (!count)
		return;
	share->memcgs++;
	share->count += count;
}

static struct rests sum_up(const struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;
	struct rests rests = { .unkept = ledger->unkept };

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		const int64_t rest = ledger_rest(ledger, memcg);

		if (!memcg->selected)
			continue;
		rests.selected++;
		add_to(rest > 0 ? &rests.more : &rests.less, rest > 0 ? (uint64_t)rest : -(uint64_t)rest);
		add_to(&rests.swap, ledger->found[i][REF_SWAP] ? memcg->swap : 0);
		rests.unknown += memcg->refs == REFS_UNKNOWN;
		rests.moving += memcg->moving;
		if (memcg->found < memcg->charged && rest > 0)
			rests.missing += memcg->charged - memcg->found;
	}
	return rests;
}

/* Numbers for programs: all of them, 0 too. */
static void sum_rests(struct run *run, const struct rests *rests)
{
	output_sum(run, "unexplained", rests->more.memcgs);
	output_sum(run, "unexplained_references", rests->more.count);
	output_sum(run, "overexplained", rests->less.memcgs);
	output_sum(run, "overexplained_references", rests->less.count);
	output_sum(run, "refs_unknown", rests->unknown);
	output_sum(run, "refs_moving", rests->moving);
	output_sum(run, "swap_entries", rests->swap.count);
	output_sum(run, "unkept_css_sets", rests->unkept);
}

static void say_share(struct run *run, const struct share *share, const char *one,
		      const char *several)
{
	output_says(run, "%" PRIu64 " %s %" PRIu64 " %s ", share->memcgs,
		    by_count(share->memcgs, "memcg has", "memcgs have"), share->count,
		    by_count(share->count, one, several));
}

static void say_more(struct run *run, const struct rests *rests)
{
	say_share(run, &rests->more, "reference", "references");
	output_says(run, "that nothing explains: in flight%s, of a file that no descriptor leads to%s%s, "
		    "or a leak\n", session_live() ? "" : " when the dump was taken",
		    rests->missing ? ", of a page that was not found" : "",
		    run->layout->pages_refer_singly ? ", one of a CPU's stock besides its pages" : "");
}

static void say_less(struct run *run, const struct rests *rests)
{
	say_share(run, &rests->less, "holder", "holders");
	output_says(run, "more than references: %s\n", session_live() ?
		    "they came and went meanwhile" :
		    "zmemcg counts something twice, please report it");
}

static void say_unkept(struct run *run, uint64_t csets)
{
	output_says(run, "%" PRIu64 " %s that nothing was found to keep: in flight, of a descriptor of fsopen(), "
		    "of a task that was reaped and is still referred to, or a leak\n", csets,
		    by_count(csets, "css_set", "css_sets"));
}

static void say_swap(struct run *run, const struct share *swap)
{
	output_says(run, "%" PRIu64 " swap %s the %s of %" PRIu64 " %s: one reference each\n",
		    swap->count, by_count(swap->count, "entry bears", "entries bear"),
		    by_count(swap->memcgs, "id", "ids"), swap->memcgs,
		    by_count(swap->memcgs, "memcg", "memcgs"));
}

static void say_unknown(struct run *run, uint64_t memcgs, const char *why)
{
	if (memcgs)
		output_says(run, "%" PRIu64 " %s %s: %s REST is not known\n", memcgs,
			    by_count(memcgs, "memcg", "memcgs"), why, by_count(memcgs, "its", "their"));
}

void report_end_rests(struct run *run, const struct ledger *ledger)
{
	const struct rests rests = sum_up(ledger);

	sum_rests(run, &rests);
	if (rests.swap.count)
		say_swap(run, &rests.swap);
	if (rests.more.memcgs)
		say_more(run, &rests);
	if (rests.less.memcgs)
		say_less(run, &rests);
	if (rests.unkept)
		say_unkept(run, rests.unkept);
	say_unknown(run, rests.moving, "gained or lost references meanwhile");
	say_unknown(run, rests.unknown,
		    by_count(rests.unknown, "has references that are spread over the CPUs",
			     "have references that are spread over the CPUs"));
	if (rests.selected && !rests.more.memcgs && !rests.less.memcgs && !rests.unkept && !rests.moving &&
	    !rests.unknown)
		output_says(run, "Every reference is explained\n");
}
