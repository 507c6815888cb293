// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/age_verdict.h"

#include "zmemcg/age_span.h"

enum {
	THOUSAND = 1000,	/* parts of the whole span */
	HUNDRED = 100,
	TENTHS = 10,
	TENTH = HUNDRED / TENTHS,
	FEWEST = 10,		/* that can be steady */

	/*
	 * The fewest that can be bursts. What comes by chance is in the fullest tenth of the parts
	 * the more, the fewer it is. So of a thousand parts, each drawn 1,500 times, 150 have 74%
	 * there, 79% at most; 200 have 59%, 68% at most; 300 have 47%, 53% at most; 600 have
	 * 38%. Of a hundred parts 30 have 47%, 67% at most. What comes evenly has less: 300 of a
	 * thousand parts have 33%. Three quarters are far above.
	 */
	FEWEST_OF_HUNDRED = 3 * HUNDRED / TENTHS,
	FEWEST_OF_THOUSAND = 3 * THOUSAND / TENTHS,
};

static bool is_within(int64_t age, struct age_span span)
{
	return age >= span.youngest && age <= span.oldest;
}

static int64_t seconds_of(struct age_span span)
{
	return span.oldest - span.youngest + 1;
}

/* A double has 53 bits: what is close to the end may be rounded up to it. */
static int part_of(int64_t age, struct age_span span)
{
	const double at = (age - span.youngest) * (double)THOUSAND / seconds_of(span);

	return at < THOUSAND ? (int)at : THOUSAND - 1;
}

/* How many are in each thousandth of the span; returns how many in all. */
static size_t count_parts(const int64_t *ages, size_t count, struct age_span span,
			  size_t in[THOUSAND])
{
	size_t within = 0;

	for (size_t i = 0; i < count; i++) {
		const int64_t age = age_of(ages[i]);

		if (!is_within(age, span))
			continue;
		in[part_of(age, span)]++;
		within++;
	}
	return within;
}

static int hundredth_of(int thousandth)
{
	return thousandth * HUNDRED / THOUSAND;
}

static void make_hundredths(const size_t thousandths[THOUSAND], size_t in[HUNDRED])
{
	for (int i = 0; i < THOUSAND; i++)
		in[hundredth_of(i)] += thousandths[i];
}

static size_t in_tenth(const size_t in[HUNDRED], int first)
{
	size_t sum = 0;

	for (int i = first; i < first + TENTH; i++)
		sum += in[i];
	return sum;
}

/* The hundredth that the tenth with the most begins with. */
static int fullest_tenth(const size_t in[HUNDRED])
{
	int fullest = 0;

	for (int first = 1; first <= HUNDRED - TENTH; first++) {
		if (in_tenth(in, first) > in_tenth(in, fullest))
			fullest = first;
	}
	return fullest;
}

/*
 * How many are in the fullest tenth of so many parts, wherever these are; they are empty then. One alone is no
 * burst: else what comes one by one would fill up what a single burst leaves of the three quarters.
 */
static size_t take_fullest(size_t *in, int parts)
{
	size_t sum = 0;

	for (int n = 0; n < parts / TENTHS; n++) {
		int fullest = 0;

		for (int i = 1; i < parts; i++)
			fullest = in[i] > in[fullest] ? i : fullest;
		if (in[fullest] < 2)
			break;
		sum += in[fullest];
		in[fullest] = 0;
	}
	return sum;
}

/* Of those in the tenth that begins with that hundredth. */
static void note_ends(struct age_verdict *verdict, const int64_t *ages, struct age_span span,
		      int first)
{
	verdict->from = span.oldest;
	for (size_t i = 0; i < verdict->count; i++) {
		const int64_t age = age_of(ages[i]);
		int hundredth;

		if (!is_within(age, span))
			continue;
		hundredth = hundredth_of(part_of(age, span));
		if (hundredth < first || hundredth >= first + TENTH)
			continue;
		verdict->from = age < verdict->from ? age : verdict->from;
		verdict->to = age >= verdict->to ? age + 1 : verdict->to;
	}
}

/* How many are in them, or none. The coarser parts come first: they say as much with less. */
static size_t look_for_bursts(struct age_verdict *verdict, size_t within,
			      size_t hundredths[HUNDRED], size_t thousandths[THOUSAND])
{
	const struct { enum age_parts parts; int count; size_t fewest, *in; } tries[] = {
		{ AGE_HUNDREDTHS, HUNDRED, FEWEST_OF_HUNDRED, hundredths },
		{ AGE_THOUSANDTHS, THOUSAND, FEWEST_OF_THOUSAND, thousandths },
	};

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		size_t in_fullest;

		if (verdict->seconds < tries[i].count || verdict->count < tries[i].fewest)
			return 0;
		in_fullest = take_fullest(tries[i].in, tries[i].count);
		if (4 * in_fullest < 3 * within)
			continue;
		verdict->word = "bursts";
		verdict->parts = tries[i].parts;
		return in_fullest;
	}
	return 0;
}

struct age_verdict age_verdict(const int64_t *ages, size_t count)
{
	const struct age_span span = age_span(ages, count);
	struct age_verdict verdict = { .count = count, .word = "steady", .parts = AGE_TENTH };
	size_t thousandths[THOUSAND] = { 0 }, hundredths[HUNDRED] = { 0 };
	const size_t within = count_parts(ages, count, span, thousandths);
	size_t most, in_bursts = 0;
	int first;

	if (!within)	/* of none */
		return (struct age_verdict){ 0 };
	make_hundredths(thousandths, hundredths);
	first = fullest_tenth(hundredths);
	most = in_tenth(hundredths, first);
	verdict.left_out = count - within;
	verdict.seconds = seconds_of(span);
	if (verdict.seconds < TENTHS) {
		verdict.parts = AGE_WHOLE;
		most = within;
	}
	if (count < FEWEST) {
		verdict.word = "few";
	} else if (2 * most < within) {
		in_bursts = look_for_bursts(&verdict, within, hundredths, thousandths);
	} else {
		verdict.word = "burst";
		if (verdict.parts == AGE_TENTH)
			note_ends(&verdict, ages, span, first);
	}
	verdict.percent = (uint64_t)(in_bursts ? in_bursts : most) * 100 / within;
	return verdict;
}
