/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One case: what is done to the image. The same number does the same, as long as the image and
 * the build are the same.
 */
#ifndef ZMEMCG_FUZZ_DAMAGE_H
#define ZMEMCG_FUZZ_DAMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct damage {
	uint64_t number;
	uint64_t refuse_from;	/* the allocation from which on no memory can be had; 0: always */
	bool interrupted;
	FILE *log;		/* where each thing that is done is said; or NULL */
};

/* Even numbers: a place that the reports read, and a value chosen to be bad. Odd ones: anything, anywhere. */
void damage_do(struct damage *damage, uint64_t number, FILE *log);

/*
 * As a running machine: between the reads elements leave their lists or go to others, and now and
 * then a word becomes another. Half of them are damaged before, too.
 */
void damage_live(struct damage *damage, uint64_t number, FILE *log);

#endif
