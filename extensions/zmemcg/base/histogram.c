// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/histogram.h"

#include <inttypes.h>

#include "zmemcg/table.h"
#include "zmemcg/text.h"

#define MINUTE	60
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

enum {
	INTERVALS = 7,		/* and two lines for the words: nine */
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

/* How many things an interval has, by what their ages are worth. */
struct interval {
	size_t exact, inferred;
};

static size_t all_in(const struct interval *interval)
{
	return interval->exact + interval->inferred;
}

/* Of each kind that is there at least one mark; all others as the fullest interval has them. */
static size_t bar_of(const struct interval *interval, size_t most)
{
	const size_t kinds = !!interval->exact + !!interval->inferred;
	const size_t bar = kinds ? (all_in(interval) * BAR + most / 2) / most : 0;

	return bar > kinds ? bar : kinds;
}

/* Of so long a bar the marks of the exact ones; what is left is of the inferred ones. */
static size_t exact_part(const struct interval *interval, size_t bar)
{
	const size_t all = all_in(interval);
	const size_t marks = all ? (interval->exact * bar + all / 2) / all : 0;

	if (interval->exact && !marks)
		return 1;
	return interval->inferred && marks == bar ? bar - 1 : marks;
}

static void write_marks(struct text *out, const char *mark, size_t count)
{
	while (count--)
		text_string(out, mark);
}

static void write_interval(struct text *out, int64_t from, int64_t to,
			   const struct interval *interval, size_t most)
{
	const size_t bar = bar_of(interval, most), exact = exact_part(interval, bar);
	char begin[32], end[32];

	table_age(begin, sizeof(begin), from);
	table_age(end, sizeof(end), to);
	text_format(out, "%12s to %12s %8zu", begin, end, all_in(interval));
	if (bar)
		text_string(out, "  ");
	write_marks(out, "#", exact);
	write_marks(out, "~", bar - exact);
	text_string(out, "\n");
}

static void write_intervals(struct text *out, const struct age_list *ages)
{
	const size_t count = ages->exact + ages->inferred;
	const struct span span = span_of(ages->seconds, count);
	const int64_t width = width_for(span), first = span.youngest / width;
	struct interval in[INTERVALS] = { 0 };
	size_t most = 1;

	for (size_t i = 0; i < count; i++) {
		struct interval *interval = &in[age_of(ages->seconds[i]) / width - first];

		if (i < ages->exact)
			interval->exact++;
		else
			interval->inferred++;
		most = all_in(interval) > most ? all_in(interval) : most;
	}
	for (int64_t i = first, next; i <= span.oldest / width; i = next) {
		next = i + 1;
		while (!all_in(&in[i - first]) && !all_in(&in[next - first]))	/* the last is never empty */
			next++;
		write_interval(out, i * width, next * width, &in[i - first], most);
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

struct age_verdict histogram_verdict(const int64_t *ages, size_t count)
{
	const struct span span = span_of(ages, count);
	struct age_verdict verdict = { .count = count };
	size_t most;

	if (!count)
		return verdict;
	verdict.seconds = span.oldest - span.youngest + 1;
	verdict.has_tenths = verdict.seconds >= TENTHS;
	most = verdict.has_tenths ? fullest_tenth(ages, count, span) : count;
	verdict.word = count < FEWEST ? "few" : 2 * most >= count ? "burst" : "steady";
	verdict.percent = (uint64_t)most * 100 / count;
	return verdict;
}

/* "burst: 66% of 150 exact ages within a tenth of the time" */
static void write_verdict(struct text *out, const char *all, const char *kind, const int64_t *ages,
			  size_t count)
{
	const struct age_verdict verdict = histogram_verdict(ages, count);

	text_format(out, "%s: %u%% of %s%zu %s%s within ", verdict.word, verdict.percent, all, count,
		    kind, by_count(count, "age", "ages"));
	if (verdict.has_tenths)
		text_string(out, "a tenth of the time");
	else
		text_format(out, "%" PRId64 " s", verdict.seconds);
}

/* What the drawing has not. */
static void write_rest(struct text *out, const char *before, const struct age_list *ages)
{
	if (ages->without)
		text_format(out, "%s%zu without an age left out", before, ages->without);
}

static void write_verdicts(struct text *out, const struct age_list *ages)
{
	const size_t all = ages->exact + ages->inferred;

	if (!ages->exact || !ages->inferred) {
		write_verdict(out, "", ages->exact ? "exact " : "inferred ", ages->seconds, all);
		write_rest(out, " (", ages);
		text_string(out, ages->without ? ")\n" : "\n");
		return;
	}
	write_verdict(out, "", "exact ", ages->seconds, ages->exact);
	text_string(out, "\n");
	write_verdict(out, "all ", "", ages->seconds, all);
	text_format(out, " (%zu of them inferred", ages->inferred);
	write_rest(out, ", ", ages);
	text_string(out, ")\n");
}

void histogram_write(struct text *out, const struct age_list *ages)
{
	if (!(ages->exact + ages->inferred))
		return;
	write_intervals(out, ages);
	write_verdicts(out, ages);
}
