/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line that tells how far a long scan is: for a person at a terminal only, gone at its end.
 */
#ifndef ZMEMCG_PROGRESS_H
#define ZMEMCG_PROGRESS_H

#include "zmemcg/types.h"

struct progress {
	bool wanted;
	double started, updated;	/* seconds, monotonic */
};

void progress_start(struct progress *progress);
void progress_show(struct progress *progress, uint64_t done, uint64_t all);

/* The scan is through. */
void progress_clear(void);

/*
 * Records are written now. Where somebody sees them, each of them tells how far it is, and a line
 * of ours would stand in the middle of one: there is none any more, until the run ends.
 */
void progress_give_way(void);

/* At the end of a run, one that was left in the middle too. */
void progress_forget(void);

#endif
