/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the youngest to the oldest of many ages, in seconds. Plain C.
 */
#ifndef ZMEMCG_AGE_SPAN_H
#define ZMEMCG_AGE_SPAN_H

#include "zmemcg/types.h"

struct age_span {
	int64_t youngest, oldest;
};

/* What an age counts as: one below zero (a clock that was set back) as zero. */
int64_t age_of(int64_t age);

struct age_span age_span_whole(const int64_t *ages, size_t count);

/*
 * Of a hundred or more without a hundredth of them at each end: a single one that is far away says
 * nothing of the others.
 */
struct age_span age_span(const int64_t *ages, size_t count);

#endif
