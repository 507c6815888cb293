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
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

static const struct {
	char option;
	void (*report)(struct run *run);
	unsigned int needs;	/* enum layout_need */
} reports[] = {
	{ 0,   report_list,   NEED_MEMCGS | NEED_LRU },
	{ 'p', report_pages,  NEED_MEMCGS | NEED_LRU | NEED_FILES },
	{ 'f', report_files,  NEED_MEMCGS | NEED_LRU | NEED_FILES },
	{ 'k', report_kernfs, NEED_MEMCGS | NEED_LRU | NEED_SLAB },
	{ 'w', report_why,    NEED_MEMCGS | NEED_LRU | NEED_FILES | NEED_REFERENCES },
};

static void run_report(const struct options *options)
{
	const struct layout *layout;
	const char *lacking;
	size_t i = 0;

	while (reports[i].option != options->report)
		i++;
	layout = session_layout(reports[i].needs);
	lacking = layout_lacks(layout, reports[i].needs);
	if (lacking)
		error(INFO, "this kernel, or its debuginfo, has no %s: was it built with "
		      "CONFIG_MEMCG, and is vmlinux the one with debuginfo?\n", lacking);
	else
		run_execute(options, layout, reports[i].report);
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
