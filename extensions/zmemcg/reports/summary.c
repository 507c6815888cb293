// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The diagnosis, on one screen: what counts first. All of it is about the selected that were
 * removed, but where a line says that it is about the machine.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "zmemcg/advice.h"
#include "zmemcg/age_verdict.h"
#include "zmemcg/cost.h"
#include "zmemcg/folio.h"
#include "zmemcg/groups.h"
#include "zmemcg/histogram.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/references.h"
#include "zmemcg/regime.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/select.h"
#include "zmemcg/sizes.h"
#include "zmemcg/tally.h"
#include "zmemcg/text.h"

/* mm/memcontrol.c MEM_CGROUP_ID_MAX */
#define MEMCG_IDS	"65,535"

/* -g and -f have them all. Behind the first, what has less than one in a hundred says little. */
#define FIRST		3
#define LITTLE		100

/* Columns of a terminal that most have. */
#define SCREEN		100

#define MEMORY_KEY	"kernel memory KB"
#define PERCPU_KEY	"per-CPU KB"

struct sums {
	uint64_t zombies, dying;
	uint64_t file, shmem, anon, swap;
	uint64_t held_by[REF_KINDS];		/* zombies that have such a holder */
	uint64_t unexplained;
	struct cost cost;
	const struct memcg *oldest, *newest;	/* of those with an age */
};

static void add_age(struct sums *sums, const struct memcg *memcg)
{
	if (is_older(memcg, sums->oldest))
		sums->oldest = memcg;
	if (is_newer(memcg, sums->newest))
		sums->newest = memcg;
}

static struct sums sum_up(const struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;
	struct sums sums = { 0 };

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (!memcg->selected)
			continue;
		sums.zombies += memcg->state == MEMCG_ZOMBIE;
		sums.dying += memcg->state == MEMCG_DYING;
		sums.file += memcg->file;
		sums.shmem += memcg->shmem;
		sums.anon += memcg->anon;
		sums.swap += memcg->swap;
		cost_add(&sums.cost, memcg->cost);
		for (int kind = 0; kind < REF_KINDS; kind++)
			sums.held_by[kind] += ledger->found[i][kind] != 0;
		sums.unexplained += ledger_rest(ledger, memcg) != 0;
		add_age(&sums, memcg);
	}
	return sums;
}

/*
 * An online memcg has an id, and a removed one as long as swap entries bear it
 * (mm/memcontrol.c 6.1 mem_cgroup_id_put()).
 */
static uint64_t ids_in_use(const struct inventory *inventory)
{
	uint64_t ids = 0;

	for (size_t i = 0; i < inventory->count; i++)
		ids += inventory->memcgs[i]->state != MEMCG_ZOMBIE || inventory->memcgs[i]->swap;
	return ids;
}

static void say_zombies(struct run *run, const struct inventory *inventory, uint64_t selected)
{
	char words[128];

	snprintf(words, sizeof(words), "of the machine's %" PRIu64 "; all below is about the selected, "
		 "but where it says \"machine\"", inventory->zombies);
	output_pair_count(run, "zombies", selected, selected == inventory->zombies ? NULL : words);
}

/* The last lines say how many are online. */
static void say_counts(struct run *run, const struct inventory *inventory, const struct sums *sums)
{
	say_zombies(run, inventory, sums->zombies);
	if (sums->dying)
		output_pair_count(run, "removal not finished", sums->dying, NULL);
	else
		output_sum(run, "removal not finished", 0);
	output_sum(run, "online memcgs", inventory->online);
	output_pair_count(run, "ids in use", ids_in_use(inventory), "of the machine's " MEMCG_IDS
			  ": the root, online memcgs, removed ones with swap entries");
}

/* Of none of them with an age text has no line. */
static void say_age(struct run *run, const struct inventory *inventory, const char *key,
		    const struct memcg *memcg)
{
	static const struct column columns[] = {
		{ "AGE", 0, false }, { "AGE_SOURCE", 0, false }, { "PATH", 0, false },
	};
	static const struct phrase phrases[] = {
		{ "AGE", "", " ", NULL }, { "PATH", "", "", NULL }, { NULL, NULL, NULL, NULL },
	};
	enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };
	const struct cell cells[COLUMNS] = {
		report_age(inventory, memcg),
		report_age_source(memcg),
		memcg ? cell_name(memcg->path) : cell_unknown(),
	};

	if (memcg)
		output_record(run, key, columns, COLUMNS, cells, phrases);
	else
		output_object(run, key, columns, COLUMNS, cells);
}

