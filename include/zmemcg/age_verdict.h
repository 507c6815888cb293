/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether things came at once or one by one. Plain C.
 */
#ifndef ZMEMCG_AGE_VERDICT_H
#define ZMEMCG_AGE_VERDICT_H

#include "zmemcg/types.h"

/* Parts of the time that many ages span. */
enum age_parts {
	AGE_WHOLE,		/* all of it */
	AGE_TENTH,		/* its fullest tenth */
	AGE_HUNDREDTHS,		/* its ten fullest hundredths */
	AGE_THOUSANDTHS,	/* its hundred fullest thousandths */
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
 *		hundred seconds or more, since fewer can be so by chance; or they
 *		are within a hundred thousandths: of 300 or more, in a thousand
 *		seconds or more. Of these the first that is so. One age alone
 *		in its part of the time counts as none
 *	steady	neither
 *	few	fewer than ten: too few for any
 */
struct age_verdict {
	const char *word;	/* NULL: of none */
	size_t count;		/* of how many that is */
	size_t left_out;	/* of these at the ends */
	int64_t seconds;	/* from the oldest to the youngest of the rest, both included */
	enum age_parts parts;	/* of that time: what the share is of */
	unsigned int percent;	/* within that, rounded down: half is said of no less */
	int64_t from, to;	/* burst in a tenth: its youngest age, behind its oldest; else to is 0 */
};

/* Of that many ages. */
struct age_verdict age_verdict(const int64_t *ages, size_t count);

#endif
