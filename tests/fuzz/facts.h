/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a report says, as far as it can be compared with what it says of the image as it was.
 */
#ifndef ZMEMCG_FUZZ_FACTS_H
#define ZMEMCG_FUZZ_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct row {
	uint64_t key;		/* the first cell: an address */
	bool named;		/* the last cell is not "-" */
};

struct facts {
	bool refused;		/* "zmemcg: ..." */
	bool ended;		/* has the last lines */
	uint64_t active, dying;
	uint64_t found, charged;
	uint64_t unreadable, cut, missing;
	uint64_t slab_has, slab_of;
	uint64_t words;		/* a hash of the sentences that say what else is not as it should be */
	uint64_t sum;		/* of -g: the zombies of all rows; of -f: their pages */
	struct row *rows;	/* sorted by key */
	size_t count;
};

/* Of a text report; kind is the option's letter, 0 for the list. */
struct facts facts_of(const char *output, char kind);

/*
 * NULL when the report of a damaged image says all that it does not show; else what it
 * keeps to itself.
 */
const char *facts_hidden(const struct facts *before, const struct facts *now, char kind);

/* NULL, or what is wrong with the form: control bytes, no JSON, a cell too few. */
const char *form_trouble(const char *output, size_t len, const char *command);

#endif
