/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A line that tells how far a long scan is: on a terminal only, gone at its end.
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

/* At the end, of a run that was left in the middle too. */
void progress_clear(void);

#endif
