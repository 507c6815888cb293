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

static const struct report {
	char option;
	void (*write)(struct run *run);
	unsigned int needs;	/* enum layout_need */
	bool folds;		/* has a form for -o folded */
} reports[] = {
	{ 0,   report_list,   NEED_MEMCGS | NEED_LRU, true },
	{ 'p', report_pages,  NEED_MEMCGS | NEED_LRU | NEED_FILES, true },
	{ 'f', report_files,  NEED_MEMCGS | NEED_LRU | NEED_FILES, false },
	{ 'k', report_kernfs, NEED_MEMCGS | NEED_LRU | NEED_SLAB, false },
	{ 'w', report_why,    NEED_MEMCGS | NEED_LRU | NEED_FILES | NEED_REFERENCES, false },
};

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
}

static void run_report(const struct options *options)
{
	const struct report *chosen = report_of(options);
	const struct layout *layout;
	const char *lacking;

	if (options->format == FORMAT_FOLDED && !chosen->folds) {
		error(INFO, "-o folded is for the list and for -p: -%c has no stacks\n",
		      options->report);
		return;
	}
	layout = session_layout(chosen->needs);
	lacking = layout_lacks(layout, chosen->needs);
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
}
