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
 * Inferred ages are bounds, and would draw a burst as if it were steady: they are drawn where
 * the exact ones are fewer than they are, which would tell of the smaller part alone.
 *
 * Writes a line for each of at most seven equal intervals of age, the youngest first, one for
 * empty ones that follow each other, and one with the word that sums them up:
 *
 *	burst	half of them or more are within a tenth of the time from the
 *		oldest to the youngest; or all are within less than ten seconds,
 *		of which whole seconds know no tenth
 *	steady	no such tenth is
 *	few	fewer than ten: too few for either
 *
 * How many of them are inferred, or were left out, stands behind it. One below zero (a clock
 * that was set back) counts as zero. Nothing is written of none.
 */
void histogram_write(struct text *out, const struct age_list *ages);

#endif
