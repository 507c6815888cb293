// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/births.h"

#include <stdlib.h>

/* Dates of one moment can differ by so much: whole seconds of different clocks. */
#define SLACK	1

static int oldest_first(const void *left, const void *right)
{
	const struct birth *a = left, *b = right;

	return (a->serial > b->serial) - (a->serial < b->serial);
}

static void give_up_moved_dates(struct birth *births, size_t count)
{
	int64_t earliest = INT64_MAX;

	for (size_t i = count; i-- > 0;) {
		struct birth *birth = &births[i];

		if (birth->date == NEVER)
			continue;
		if (earliest != INT64_MAX && birth->date > earliest + SLACK)
			birth->date = NEVER;
		else if (birth->date < earliest)
			earliest = birth->date;
	}
}

static int64_t between(const struct birth *older, const struct birth *younger, uint64_t serial)
{
	const double part = (double)(serial - older->serial) / (younger->serial - older->serial);

	return older->date + (int64_t)(part * (younger->date - older->date));
}

/* What lies between two that have a date, or NULL where the list begins or ends. */
static void fill(struct birth *first, struct birth *end, const struct birth *older,
		 const struct birth *younger)
{
	for (struct birth *birth = first; birth < end; birth++) {
		if (!older && !younger)
			return;
		if (!older)
			birth->date = younger->date;
		else if (!younger || younger->serial == older->serial)
			birth->date = older->date;
		else
			birth->date = between(older, younger, birth->serial);
		birth->interpolated = true;
	}
}

void births_settle(struct birth *births, size_t count)
{
	const struct birth *older = NULL;
	size_t first = 0;

	if (!count)
		return;
	qsort(births, count, sizeof(*births), oldest_first);
	give_up_moved_dates(births, count);
	for (size_t i = 0; i < count; i++) {
		births[i].interpolated = false;
		if (births[i].date == NEVER)
			continue;
		fill(births + first, births + i, older, &births[i]);
		older = &births[i];
		first = i + 1;
	}
	fill(births + first, births + count, older, NULL);
}
