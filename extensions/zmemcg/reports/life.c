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

/* "2026-11-25 21:01:40 UTC" */
static void write_date(char *word, size_t size, int64_t at)
{
	const time_t seconds = at;
	struct tm utc;

	if (!gmtime_r(&seconds, &utc) || !strftime(word, size, "%Y-%m-%d %H:%M:%S UTC", &utc))
		snprintf(word, size, "-");
}

static void say_date(struct run *run, const struct inventory *inventory, const char *key,
		     const struct dated *date, bool inferred)
{
	const char *later = date->evidence != EVIDENCE_SERIAL && inferred ? " or later" : "";
	char when[64], word[CELL_ROOM];
	struct cell age;
	int64_t ago;

	if (date->at == NEVER)
		return;
	ago = inventory->clock.wall - date->at;
	age = cell_age(ago > 0 ? ago : 0, inferred);
	write_date(when, sizeof(when), date->at);
	output_pair(run, key, "%s%s, %s ago (%s)", when, later, table_word(&age, word),
		    date->field);
}

/* Of an inferred one, the evidence stands before its field. */
static void say_removal(struct run *run, const struct inventory *inventory,
			const struct memcg *memcg)
{
	struct dated removed = memcg->removed;
	char field[128];

	if (is_inferred(&removed)) {
		snprintf(field, sizeof(field), "%s: %s", evidence_word(removed.evidence),
			 removed.field);
		removed.field = field;
	}
	if (removed.at != NEVER)
		say_date(run, inventory, "removed", &removed, is_inferred(&removed));
	else if (memcg->state != MEMCG_ONLINE)
		output_pair(run, "removed", "-");
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
	say_date(run, inventory, "last task left", &life.last_task, false);
	say_date(run, inventory, "last activity", &life.activity, false);
	say_date(run, inventory, "created", &life.created,
		 life.created.evidence == EVIDENCE_SERIAL);
	if (life.has_owner)
		output_pair_count(run, "owner uid", life.owner, NULL);
	say_name(run, "invocation id", &life.invocation_id);
}
