/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether things came at once or one by one: their ages, drawn. Plain C.
 */
#ifndef ZMEMCG_HISTOGRAM_H
#define ZMEMCG_HISTOGRAM_H

#include "zmemcg/types.h"

struct text;

struct age_list {
	const int64_t *seconds;	/* of the exact ones, behind them of the inferred ones */
	size_t exact, inferred;
	size_t without;		/* things of which no age is known, besides */
};

/*
 *	burst	half of them or more are within a tenth of the time from the
 *		oldest to the youngest; or all are within less than ten seconds,
 *		of which whole seconds know no tenth
 *	steady	no such tenth is
 *	few	fewer than ten: too few for either
 */
struct age_verdict {
	const char *word;	/* NULL: of none */
	size_t count;		/* of how many that is */
	int64_t seconds;	/* from the oldest to the youngest, both included */
	bool has_tenths;	/* seconds has: the share is of the fullest tenth, else of them all */
	unsigned int percent;	/* within that, rounded down: half is said of no less */
};

/* Of that many ages. One below zero (a clock that was set back) counts as zero, here and below. */
struct age_verdict histogram_verdict(const int64_t *ages, size_t count);

/*
 * Writes a line for each of at most seven equal intervals of age, the youngest first, one for
 * empty ones that follow each other. A bar has the exact ones as #, behind them the inferred
 * ones as ~; either has one mark at least where it is there.
 *
 * Inferred ages are bounds, and can draw a burst as if it were steady: so behind the intervals
 * stands what the exact ones say alone, and in a second line what all say together. Where all
 * are of one kind, that is one line. How many have no age stands behind the last. Nothing is
 * written of none.
 */
void histogram_write(struct text *out, const struct age_list *ages);

#endif
