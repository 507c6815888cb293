// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/options.h"

#include <errno.h>
#include <fnmatch.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct problem {
	char *text;
	size_t size;
};

static bool refuse(const struct problem *problem, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(problem->text, problem->size, format, args);
	va_end(args);
	return false;
}

static bool parse_number(const char *text, uint64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &end, 10);
	return !*end && !errno && *number <= INT64_MAX;
}

static bool set_report(struct options *options, char report, const struct problem *problem)
{
	if (options->report && options->report != report)
		return refuse(problem, "-%c and -%c are two reports: one at a time",
			      options->report, report);
	options->report = report;
	return true;
}

static const char *const format_names[] = {
	[FORMAT_TEXT] = "text",
	[FORMAT_JSON] = "json",
	[FORMAT_CSV] = "csv",
	[FORMAT_FOLDED] = "folded",
};

static bool set_format(struct options *options, const char *name, const struct problem *problem)
{
	for (size_t i = 0; i < sizeof(format_names) / sizeof(format_names[0]); i++) {
		if (!strcmp(name, format_names[i])) {
			options->format = i;
			return true;
		}
	}
	return refuse(problem, "-o knows text, json, csv and folded, not \"%s\"", name);
}

/* What an option with a value counts. */
static const char *unit_of(int option)
{
	return option == 'n' ? "records" : option == 'j' ? "processes" : "seconds";
}

static bool set_number(char option, const char *text, uint64_t *number,
		       const struct problem *problem)
{
	if (parse_number(text, number))
		return true;
	return refuse(problem, "-%c needs a number of %s, not \"%s\"", option,
		      unit_of(option), text);
}

/* More than that many are the same as that many: session/workers.c has its own limit. */
#define JOBS_LIMIT	1024

static bool set_jobs(struct options *options, const char *text, const struct problem *problem)
{
	uint64_t number;

	if (!parse_number(text, &number) || !number)
		return refuse(problem, "-j needs a number of processes, not \"%s\"", text);
	options->jobs = number < JOBS_LIMIT ? number : JOBS_LIMIT;
	return true;
}

static bool take_option(struct options *options, int option, const struct problem *problem)
{
	uint64_t number = 0;

	switch (option) {
	case 'L':
	case 'f':
	case 'g':
	case 'k':
	case 'p':
	case 's':
	case 'w':
		return set_report(options, option, problem);
	case 'a':
		options->online = true;
		return true;
	case 'u':
		options->users = true;
		return true;
	case 'S':
		options->scan = true;
		return true;
	case 'j':
		return set_jobs(options, optarg, problem);
	case 'o':
		return set_format(options, optarg, problem);
	case 'n':
		return set_number('n', optarg, &options->limit, problem);
	case 't':
		if (!set_number('t', optarg, &number, problem))
			return false;
		options->least_age = number;
		return true;
	case ':':
		if (optopt == 'o')
			return refuse(problem, "-o needs a form: text, json, csv or folded");
		return refuse(problem, "-%c needs a number of %s", optopt,
			      unit_of(optopt));
	default:
		return refuse(problem, "there is no option -%c: see \"help zmemcg\"", optopt);
	}
}

/* What -L says is of the kernel, whatever memcgs it has. */
static bool selects_memcgs(const struct options *options)
{
	return options->online || options->scan || options->least_age >= 0 || options->selector_count;
}

bool options_parse(struct options *options, int argc, char **argv, char *text, size_t size)
{
	const struct problem problem = { text, size };
	int option;

	*options = (struct options){ .limit = UINT64_MAX, .least_age = -1 };
	optind = 0;	/* start anew, whatever was parsed before */
	while ((option = getopt(argc, argv, ":fgkpswauLSj:n:o:t:")) != -1) {
		if (!take_option(options, option, &problem))
			return false;
	}
	if (options->users && options->report != 'f')
		return refuse(&problem, "-u goes with -f: it names the tasks that use each file");
	options->selectors = argv + optind;
	options->selector_count = argc - optind;
	if (options->report == 'L' && selects_memcgs(options))
		return refuse(&problem, "-L is about the kernel, not about memcgs: it has no -a, -S, -t and no selectors");
	return true;
}

bool selector_is_address(const char *selector, kaddr_t *address)
{
	size_t digits;

	if (!strncmp(selector, "0x", 2) || !strncmp(selector, "0X", 2))
		selector += 2;
	digits = strspn(selector, "0123456789abcdefABCDEF");
	if (digits < 8 || digits > 16 || selector[digits])
		return false;
	*address = strtoull(selector, NULL, 16);
	return true;
}

static bool glob(const char *pattern, const char *text)
{
	/* A backslash is one: the escapes of the reports are written with it. */
	return !strcmp(pattern, text) || !fnmatch(pattern, text, FNM_NOESCAPE);
}

bool selector_matches_path(const char *selector, const char *path, const char *escaped)
{
	if (!strchr(selector, '/')) {
		path = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
		escaped = strrchr(escaped, '/') ? strrchr(escaped, '/') + 1 : escaped;
	}
	return glob(selector, path) || glob(selector, escaped);
}
