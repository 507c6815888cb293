/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of the command: its memory, its counters, and the one way out.
 *
 * crash leaves a command by longjmp: on FATAL, on RESTART, on ^C. The only door
 * is run_execute(): every such jump lands there while a run is under way, the
 * run's arena is given back, and what crash wanted is then done. Below it every
 * function returns a value and none has anything to clean up.
 */
#ifndef ZMEMCG_RUN_H
#define ZMEMCG_RUN_H

#include "zmemcg/arena.h"
#include "zmemcg/text.h"
#include "zmemcg/types.h"

struct batches;
struct layout;
struct options;
struct page_cache;
struct sighting;

/* What could not be had. */
struct run_counts {
	unsigned long unreadable;	/* objects that could not be read */
	unsigned long cut;		/* lists that looped or left their bounds */
	unsigned long missing_map;	/* pages of the memory map that are not in the dump */
};

struct run {
	struct arena arena;
	struct text out;
	const struct layout *layout;
	const struct options *options;
	struct page_cache *cache;	/* session/access.c */
	struct sighting *sighting;	/* inventory/watch.c */
	struct batches *batches;	/* holders/batches.c */
	struct run_counts counts;
	bool pages_scanned;		/* holders/pages.c: asked for or not */
	struct {
		bool inside_sentence, summary_begun;
		size_t width;		/* of lines; 0: as long as they are */
	} output;		/* reports/output.c */

	/* What has to be undone when the run is over, besides its memory; or NULL. */
	void (*at_end)(void *arg);
	void *at_end_arg;
};

/*
 * Runs body() and writes what it printed. Comes back when body() did or when it
 * left through run_refuse(); goes to crash's own main loop when the user
 * pressed ^C or when crash itself gave the command up.
 */
void run_execute(const struct options *options, const struct layout *layout,
		 void (*body)(struct run *run));

/*
 * Leaves the run when the user pressed ^C or the reader of the output is gone.
 * Called by every read; loops that do not read call it themselves.
 */
void run_check(struct run *run);

/* Says one line, "zmemcg: ...", and leaves the run. Output so far is written. */
_Noreturn void run_refuse(struct run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds what a worker could not have. */
void run_add_counts(struct run *run, const struct run_counts *more);

/* Does what at_end is there for, now. */
void run_end_now(struct run *run);

/* Gives back what the last run left; for the unload of the extension. */
void run_forget(void);

#endif
