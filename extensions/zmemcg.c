// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zmemcg: what holds the memory cgroups that were removed and not freed.
 *
 * The command of the crash utility: options in, one report out. The kernel is
 * looked at in the layers below, from zmemcg/layout to zmemcg/reports.
 */
#include <defs.h>

#include "zmemcg/help.h"
#include "zmemcg/layout.h"
#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/watch.h"

#define FORM(format)	(1u << (format))

enum {
	PAIRS = FORM(FORMAT_TEXT) | FORM(FORMAT_JSON),
	RECORDS = PAIRS | FORM(FORMAT_CSV),
	STACKS = FORM(FORMAT_FOLDED),
};

enum { LISTS = NEED_MEMCGS | NEED_LRU };

const struct report reports[] = {
	{ 0,   report_list,    LISTS, 0, 0, RECORDS | STACKS },
	{ 'p', report_pages,   LISTS | NEED_FILES, 0, 0, RECORDS | STACKS },
	{ 'f', report_files,   LISTS | NEED_FILES, FOR_BATCHES, NEED_USERS, RECORDS },
	{ 'g', report_groups,  LISTS, NEED_COSTS, 0, RECORDS | STACKS },
	{ 'k', report_kernfs,  LISTS | NEED_SLAB, 0, 0, RECORDS },
	{ 'w', report_why,     LISTS | NEED_FILES | NEED_REFERENCES, FOR_TASKS, 0, RECORDS },
	{ 's', report_summary, LISTS | NEED_FILES | NEED_REFERENCES,
	  NEED_COSTS | NEED_USERS | FOR_BATCHES | FOR_TASKS, 0, PAIRS },
	{ 'L', report_layout,  0, 0, 0, PAIRS },
};

const size_t report_count = sizeof(reports) / sizeof(reports[0]);

static const struct report *report_of(const struct options *options)
{
	const struct report *report = reports;

	while (report->option != options->report)
		report++;
	return report;
}

static void report(struct run *run)
{
	report_of(run->options)->write(run);
	output_end(run);
	text_flush(&run->out);
	watch_remember(run);
}

static void run_report(const struct options *options)
{
	const struct report *chosen = report_of(options);
	const unsigned int needs = chosen->needs | (options->users ? chosen->needs_of_users : 0);
	const struct layout *layout;
	const char *lacking;

	if (!(chosen->forms & FORM(options->format))) {
		error(INFO, "-%c has no %s: it has %s\n", options->report,
		      options->format == FORMAT_CSV ? "table" : "stacks",
		      chosen->forms & FORM(FORMAT_CSV) ? "text, json and csv" : "text and json");
		return;
	}
	layout = session_layout(needs ? needs | chosen->wants : NEED_EVERYTHING);
	lacking = layout_lacks(layout, needs);
	if (lacking)
		error(INFO, "this kernel, or its debuginfo, has no %s: was it built with "
		      "CONFIG_MEMCG, and is vmlinux the one with debuginfo?\n", lacking);
	else
		run_execute(options, layout, report);
}

static void cmd_zmemcg(void)
{
	struct options options;
	char problem[BUFSIZE];

	if (options_parse(&options, argcnt, args, problem, sizeof(problem)))
		run_report(&options);
	else
		error(INFO, "%s\n", problem);
}

static struct command_table_entry command_table[] = {
	{ "zmemcg", cmd_zmemcg, zmemcg_help, 0 },
	{ NULL },
};

static void __attribute__((constructor)) zmemcg_init(void)
{
	if (session_fits())
		register_extension(command_table);
}

static void __attribute__((destructor)) zmemcg_fini(void)
{
	run_forget();
	watch_forget();
}
