/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When things came to be of which the order is known. Plain C.
 */
#ifndef ZMEMCG_BIRTHS_H
#define ZMEMCG_BIRTHS_H

#include "zmemcg/types.h"

struct birth {
	uint64_t serial;	/* of two, the younger has the greater */
	int64_t date;		/* at the latest: what dates it can have moved since. Or NEVER */
	size_t owner;		/* of whom, for the caller */
	bool interpolated;	/* the date is from the neighbours' */
};

/*
 * Puts them in order, oldest first. A date that a younger one's belies (nobody is younger
 * than who came later) is given up. What has no date gets one between those of its nearest
 * neighbours that have, as its serial number is between theirs; with a neighbour on one
 * side alone, that one's date.
 */
void births_settle(struct birth *births, size_t count);

#endif
