// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/age_span.h"

#define HUNDREDTH	100

/* Ours: a clock that says more is damaged. Sums of a few of them are still numbers. */
#define AGE_LIMIT	(INT64_MAX / 4)

int64_t age_of(int64_t age)
{
	return age < 0 ? 0 : age < AGE_LIMIT ? age : AGE_LIMIT;
}

static size_t count_up_to(const int64_t *ages, size_t count, int64_t limit)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += age_of(ages[i]) <= limit;
	return found;
}

struct age_span age_span_whole(const int64_t *ages, size_t count)
{
	struct age_span span = { INT64_MAX, 0 };

	for (size_t i = 0; i < count; i++) {
		const int64_t age = age_of(ages[i]);

		span.youngest = age < span.youngest ? age : span.youngest;
		span.oldest = age > span.oldest ? age : span.oldest;
	}
	return span;
}

/* The age that so many are younger than, as they stand in order. */
static int64_t age_behind(const int64_t *ages, size_t count, struct age_span whole, size_t younger)
{
	int64_t low = whole.youngest, high = whole.oldest;

	while (low < high) {
		const int64_t middle = low + (high - low) / 2;

		if (count_up_to(ages, count, middle) > younger)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

struct age_span age_span(const int64_t *ages, size_t count)
{
	const struct age_span whole = age_span_whole(ages, count);
	const size_t left_out = count / HUNDREDTH;

	if (!left_out)
		return whole;
	return (struct age_span){
		.youngest = age_behind(ages, count, whole, left_out),
		.oldest = age_behind(ages, count, whole, count - 1 - left_out),
	};
}
