/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Circles in a chain that is followed step by step. Plain C.
 */
#ifndef ZMEMCG_LAP_H
#define ZMEMCG_LAP_H

#include "zmemcg/types.h"

/* Where a chain was a while ago; all zeros before its first step. */
struct lap {
	kaddr_t one, other;
	unsigned int steps, next;
};

/*
 * Once a step, with where it is: two addresses, or one and 0. True when the chain is where it was,
 * after a lap or two of a circle. Brent, BIT 20 (1980): the mark moves on at each power of two.
 */
bool lap_came_back(struct lap *lap, kaddr_t one, kaddr_t other);

#endif
