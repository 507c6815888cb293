// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What this kernel resolved to: what a person sends whose kernel nobody else has.
 */
#include <stdio.h>

#include "zmemcg/answers.h"
#include "zmemcg/output.h"
#include "zmemcg/regime.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

static void say_kernel(struct run *run)
{
	output_pair(run, "release", "%s", session_release());
	output_pair(run, "machine", "%s", session_machine());
	output_pair(run, "page size", "%d", session_page_size());
	for (size_t i = 0; i < regime_fact_count; i++)
		output_pair(run, regime_facts[i].key, "%s", regime_facts[i].value(run->layout));
}

static void say_allowed(struct run *run, const char *key, unsigned int needs)
{
	const char *lacking = layout_lacks(run->layout, needs);

	output_pair(run, key, "%s%s", lacking ? "lacks " : "yes", lacking ? lacking : "");
}

static void say_report(struct run *run, char option, const char *modifier, unsigned int needs)
{
	const char dashed[] = { '-', option, '\0' };
	char key[32];

	snprintf(key, sizeof(key), "report %s%s", option ? dashed : "list", modifier);
	say_allowed(run, key, needs);
}

/* Which reports this kernel's layout allows; of the others, the first name that is absent. */
static void say_reports(struct run *run)
{
	for (size_t i = 0; i < report_count; i++) {
		const struct report *report = &reports[i];

		if (report->needs)
			say_report(run, report->option, "", report->needs);
		if (report->needs_of_users)
			say_report(run, report->option, " -u", report->needs | report->needs_of_users);
	}
	say_allowed(run, "report COST", NEED_COSTS);
}

static void say_answers(struct run *run, const struct answers *answers)
{
	char key[ANSWER_ROOM], value[ANSWER_ROOM];

	for (size_t i = 0; i < answers_lines(); i++) {
		if (answers_line(answers, i, key, value))
			output_pair(run, key, "%s", value);
	}
}

void report_layout(struct run *run)
{
	say_kernel(run);
	say_reports(run);
	say_answers(run, session_answers());
}
