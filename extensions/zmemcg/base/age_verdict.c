// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/age_verdict.h"

#include "zmemcg/age_span.h"

enum {
	STEPS = 100,		/* of the whole span */
	TENTHS = 10,
	TENTH = STEPS / TENTHS,
	FEWEST = 10,		/* that can be steady */
	FEWEST_OF_BURSTS = 30,	/* of so many that come by chance ten hundredths have half */
};

static bool is_within(int64_t age, struct age_span span)
{
	return age >= span.youngest && age <= span.oldest;
}

/* A double has 53 bits: what is close to the end may be rounded up to it. */
static int step_of(int64_t past_youngest, double step)
{
	const double at = past_youngest / step;

	return at < STEPS ? (int)at : STEPS - 1;
}

/* How many are in each hundredth of the span; returns how many in all. */
static size_t count_steps(const int64_t *ages, size_t count, struct age_span span, size_t in[STEPS])
{
	const double step = (span.oldest - span.youngest + 1) / (double)STEPS;
	size_t within = 0;

	for (size_t i = 0; i < count; i++) {
		const int64_t age = age_of(ages[i]);

		if (!is_within(age, span))
			continue;
		in[step_of(age - span.youngest, step)]++;
		within++;
	}
	return within;
}

/* The most that are in a tenth of the span, wherever it begins. */
static size_t fullest_tenth(const size_t in[STEPS])
{
	size_t window = 0, most = 0;

	for (int i = 0; i < STEPS; i++) {
		window += in[i];
		if (i >= TENTH)
			window -= in[i - TENTH];
		most = window > most ? window : most;
	}
	return most;
}

/* How many are in the ten fullest hundredths together, wherever they are. */
static size_t fullest_steps(const size_t in[STEPS])
{
	bool taken[STEPS] = { false };
	size_t sum = 0;

	for (int n = 0; n < TENTH; n++) {
		int fullest = -1;

		for (int i = 0; i < STEPS; i++) {
			if (!taken[i] && (fullest < 0 || in[i] > in[fullest]))
				fullest = i;
		}
		taken[fullest] = true;
		sum += in[fullest];
	}
	return sum;
}

struct age_verdict age_verdict(const int64_t *ages, size_t count)
{
	const struct age_span span = age_span(ages, count);
	struct age_verdict verdict = { .count = count };
	size_t in[STEPS] = { 0 }, most, in_steps;
	const size_t within = count_steps(ages, count, span, in);

	if (!within)	/* of none */
		return verdict;
	in_steps = fullest_steps(in);
	verdict.left_out = count - within;
	verdict.seconds = span.oldest - span.youngest + 1;
	verdict.has_tenths = verdict.seconds >= TENTHS;
	most = verdict.has_tenths ? fullest_tenth(in) : within;
	verdict.word = count < FEWEST ? "few" : 2 * most >= within ? "burst" : "steady";
	verdict.several = verdict.seconds >= STEPS && within >= FEWEST_OF_BURSTS &&
			  2 * most < within && 4 * in_steps >= 3 * within;
	if (verdict.several) {
		verdict.word = "bursts";
		most = in_steps;
	}
	verdict.percent = (uint64_t)most * 100 / within;
	return verdict;
}
