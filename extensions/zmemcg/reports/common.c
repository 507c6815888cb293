// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/reports.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "zmemcg/folio.h"
#include "zmemcg/inventory.h"
#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/run.h"
#include "zmemcg/select.h"
#include "zmemcg/session.h"
#include "zmemcg/text.h"
#include "zmemcg/watch.h"

struct inventory *report_inventory(struct run *run)
{
	struct inventory *inventory = inventory_take(run);

	inventory->ageless = select_memcgs(run, inventory);
	return inventory;
}

const struct memcg *report_subject(const struct folio *folio)
{
	return folio->former && folio->former->selected ? folio->former : folio->memcg;
}

int report_columns(const struct run *run, const struct column *columns, int count, int owner,
		   struct column *chosen)
{
	int n = 0;

	for (int i = 0; i < count; i++) {
		if (i != owner || run->layout->lru_folios_carry_objcg)
			chosen[n++] = columns[i];
	}
	return n;
}

struct cell report_age(const struct inventory *inventory, const struct memcg *memcg)
{
	int64_t age;

	if (!memcg || memcg->removed.at == NEVER)
		return cell_unknown();
	age = inventory->clock.wall - memcg->removed.at;
	return cell_age(age > 0 ? age : 0, evidence_mark(&memcg->removed));
}

struct cell report_age_source(const struct memcg *memcg)
{
	const char *word = memcg ? evidence_word(memcg->removed.evidence) : NULL;

	return word ? cell_word(word) : cell_unknown();
}

/* -t selects by ages, whatever it is that is shown of those. */
static bool shows_ages(const struct options *options)
{
	return !options->report || options->report == 'g' || options->report == 's' ||
	       options->least_age >= 0;
}

static void say_bounds(struct run *run, const uint64_t by_evidence[EVIDENCE_NONE + 1], uint64_t bounds)
{
	const char *before = ": removed that long ago at most, by ";

	output_says(run, "%" PRIu64 " %s inferred (~)", bounds, by_count(bounds, "age is", "ages are"));
	for (int i = 0; i < EVIDENCE_NONE; i++) {
		if (!by_evidence[i] || i == EVIDENCE_SERIAL)
			continue;
		output_says(run, "%s%s %" PRIu64, before, evidence_word(i), by_evidence[i]);
		before = ", ";
	}
	output_says(run, "\n");
}

static void say_inferred(struct run *run, const struct inventory *inventory)
{
	uint64_t by_evidence[EVIDENCE_NONE + 1] = { 0 }, inferred = 0, estimates;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (!memcg->selected || !is_inferred(&memcg->removed))
			continue;
		by_evidence[memcg->removed.evidence]++;
		inferred++;
	}
	output_sum(run, "inferred_ages", inferred);
	estimates = by_evidence[EVIDENCE_SERIAL];
	if (inferred > estimates)
		say_bounds(run, by_evidence, inferred - estimates);
	if (estimates)
		output_says(run, "%" PRIu64 " %s neighbours' by serial number\n", estimates,
			    by_count(estimates, "age is an estimate (?): between its",
				     "ages are estimates (?): between their"));
}

static void say_unsure(struct run *run, uint64_t count, uint64_t passed, const char *what,
		       const char *may)
{
	if (count)
		output_says(run, "-t: %" PRIu64 " of the %" PRIu64 " selected %s an %s: %s may be %s\n",
			    count, passed, by_count(count, "has", "have"), what,
			    by_count(count, "it", "they"), may);
}

/* What -t passes by a bound may be younger than it asks for; nothing is younger than 0 s. */
static void say_old_enough(struct run *run, const struct inventory *inventory)
{
	uint64_t meant = 0, passed = 0, bounds = 0, estimates = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		meant += memcg->meant && memcg->state != MEMCG_ONLINE;
		passed += memcg->selected;
		bounds += memcg->selected && evidence_mark(&memcg->removed) == '~';
		estimates += memcg->selected && evidence_mark(&memcg->removed) == '?';
	}
	output_sum(run, "old_enough", passed);
	if (meant && !passed)
		output_says(run, "-t: of %" PRIu64 " dying %s none has an age of %" PRId64 " s or more\n",
			    meant, by_count(meant, "memcgroup", "memcgroups"),
			    run->options->least_age);
	if (!run->options->least_age)
		return;
	say_unsure(run, bounds, passed, "inferred age (~)", "younger");
	say_unsure(run, estimates, passed, "estimated age (?)", "younger or older");
}

