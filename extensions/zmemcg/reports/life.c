// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel remembers of one memcg's life: behind the details of -w.
 */
#include <stdio.h>
#include <time.h>

#include "zmemcg/inventory.h"
#include "zmemcg/output.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/text.h"

/* Of one date, in JSON. */
static const struct column columns[] = {
	{ "DATE", 0, false },
	{ "AGO", 0, false },
	{ "SOURCE", 0, false },
	{ "FIELD", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static void write_date(char *word, size_t size, int64_t at, const char *format)
{
	const time_t seconds = at;
	struct tm utc;

	if (!gmtime_r(&seconds, &utc) || !strftime(word, size, format, &utc))
		snprintf(word, size, "-");
}

/* A sentence for people; a program reads its parts. */
static void say_date(struct run *run, const struct inventory *inventory, const char *key,
		     const struct dated *date, bool inferred)
{
	const char mark = inferred ? evidence_mark(date) : '\0';
	const char *later = mark == '~' ? " or later" : "";
	const int64_t ago = inventory->clock.wall - date->at;
	const struct cell age = cell_age(ago > 0 ? ago : 0, mark);
	const char *source = evidence_word(date->evidence);
	char when[64], iso[64], word[CELL_ROOM];

	write_date(when, sizeof(when), date->at, "%Y-%m-%d %H:%M:%S UTC");
	write_date(iso, sizeof(iso), date->at, "%Y-%m-%dT%H:%M:%SZ");
	output_says(run, "%s: %s%s, %s ago (%s%s%s)\n", key, when, later, table_word(&age, word),
		    inferred ? source : "", inferred ? ": " : "", date->field);
	output_object(run, key, columns, COLUMNS, (struct cell[COLUMNS]){
		cell_word(iso), age, cell_word(source), cell_word(date->field) });
}

static void say_known(struct run *run, const struct inventory *inventory, const char *key,
		      const struct dated *date)
{
	if (date->at != NEVER)
		say_date(run, inventory, key, date, false);
}

static void say_removal(struct run *run, const struct inventory *inventory,
			const struct memcg *memcg)
{
	if (memcg->removed.at != NEVER)
		say_date(run, inventory, "removed", &memcg->removed, is_inferred(&memcg->removed));
	else if (memcg->state != MEMCG_ONLINE)
		output_pair_unknown(run, "removed");
}

static void say_name(struct run *run, const char *key, const struct name *name)
{
	char escaped[4 * 256 + 1];

	if (!name->path || 4 * name->path_len >= sizeof(escaped))
		return;
	escape(name->path, name->path_len, escaped);
	output_pair(run, key, "%s", escaped);
}

void report_life(struct run *run, const struct inventory *inventory, const struct memcg *memcg)
{
	const struct life life = ages_life(run, &inventory->clock, memcg);

	say_removal(run, inventory, memcg);
	say_known(run, inventory, "last task left", &life.last_task);
	say_known(run, inventory, "last activity", &life.activity);
	if (life.created.at != NEVER)
		say_date(run, inventory, "created", &life.created,
			 life.created.evidence == EVIDENCE_SERIAL);
	if (life.has_owner)
		output_pair_count(run, "owner uid", life.owner, NULL);
	say_name(run, "invocation id", &life.invocation_id);
}
