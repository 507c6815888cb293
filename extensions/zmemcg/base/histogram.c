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
	INNER = INTERVALS - 2,	/* with one before them and one behind */
	BAR = 40,		/* of the fullest interval */
	STEPS = 100,		/* of the whole span, for the word */
	TENTHS = 10,
	TENTH = STEPS / TENTHS,
	FEWEST = 10,		/* that can be steady */
	FEWEST_OF_BURSTS = 30,	/* of so many that come by chance ten hundredths have half */
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

static size_t count_up_to(const int64_t *ages, size_t count, int64_t limit)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += age_of(ages[i]) <= limit;
	return found;
}

static struct span whole_span(const int64_t *ages, size_t count)
{
	struct span span = { INT64_MAX, 0 };

	for (size_t i = 0; i < count; i++) {
		const int64_t age = age_of(ages[i]);

		span.youngest = age < span.youngest ? age : span.youngest;
		span.oldest = age > span.oldest ? age : span.oldest;
	}
	return span;
}

/* The age that so many are younger than, as they stand in order. */
static int64_t age_behind(const int64_t *ages, size_t count, struct span whole, size_t younger)
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

/* Without a hundredth of them at each end: a single one that is far away says nothing of the others. */
static struct span span_of(const int64_t *ages, size_t count)
{
	const struct span whole = whole_span(ages, count);
	const size_t left_out = count / STEPS;

	if (!left_out)
		return whole;
	return (struct span){
		.youngest = age_behind(ages, count, whole, left_out),
		.oldest = age_behind(ages, count, whole, count - 1 - left_out),
	};
}

static bool is_within(int64_t age, struct span span)
{
	return age >= span.youngest && age <= span.oldest;
}

/* Equal intervals, from the first to the last multiple of a width. */
struct scale {
	int64_t width, first, last;
};

static bool fits(struct span span, int64_t width, int intervals)
{
	return span.oldest / width - span.youngest / width < intervals;
}

static int64_t width_for(struct span span, int intervals)
{
	int64_t width = 1;

	for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++) {
		width = widths[i];
		if (fits(span, width, intervals))
			return width;
	}
	while (!fits(span, width, intervals))
		width *= 2;
	return width;
}

static struct scale scale_for(struct span span, int intervals)
{
	const int64_t width = width_for(span, intervals);

	return (struct scale){ width, span.youngest / width, span.oldest / width };
}

/* Of all, or of those in the span, where these have finer intervals so. */
static struct scale scale_of(const int64_t *ages, size_t count)
{
	const struct scale whole = scale_for(whole_span(ages, count), INTERVALS);
	const struct scale inner = scale_for(span_of(ages, count), INNER);

	return inner.width < whole.width ? inner : whole;
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
	const size_t bar = (all_in(interval) * BAR + most / 2) / most;

	return bar > kinds ? bar : kinds;
}

/* Of so long a bar the marks of the exact ones; what is left is of the inferred ones. */
static size_t exact_part(const struct interval *interval, size_t bar)
{
	const size_t all = all_in(interval);
	size_t marks;

	if (!interval->exact || !interval->inferred)
		return interval->exact ? bar : 0;
	marks = (interval->exact * bar + all / 2) / all;
	if (!marks)
		return 1;
	return marks == bar ? bar - 1 : marks;
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
	text_format(out, "%12s to %12s %8zu  ", begin, end, all_in(interval));
	write_marks(out, "#", exact);
	write_marks(out, "~", bar - exact);
	text_string(out, "\n");
}

/* Behind the interval of what is younger; the one of what is older stands last. */
static int place_of(int64_t age, struct scale scale)
{
	const int64_t place = age / scale.width;

	if (place < scale.first)
		return 0;
	return (int)((place > scale.last ? scale.last + 1 : place) - scale.first) + 1;
}

