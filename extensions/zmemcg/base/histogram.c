// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/histogram.h"

#include <inttypes.h>

#include "zmemcg/table.h"
#include "zmemcg/text.h"

#define MINUTE	60
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

enum {
	INTERVALS = 7,		/* and a line for the word: eight */
	BAR = 40,		/* of the fullest interval */
	STEPS = 100,		/* of the whole span, for the word */
	TENTHS = 10,
	TENTH = STEPS / TENTHS,
	FEWEST = 10,		/* that can be steady */
};

/* Of an interval; beyond the last, it is doubled. */
static const int64_t widths[] = {
	1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE,
	30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY,
	10 * DAY, 20 * DAY, 50 * DAY, 100 * DAY,
};

struct span {
	int64_t youngest, oldest;
};

/* Ours: a clock that says more is damaged. Sums of a few of them are still numbers. */
#define AGE_LIMIT	(INT64_MAX / 4)

static int64_t age_of(int64_t age)
{
	return age < 0 ? 0 : age < AGE_LIMIT ? age : AGE_LIMIT;
}

static struct span span_of(const int64_t *ages, size_t count)
{
	struct span span = { INT64_MAX, 0 };

	for (size_t i = 0; i < count; i++) {
		const int64_t age = age_of(ages[i]);

		span.youngest = age < span.youngest ? age : span.youngest;
		span.oldest = age > span.oldest ? age : span.oldest;
	}
	return span;
}

static bool fits(struct span span, int64_t width)
{
	return span.oldest / width - span.youngest / width < INTERVALS;
}

static int64_t width_for(struct span span)
{
	int64_t width = 1;

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		width = widths[i];
		if (fits(span, width))
			return width;
	}
	while (!fits(span, width))
		width *= 2;
	return width;
}

static void write_interval(struct text *out, int64_t from, int64_t to, size_t in, size_t most)
{
	char begin[32], end[32];
	size_t bar = in ? (in * BAR + most / 2) / most : 0;

	table_age(begin, sizeof(begin), from);
	table_age(end, sizeof(end), to);
	text_format(out, "%12s to %12s %8zu", begin, end, in);
	if (in)
		text_string(out, "  ");
	for (bar += in && !bar; bar > 0; bar--)
		text_string(out, "#");
	text_string(out, "\n");
}

static void write_intervals(struct text *out, const int64_t *ages, size_t count, struct span span)
{
	const int64_t width = width_for(span), first = span.youngest / width;
	size_t in[INTERVALS] = { 0 }, most = 0;

	for (size_t i = 0; i < count; i++) {
		const size_t now_in = ++in[age_of(ages[i]) / width - first];

		most = now_in > most ? now_in : most;
	}
	for (int64_t i = first, next; i <= span.oldest / width; i = next) {
		next = i + 1;
		while (!in[i - first] && !in[next - first])	/* the last is never empty */
			next++;
		write_interval(out, i * width, next * width, in[i - first], most);
	}
}

/* A double has 53 bits: what is close to the end may be rounded up to it. */
static int step_of(int64_t past_youngest, double step)
{
	const double at = past_youngest / step;

	return at < STEPS ? (int)at : STEPS - 1;
}

/* The most that are in a tenth of the span, wherever it begins. */
static size_t fullest_tenth(const int64_t *ages, size_t count, struct span span)
{
	const double step = (span.oldest - span.youngest + 1) / (double)STEPS;
	size_t in[STEPS] = { 0 }, window = 0, most = 0;

	for (size_t i = 0; i < count; i++)
		in[step_of(age_of(ages[i]) - span.youngest, step)]++;
	for (int i = 0; i < STEPS; i++) {
		window += in[i];
		if (i >= TENTH)
			window -= in[i - TENTH];
		most = window > most ? window : most;
	}
	return most;
}

static void write_share(struct text *out, const int64_t *ages, size_t count, struct span span)
{
	const int64_t seconds = span.oldest - span.youngest + 1;
	const size_t most = seconds < TENTHS ? count : fullest_tenth(ages, count, span);
	const char *word = count < FEWEST ? "few" : 2 * most >= count ? "burst" : "steady";

	/* In percent, rounded down: half is said of no less. */
	text_format(out, "%s: %" PRIu64 "%% of %zu within ", word, (uint64_t)most * 100 / count,
		    count);
	if (seconds < TENTHS)
		text_format(out, "%" PRId64 " s", seconds);
	else
		text_string(out, "a tenth of the time");
}

/* What the share is of, where that is not of exact ages alone, or not of all. */
static void write_kinds(struct text *out, const struct age_list *ages, bool draws_all)
{
	const char *before = " (";

	if (ages->inferred) {
		text_format(out, draws_all ? "%s%zu of them inferred" : "%s%zu inferred left out",
			    before, ages->inferred);
		before = ", ";
	}
	if (ages->without)
		text_format(out, "%s%zu without an age left out", before, ages->without);
	text_string(out, ages->inferred || ages->without ? ")\n" : "\n");
}

void histogram_write(struct text *out, const struct age_list *ages)
{
	const bool draws_all = ages->exact < ages->inferred;
	const size_t count = ages->exact + (draws_all ? ages->inferred : 0);
	const struct span span = span_of(ages->seconds, count);

	if (!count)
		return;
	write_intervals(out, ages->seconds, count, span);
	write_share(out, ages->seconds, count, span);
	write_kinds(out, ages, draws_all);
}
