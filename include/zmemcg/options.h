/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the user asked for. Plain C.
 */
#ifndef ZMEMCG_OPTIONS_H
#define ZMEMCG_OPTIONS_H

#include "zmemcg/types.h"

enum format { FORMAT_TEXT, FORMAT_JSON, FORMAT_CSV, FORMAT_FOLDED };

struct options {
	char report;		/* its option letter, 0: the list */
	bool online;		/* -a: online memcgs too */
	bool users;		/* -u: of each file the tasks that use it */
	bool scan;		/* -S: the memory map instead of the LRU lists */
	unsigned int jobs;	/* -j: processes for a scan, 0: as many as are worth it */
	enum format format;	/* -o */
	uint64_t limit;		/* -n: records printed, UINT64_MAX: all */
	int64_t least_age;	/* -t: seconds since removal, -1: any */
	char **selectors;
	int selector_count;
};

/*
 * Reads a command line (argv[0] is the command). False with one line of what is
 * wrong in problem, without a newline.
 */
bool options_parse(struct options *options, int argc, char **argv, char *problem,
		   size_t problem_size);

/*
 * A selector that is an address: hex digits, with or without 0x, at least eight
 * of them, so that a cgroup's name is not taken for one.
 */
bool selector_is_address(const char *selector, kaddr_t *address);

/*
 * Whether a selector that is a glob means this cgroup path: the whole path when
 * it has a slash, else the last component. The path may be written raw or
 * escaped, as the reports print it.
 */
bool selector_matches_path(const char *selector, const char *path, const char *escaped);

#endif