/* Empty ones are seen by the ends of those around them. */
static void write_scale(struct text *out, struct scale scale, const struct interval *in, size_t most)
{
	for (int64_t i = scale.first; i <= scale.last; i++) {
		if (all_in(&in[i - scale.first]))
			write_interval(out, i * scale.width, (i + 1) * scale.width,
				       &in[i - scale.first], most);
	}
}

static void write_intervals(struct text *out, const struct age_list *ages)
{
	const size_t count = ages->exact + ages->inferred;
	const struct span whole = whole_span(ages->seconds, count);
	const struct scale scale = scale_of(ages->seconds, count);
	const int older = (int)(scale.last - scale.first) + 2;
	struct interval in[INTERVALS + 2] = { 0 };
	size_t most = 1;

	for (size_t i = 0; i < count; i++) {
		struct interval *interval = &in[place_of(age_of(ages->seconds[i]), scale)];

		if (i < ages->exact)
			interval->exact++;
		else
			interval->inferred++;
		most = all_in(interval) > most ? all_in(interval) : most;
	}
	if (all_in(&in[0]))
		write_interval(out, whole.youngest, scale.first * scale.width, &in[0], most);
	write_scale(out, scale, &in[1], most);
	if (all_in(&in[older]))
		write_interval(out, (scale.last + 1) * scale.width, whole.oldest + 1, &in[older], most);
}

/* A double has 53 bits: what is close to the end may be rounded up to it. */
static int step_of(int64_t past_youngest, double step)
{
	const double at = past_youngest / step;

	return at < STEPS ? (int)at : STEPS - 1;
}

/* How many are in each hundredth of the span; returns how many in all. */
static size_t count_steps(const int64_t *ages, size_t count, struct span span, size_t in[STEPS])
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

struct age_verdict histogram_verdict(const int64_t *ages, size_t count)
{
	const struct span span = span_of(ages, count);
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

/* "burst: 66% of 150 exact ages within a tenth of the time"; returns how many it left out. */
static size_t write_verdict(struct text *out, const char *all, const char *kind, const int64_t *ages,
			    size_t count)
{
	const struct age_verdict verdict = histogram_verdict(ages, count);

	text_format(out, "%s: %u%% of %s%zu %s%s within ", verdict.word, verdict.percent, all, count,
		    kind, by_count(count, "age", "ages"));
	if (verdict.several)
		text_string(out, "ten hundredths of the time");
	else if (verdict.has_tenths)
		text_string(out, "a tenth of the time");
	else
		text_format(out, "%" PRId64 " s", verdict.seconds);
	return verdict.left_out;
}

/* "(151 inferred, 6 at the ends left out, 3 without an age left out)", as far as there are any. */
static void write_rest(struct text *out, size_t inferred, size_t at_ends, size_t without)
{
	const struct { size_t count; const char *words; } parts[] = {
		{ inferred, "inferred" },
		{ at_ends, "at the ends left out" },
		{ without, "without an age left out" },
	};
	const char *before = " (";

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!parts[i].count)
			continue;
		text_format(out, "%s%zu %s", before, parts[i].count, parts[i].words);
		before = ", ";
	}
	text_string(out, *before == ',' ? ")\n" : "\n");
}

static void write_verdicts(struct text *out, const struct age_list *ages)
{
	const size_t all = ages->exact + ages->inferred;
	size_t at_ends;

	if (!ages->exact || !ages->inferred) {
		at_ends = write_verdict(out, "", ages->exact ? "exact " : "inferred ", ages->seconds, all);
		write_rest(out, 0, at_ends, ages->without);
		return;
	}
	at_ends = write_verdict(out, "", "exact ", ages->seconds, ages->exact);
	write_rest(out, 0, at_ends, 0);
	at_ends = write_verdict(out, "all ", "", ages->seconds, all);
	write_rest(out, ages->inferred, at_ends, ages->without);
}

void histogram_write(struct text *out, const struct age_list *ages)
{
	if (!(ages->exact + ages->inferred))
		return;
	write_intervals(out, ages);
	write_verdicts(out, ages);
}