void report_begin_pages(struct run *run)
{
	if (run->layout->lru_folios_carry_objcg)
		output_says(run, "On this kernel pages hold no removed memcg: they go to its "
			    "parent. These were charged to it; OWNER has them now.\n");
}

bool report_prints(struct run *run, uint64_t *printed)
{
	return (*printed)++ < run->options->limit;
}

/* As many as a screen has room for; -g has templates of more. */
#define FRESH_TOLD	20

static void say_fresh(struct run *run, const struct news *news)
{
	for (size_t i = 0; i < news->fresh_count && i < FRESH_TOLD; i++) {
		const struct memcg *memcg = news->fresh[i];

		output_says(run, "New: %" PRIx64, memcg->addr);
		output_name(run, &memcg->path);
		output_says(run, "\n");
	}
	if (news->fresh_count > FRESH_TOLD)
		output_says(run, "And %zu more\n", news->fresh_count - FRESH_TOLD);
}

/* -t makes a watch of crash's repeat: what died and what was freed between two runs, at whatever age. */
static void say_news(struct run *run, const struct inventory *inventory)
{
	struct news news;

	if (inventory->cut)
		output_says(run, "What is new since the last run is not known: not all memcgs were read\n");
	if (!watch_compare(run, inventory, &news))
		return;
	output_sum(run, "new_dying", news.fresh_count);
	output_sum(run, "gone", news.gone);
	output_sum(run, "seconds_since_last_run", news.seconds);
	output_says(run, "%zu dying %s of any age %s new since the last run %" PRId64 " s ago, %" PRIu64
		    " %s gone\n", news.fresh_count,
		    by_count(news.fresh_count, "memcgroup", "memcgroups"),
		    by_count(news.fresh_count, "is", "are"),
		    news.seconds, news.gone, by_count(news.gone, "is", "are"));
	say_fresh(run, &news);
}

void report_end_counts(struct run *run, const struct inventory *inventory)
{
	const uint64_t dying = inventory->dying + inventory->zombies;

	output_sum(run, "active", inventory->online);
	output_sum(run, "dying", dying);
	if (inventory->kernel_dying != UNCOUNTED)
		output_sum(run, "kernel_dying_memcgs", inventory->kernel_dying);
	if (inventory->kernel_dying_cgroups != UNCOUNTED)
		output_sum(run, "kernel_removed_cgroups", inventory->kernel_dying_cgroups);
	output_sum(run, "without_age", inventory->ageless);
	output_says(run, "There are %" PRIu64 " active and %" PRIu64
		    " dying memcgroups\n", inventory->online, dying);
	if (inventory->kernel_dying != UNCOUNTED && inventory->kernel_dying != dying)
		output_says(run, "The kernel counts %" PRIu64 " dying %s (nr_dying_subsys)\n",
			    inventory->kernel_dying,
			    by_count(inventory->kernel_dying, "memcg", "memcgs"));
	if (inventory->kernel_dying_cgroups != UNCOUNTED &&
	    inventory->kernel_dying_cgroups != dying)
		output_says(run, "The kernel counts %" PRIu64 " removed %s "
			    "(nr_dying_descendants), with a memcg or not\n",
			    inventory->kernel_dying_cgroups,
			    by_count(inventory->kernel_dying_cgroups, "cgroup", "cgroups"));
	if (shows_ages(run->options))
		say_inferred(run, inventory);
	if (inventory->ageless)
		output_says(run, "%" PRIu64 " more %s\n", inventory->ageless,
			    by_count(inventory->ageless,
				     "has no evidence of its age: -t leaves it out",
				     "have no evidence of their age: -t leaves them out"));
	if (run->options->least_age >= 0) {
		say_old_enough(run, inventory);
		say_news(run, inventory);
	}
}

void report_end_unreadable(struct run *run)
{
	output_sum(run, "unreadable", run->counts.unreadable);
	output_sum(run, "cut_short", run->counts.cut);
	output_sum(run, "missing_map_pages", run->counts.missing_map);
	output_says(run, ", %lu unreadable %s", run->counts.unreadable,
		    by_count(run->counts.unreadable, "object", "objects"));
	if (run->counts.cut && session_live())
		output_says(run, ", %lu %s", run->counts.cut,
			    by_count(run->counts.cut,
				     "list, path or counter changed while it was read",
				     "lists, paths or counters changed while they were read"));
	else if (run->counts.cut)
		output_says(run, ", %lu damaged %s cut short", run->counts.cut,
			    by_count(run->counts.cut, "list, path or counter",
				     "lists, paths or counters"));
	if (run->counts.missing_map)
		output_says(run, ", %lu %s not in this dump", run->counts.missing_map,
			    by_count(run->counts.missing_map, "page of the memory map is",
				     "pages of the memory map are"));
	output_says(run, "\n");
}