/* The seconds of the selected's ages that are inferred, or of those that are not; how many. */
static size_t take_ages(const struct inventory *inventory, bool inferred, int64_t *ages)
{
	size_t count = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		if (memcg->selected && memcg->removed.at != NEVER &&
		    is_inferred(&memcg->removed) == inferred)
			ages[count++] = inventory->clock.wall - memcg->removed.at;
	}
	return count;
}

static struct age_list ages_of(struct run *run, const struct inventory *inventory,
			       const struct sums *sums)
{
	int64_t *seconds = arena_alloc(&run->arena, inventory->count * sizeof(*seconds));
	struct age_list ages = { .seconds = seconds };

	ages.exact = take_ages(inventory, false, seconds);
	ages.inferred = take_ages(inventory, true, seconds + ages.exact);
	ages.without = sums->zombies + sums->dying - ages.exact - ages.inferred;
	return ages;
}

/* JSON alone: in text this is a line under the drawing. */
static void say_verdict(struct run *run, const char *key, const int64_t *seconds, size_t count)
{
	static const struct column columns[] = {
		{ "AGES", 0, false }, { "VERDICT", 0, false }, { "PERCENT", 0, false },
		{ "SECONDS", 0, false }, { "FROM", 0, false }, { "TO", 0, false },
		{ "LEFT_OUT", 0, false },
	};
	enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };
	const struct age_verdict verdict = age_verdict(seconds, count);
	const struct cell cells[COLUMNS] = {
		cell_count(count),
		count ? cell_word(verdict.word) : cell_unknown(),
		count ? cell_count(verdict.percent) : cell_unknown(),
		count ? cell_count(verdict.seconds) : cell_unknown(),
		verdict.to ? cell_count(verdict.from) : cell_unknown(),
		verdict.to ? cell_count(verdict.to) : cell_unknown(),
		cell_count(verdict.left_out),
	};

	output_object(run, key, columns, COLUMNS, cells);
}

/* The drawing is of text, since JSON's reader has the list; of one age there is nothing to draw. */
static void say_ages(struct run *run, const struct inventory *inventory, const struct sums *sums)
{
	const struct age_list ages = ages_of(run, inventory, sums);

	say_age(run, inventory, "oldest", sums->oldest);
	say_age(run, inventory, "newest", sums->newest);
	say_verdict(run, "exact ages", ages.seconds, ages.exact);
	say_verdict(run, "all ages", ages.seconds, ages.exact + ages.inferred);
	output_sum(run, "ages not known", ages.without);
	if (run->options->format != FORMAT_TEXT || ages.exact + ages.inferred < 2)
		return;
	histogram_write(&run->out, &ages);
	output_line_ends(run);
}

static void say_pages(struct run *run, const struct sums *sums)
{
	output_sum(run, "file pages", sums->file);
	output_sum(run, "shmem pages", sums->shmem);
	output_sum(run, "anon pages", sums->anon);
	output_sum(run, "swap entries", sums->swap);
	output_says(run, "pages: %" PRIu64 " file, %" PRIu64 " shmem, %" PRIu64 " anon; and %" PRIu64
		    " swap %s\n", sums->file, sums->shmem, sums->anon, sums->swap,
		    by_count(sums->swap, "entry", "entries"));
}

/* Beside the kernel's own figure, which Percpu of /proc/meminfo shows. */
static void say_percpu(struct run *run, uint64_t bytes)
{
	char words[128];
	uint64_t total;

	if (!sizes_percpu_total(run, &total) || !total) {
		output_pair_count(run, PERCPU_KEY, bytes / 1024, NULL);
		return;
	}
	snprintf(words, sizeof(words), "of that; it explains %.1f%% of the machine's Percpu, %" PRIu64
		 " KB", 100.0 * bytes / total, total / 1024);
	output_pair_count(run, PERCPU_KEY, bytes / 1024, words);
	output_sum(run, "machine_percpu_bytes", total);
}

static void say_costs(struct run *run, const struct inventory *inventory, struct cost cost)
{
	if (!inventory->costed) {
		output_pair_unknown(run, MEMORY_KEY);
		output_pair_unknown(run, PERCPU_KEY);
		return;
	}
	output_pair_count(run, MEMORY_KEY, cost_kb(cost), NULL);
	say_percpu(run, cost.percpu_bytes);
	output_sum(run, "slab_bytes", cost.slab_bytes);
	output_sum(run, "percpu_bytes", cost.percpu_bytes);
}

