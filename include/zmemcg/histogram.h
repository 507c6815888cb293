/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether things came at once or one by one: their ages, drawn. Plain C.
 */
#ifndef ZMEMCG_HISTOGRAM_H
#define ZMEMCG_HISTOGRAM_H

#include "zmemcg/types.h"

struct text;

/*
 * Writes a line for each of at most seven equal intervals of age, the youngest first, one for
 * empty ones that follow each other, and one with the word that sums them up:
 *
 *	burst	half of them or more are within a tenth of the time from the
 *		oldest to the youngest
 *	steady	no such tenth is
 *	few	fewer than ten: too few for either
 *
 * Ages are seconds; one below zero (a clock that was set back) counts as zero. Nothing is
 * written of none.
 */
void histogram_write(struct text *out, const int64_t *ages, size_t count);

#endif