/* 100.0 is said of all of them alone, whatever rounding makes of it. */
static double percent(uint64_t part, uint64_t whole)
{
	const double exact = whole ? 100.0 * part / whole : 100.0;

	return part < whole && exact > 99.9 ? 99.9 : exact;
}

/* Pages that a scan found, and that are in no counter of the LRU lists. */
static void say_off_lists(struct run *run, uint64_t kernel, uint64_t hugetlb, uint64_t others)
{
	const struct { uint64_t pages; const char *words; } kinds[] = {
		{ kernel, "kernel memory" },
		{ hugetlb, "hugetlb" },
		{ others, run->layout->hugetlb_type.mask ? "in a CPU's batch or isolated" :
						      "in a CPU's batch, isolated or hugetlb" },
	};
	const char *between = ": ";
	char said[160] = "";

	if (!(kernel + hugetlb + others))
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t len = strlen(said);

		if (!kinds[i].pages)
			continue;
		snprintf(said + len, sizeof(said) - len, "%s%" PRIu64 " %s", between,
			 kinds[i].pages, kinds[i].words);
		between = ", ";
	}
	output_says(run, "%" PRIu64 " charged %s not on the LRU lists' account%s\n",
		    kernel + hugetlb + others,
		    by_count(kernel + hugetlb + others, "page is", "pages are"), said);
}

/* Pages that the counters have and that were not found. */
static void say_missing(struct run *run, uint64_t missing)
{
	const bool damaged = run->counts.unreadable || run->counts.cut || run->counts.missing_map;
	const char *were = by_count(missing, "page was", "pages were");

	if (session_live())
		output_says(run, "%" PRIu64 " charged %s not found: %s came and went meanwhile, or %s on no "
			    "list (mlocked, isolated, or in a CPU's batch)\n", missing, were,
			    by_count(missing, "it", "they"), by_count(missing, "is", "are"));
	else if (damaged)
		output_says(run, "%" PRIu64 " charged %s not found: lost with what is "
			    "unreadable or damaged, or on no list\n", missing, were);
	else if (!run->pages_scanned)
		output_says(run, "%" PRIu64 " charged %s on no list (mlocked, isolated, or in a CPU's "
			    "batch): -S finds %s%s\n", missing,
			    by_count(missing, "page is", "pages are"), by_count(missing, "it", "them"),
			    run->options->report != 'f' ? "" :
			    by_count(missing, ", its file and FLAGS", ", their files and FLAGS"));
	else
		output_says(run, "%" PRIu64 " charged %s not found by the scan: a counter "
			    "or the memory map is damaged\n", missing, were);
}

/*
 * The counters know what is on the lists. A walk can find less (what no list
 * links), a scan more (what is not on a list yet, or never will be).
 */
void report_end_coverage(struct run *run, const struct inventory *inventory)
{
	uint64_t charged = 0, found = 0, missing = 0, beyond = 0, former = 0;
	uint64_t kernel = 0, hugetlb = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		const uint64_t listed = memcg_pages_on_lists(memcg);

		if (!memcg->selected)
			continue;
		charged += memcg->charged;
		found += memcg->found;
		former += memcg->former;
		kernel += memcg->kernel;
		hugetlb += memcg->hugetlb;
		if (listed < memcg->charged)
			missing += memcg->charged - listed;
		else
			beyond += listed - memcg->charged;
	}
	charged += beyond + kernel + hugetlb;
	output_sum(run, "found_pages", found);
	output_sum(run, "charged_pages", charged);
	output_sum(run, "former_pages", former);
	output_says(run, "Found %" PRIu64 " of %" PRIu64 " charged %s (%.1f%%)", found, charged,
		    by_count(charged, "page", "pages"), percent(found, charged));
	report_end_unreadable(run);
	if (missing)
		say_missing(run, missing);
	say_off_lists(run, kernel, hugetlb, beyond);
	if (former)
		output_says(run, "%" PRIu64 " formerly charged %s to others now\n", former,
			    by_count(former, "page belongs", "pages belong"));
}