/* Zombies that have such a holder; most have one kind, some have several. */
static void say_holders(struct run *run, const struct sums *sums)
{
	const char *before = "held by:";
	char key[64];

	for (int kind = 0; kind < REF_KINDS; kind++) {
		if (!sums->held_by[kind])
			continue;
		snprintf(key, sizeof(key), "held by %s", reference_name(kind));
		output_sum(run, key, sums->held_by[kind]);
		output_says(run, "%s %s %" PRIu64, before, reference_name(kind), sums->held_by[kind]);
		before = ",";
	}
	if (*before == ',')
		output_says(run, " (see -w)\n");
	if (sums->unexplained)
		output_pair_count(run, "with a REST", sums->unexplained, "see zmemcg -w");
}

/*
 * Whether the n-th template or file, from 0, has a line: as many have as -n asks for; without it
 * three, those behind the first where they have so many zombies that it is worth one.
 */
static bool is_said(const struct run *run, size_t n, uint64_t zombies, uint64_t all)
{
	if (run->options->limit != UINT64_MAX)
		return n < run->options->limit;
	return n < FIRST && zombies && (!n || zombies * LITTLE >= all);
}

/* The templates that make most of them, as -g has them. */
static void say_templates(struct run *run, const struct inventory *inventory, uint64_t zombies)
{
	static const struct phrase phrases[] = {
		{ "ZOMBIES", "", " zombies, ", " zombie, " },
		{ "PAGES", "", " pages, ", " page, " },
		{ "TEMPLATE", "", "", NULL },
		{ NULL, NULL, NULL, NULL },
	};
	const struct groups groups = groups_of(run, inventory);
	struct inner_table records;
	size_t n = 0;

	while (n < groups.count && is_said(run, n, groups.list[n]->zombies, zombies))
		n++;
	records = report_templates(run, inventory, groups.list, n);
	output_records(run, "template", &records, phrases);
}

/* Of one file, its own line has the same in SOLE. */
static void say_cover(struct run *run, const struct tally_result *result)
{
	char which[64];

	output_sum(run, "few files", result->cover_count);
	snprintf(which, sizeof(which), "%u %s: zmemcg -f names them", result->cover_count,
		 by_count(result->cover_count, "file", "files"));
	if (result->cover_count > 1 ||
	    (result->cover_count && result->covered != result->files[0]->sole))
		output_pair_count(run, "few files have all pages of", result->covered, which);
	else
		output_sum(run, "few files have all pages of", result->covered);
}

/* The files that hold most, as -f has them, and the few that hold most together. */
static void say_files(struct run *run, struct tally *tally)
{
	static const struct phrase phrases[] = {
		{ "ZOMBIES", "", " zombies, ", " zombie, " },
		{ "SOLE", "SOLE ", ", ", NULL },
		{ "PAGES", "", " pages, ", " page, " },
		{ "PATH", "", "", NULL },
		{ NULL, NULL, NULL, NULL },
	};
	const struct tally_result result = tally_count(run, tally);
	struct inner_table records;
	size_t n = 0;

	while (n < result.count && is_said(run, n, result.files[n]->zombies, result.zombies))
		n++;
	records = report_held_files(run, result.files, n);
	output_records(run, "file", &records, phrases);
	say_cover(run, &result);
}

/* What looks at the folios while the ledger counts them. */
struct onlookers {
	const struct inventory *inventory;
	struct advice *advice;
	struct tally *tally;
};

static void show(struct run *run, void *arg, const struct folio *folio)
{
	struct onlookers *onlookers = arg;

	if (!folio) {
		onlookers->tally = tally_new(run, onlookers->inventory);
		return;
	}
	if (!folio->memcg->below)
		tally_add(run, onlookers->tally, folio, folio->memcg);
	advice_look_at(run, onlookers->advice, folio);
}

void report_summary(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	struct ledger *ledger = ledger_new(run, inventory, false);
	struct onlookers onlookers = {
		inventory, advice_new(run, ledger), tally_new(run, inventory) };
	struct remedies remedies;
	struct sums sums;

	output_wrap(run, SCREEN);
	ledger->watch = show;
	ledger->watch_arg = &onlookers;
	ledger->whole = true;
	select_no_online(inventory);
	select_below(inventory);
	references_find(run, ledger);
	select_no_more(inventory);
	costs_take(run, inventory);
	sums = sum_up(ledger);
	remedies = advice_count(run, onlookers.advice);
	say_counts(run, inventory, &sums);
	say_pages(run, &sums);
	say_costs(run, inventory, sums.cost);
	output_pair(run, "regime", "%s", regime_of_pages(run->layout));
	report_actions(run, ledger, &remedies);
	say_holders(run, &sums);
	say_ages(run, inventory, &sums);
	say_templates(run, inventory, sums.zombies + sums.dying);
	say_files(run, onlookers.tally);
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
