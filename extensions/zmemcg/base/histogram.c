// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/histogram.h"

#include <inttypes.h>

#include "zmemcg/age_span.h"
#include "zmemcg/age_verdict.h"
#include "zmemcg/table.h"
#include "zmemcg/text.h"

#define MINUTE	60
#define HOUR	(60 * MINUTE)
#define DAY	(24 * HOUR)

enum {
	INTERVALS = 7,		/* and two lines for the words: nine */
	INNER = INTERVALS - 2,	/* with one before them and one behind */
	BAR = 40,		/* of the fullest interval */
};

/* Of an interval; beyond the last, it is doubled. */
static const int64_t widths[] = {
	1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE,
	30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 5 * DAY,
	10 * DAY, 20 * DAY, 50 * DAY, 100 * DAY,
};

/* Equal intervals, from the first to the last multiple of a width. */
struct scale {
	int64_t width, first, last;
};

static bool fits(struct age_span span, int64_t width, int intervals)
{
	return span.oldest / width - span.youngest / width < intervals;
}

static int64_t width_for(struct age_span span, int intervals)
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

static struct scale scale_for(struct age_span span, int intervals)
{
	const int64_t width = width_for(span, intervals);

	return (struct scale){ width, span.youngest / width, span.oldest / width };
}

/* Of all, or of those in the span, where these have finer intervals so. */
static struct scale scale_of(const int64_t *ages, size_t count)
{
	const struct scale whole = scale_for(age_span_whole(ages, count), INTERVALS);
	const struct scale inner = scale_for(age_span(ages, count), INNER);

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
	const struct age_span whole = age_span_whole(ages->seconds, count);
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

static void write_parts(struct text *out, const struct age_verdict *verdict)
{
	static const char *const words[] = {
		[AGE_TENTH] = "a tenth",
		[AGE_HUNDREDTHS] = "ten hundredths",
		[AGE_THOUSANDTHS] = "a hundred thousandths",
	};

	if (verdict->parts == AGE_WHOLE)
		text_format(out, "%" PRId64 " s", verdict->seconds);
	else
		text_format(out, "%s of the time", words[verdict->parts]);
}

/* The age behind the last one, as an interval has it. */
static void write_ends(struct text *out, const struct age_verdict *verdict)
{
	char from[32], to[32];

	if (!verdict->to)
		return;
	table_age(from, sizeof(from), verdict->from);
	table_age(to, sizeof(to), verdict->to);
	text_format(out, ", %s to %s", from, to);
}

/*
 * "burst: 66% of 150 exact ages within a tenth of the time, 0+00:00:03 to 0+00:00:04"; returns how
 * many it left out.
 */
static size_t write_verdict(struct text *out, const char *all, const char *kind, const int64_t *ages,
			    size_t count)
{
	const struct age_verdict verdict = age_verdict(ages, count);

	text_format(out, "%s: %u%% of %s%zu %s%s within ", verdict.word, verdict.percent, all, count,
		    kind, by_count(count, "age", "ages"));
	write_parts(out, &verdict);
	write_ends(out, &verdict);
	return verdict.left_out;
}

/* "(151 inferred, 6 left out, 3 without an age)", as far as there are any. */
static void write_rest(struct text *out, size_t inferred, size_t at_ends, size_t without)
{
	const struct { size_t count; const char *words; } parts[] = {
		{ inferred, "inferred" },
		{ at_ends, "left out" },
		{ without, "without an age" },
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
