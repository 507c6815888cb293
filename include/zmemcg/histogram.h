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
 * The time is that from the oldest to the youngest; of a hundred or more without a hundredth
 * of them at each end, so that one that is far away does not make a burst of the others. Their
 * shares are of what is left.
 *
 *	burst	half of them or more are within a tenth of the time; or all are
 *		within less than ten seconds, of which whole seconds know no tenth
 *	bursts	no such tenth is, but three quarters or more are within ten
 *		hundredths of it, wherever these are: of thirty or more, in a
 *		hundred seconds or more, since fewer can be so by chance
 *	steady	neither
 *	few	fewer than ten: too few for any
 */
struct age_verdict {
	const char *word;	/* NULL: of none */
	size_t count;		/* of how many that is */
	size_t left_out;	/* of these at the ends */
	int64_t seconds;	/* from the oldest to the youngest of the rest, both included */
	bool has_tenths;	/* seconds has: the share is of the fullest tenth, else of them all */
	bool several;		/* bursts: the share is of the ten fullest hundredths */
	unsigned int percent;	/* within that, rounded down: half is said of no less */
};

/* Of that many ages. One below zero (a clock that was set back) counts as zero, here and below. */
struct age_verdict histogram_verdict(const int64_t *ages, size_t count);

/*
 * Writes a line for each of at most seven equal intervals of age, the youngest first; empty
 * ones have none. Where those that a verdict leaves out at the ends would make the intervals
 * wider, what is younger and what is older than the others' has a line of its own, seven in
 * all. A bar has the exact ones as #, behind them the inferred ones as ~; either has one mark
 * at least where it is there.
 *
 * Inferred ages are bounds, and can draw a burst as if it were steady: so behind the intervals
 * stands what the exact ones say alone, and in a second line what all say together. Where all
 * are of one kind, that is one line. How many have no age stands behind the last. Nothing is
 * written of none.
 */
void histogram_write(struct text *out, const struct age_list *ages);

#endif
