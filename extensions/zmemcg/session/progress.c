// SPDX-License-Identifier: GPL-2.0-or-later
#include <defs.h>

#include "zmemcg/progress.h"

#include <time.h>

/* Shown once a scan takes longer than anyone likes to wait without a word. */
#define PATIENCE	1.0
#define INTERVAL	0.25

/* Whether a line of ours stands on the terminal: a run can be left while it does. */
static bool on_screen;

/* Whether records do, or are in a pager's hands. */
static bool gave_way;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* In batch (no TTY, or "crash -i") nobody looks. */
static bool is_batch(void)
{
	return !(pc->flags & TTY) || ((pc->flags | pc->ifile_in_progress) & CMDLINE_IFILE);
}

void progress_start(struct progress *progress)
{
	*progress = (struct progress){
		.wanted = !is_batch() && isatty(STDERR_FILENO),
		.started = seconds(),
	};
}

void progress_show(struct progress *progress, uint64_t done, uint64_t all)
{
	double now, passed;

	if (!progress->wanted || gave_way)
		return;
	now = seconds();
	passed = now - progress->started;
	if (passed < PATIENCE || now - progress->updated < INTERVAL || !done)
		return;
	fprintf(stderr, "\rzmemcg: %3.0f%% of the memory map, %.0f s left \033[K",
		100.0 * done / all, passed * (all - done) / done);
	progress->updated = now;
	on_screen = true;
}

void progress_clear(void)
{
	if (on_screen)
		fputs("\r\033[K", stderr);
	on_screen = false;
}

/* What goes to a file leaves the terminal free. */
static bool output_is_seen(void)
{
	struct stat stat;

	return fstat(fileno(fp), &stat) || !S_ISREG(stat.st_mode);
}

void progress_give_way(void)
{
	if (gave_way || !output_is_seen())
		return;
	progress_clear();
	gave_way = true;
}

void progress_forget(void)
{
	progress_clear();
	gave_way = false;
}
