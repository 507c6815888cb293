// SPDX-License-Identifier: GPL-2.0-or-later
#include <defs.h>

#include "zmemcg/progress.h"

#include <time.h>

/* Shown once a scan takes longer than anyone likes to wait without a word. */
#define PATIENCE	1.0
#define INTERVAL	0.25

/* Whether a line of ours stands on the terminal: a run can be left while it does. */
static bool on_screen;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* In batch (no TTY) nobody looks; what is redirected still leaves the terminal free. */
void progress_start(struct progress *progress)
{
	*progress = (struct progress){
		.wanted = (pc->flags & TTY) && isatty(STDERR_FILENO),
		.started = seconds(),
	};
}

void progress_show(struct progress *progress, uint64_t done, uint64_t all)
{
	double now, passed;

	if (!progress->wanted)
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
