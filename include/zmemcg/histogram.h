/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ages, drawn: whether things came at once or one by one. Plain C.
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
