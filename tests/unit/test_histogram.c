// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>

#include "written.h"
#include "zmemcg/histogram.h"

#define DAY 86400

static const char *drawn_of(const struct age_list *ages)
{
	static struct text text;

	start_writing(&text);
	histogram_write(&text, ages);
	text_flush(&text);
	return written;
}

static const char *drawn(const int64_t *ages, size_t count)
{
	return drawn_of(&(struct age_list){ .seconds = ages, .exact = count });
}

static int lines_of(const char *text)
{
	int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}

static const char *last_line(const char *text)
{
	const char *line = text;

	for (; *text; text++)
		line = *text == '\n' && text[1] ? text + 1 : line;
	return line;
}

static void of_none_nothing_is_said(void **state)
{
	(void)state;
	assert_string_equal(drawn(NULL, 0), "");
}

static void intervals_are_drawn_to_the_fullest(void **state)
{
	const int64_t ages[] = { 0, 1, 5, 59, 60, 185, 190, 200, 230, 239, 239, 239 };

	(void)state;
	assert_string_equal(drawn(ages, 12),
		"  0+00:00:00 to   0+00:01:00        4  #######################\n"
		"  0+00:01:00 to   0+00:02:00        1  ######\n"
		"  0+00:02:00 to   0+00:03:00        0\n"
		"  0+00:03:00 to   0+00:04:00        7  ########################################\n"
		"steady: 33% of 12 within a tenth of the time\n");
}

static void empty_intervals_that_follow_each_other_are_one_line(void **state)
{
	const int64_t ages[] = { 2, 2, 6, 8 };

	(void)state;
	assert_string_equal(drawn(ages, 4),
		"  0+00:00:02 to   0+00:00:03        2  ########################################\n"
		"  0+00:00:03 to   0+00:00:06        0\n"
		"  0+00:00:06 to   0+00:00:07        1  ####################\n"
		"  0+00:00:07 to   0+00:00:08        0\n"
		"  0+00:00:08 to   0+00:00:09        1  ####################\n"
		"few: 100% of 4 within 7 s\n");
}

static void all_at_once_is_a_burst(void **state)
{
	int64_t ages[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		ages[i] = 40 * DAY + 7;
	assert_string_equal(drawn(ages, 1000),
		" 40+00:00:07 to  40+00:00:08     1000  ########################################\n"
		"burst: 100% of 1000 within 1 s\n");
}

static void one_by_one_is_steady(void **state)
{
	int64_t ages[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		ages[i] = 3 * DAY + i * 60;
	assert_string_equal(last_line(drawn(ages, 1000)),
			    "steady: 10% of 1000 within a tenth of the time\n");
}

static void half_in_a_tenth_is_a_burst_wherever_the_tenth_begins(void **state)
{
	int64_t ages[200];

	(void)state;
	for (int i = 0; i < 100; i++)
		ages[i] = i * 100;			/* 0 to 9,900 */
	for (int i = 0; i < 100; i++)
		ages[100 + i] = 4600 + i * 8;		/* 4,600 to 5,392: over a boundary of tenths */
	assert_memory_equal(last_line(drawn(ages, 200)), "burst: ", 7);
	for (int i = 0; i < 100; i++)
		ages[100 + i] = 3000 + i * 40;		/* 3,000 to 6,960 */
	assert_memory_equal(last_line(drawn(ages, 200)), "steady: ", 8);
}

static const char *last_line_of(const int64_t *ages, size_t exact, size_t inferred, size_t without)
{
	return last_line(drawn_of(&(struct age_list){ ages, exact, inferred, without }));
}

static void a_tenth_is_a_second_at_least(void **state)
{
	int64_t ages[100];

	(void)state;
	for (int i = 0; i < 100; i++)
		ages[i] = 100 + i % 9;
	assert_string_equal(last_line(drawn(ages, 100)), "burst: 100% of 100 within 9 s\n");
	for (int i = 0; i < 100; i++)
		ages[i] = 100 + i % 10;
	assert_string_equal(last_line(drawn(ages, 100)),
			    "steady: 10% of 100 within a tenth of the time\n");
	for (int i = 0; i < 40; i++)
		ages[i] = 103;
	assert_memory_equal(last_line(drawn(ages, 100)), "steady: 46% ", 12);
	for (int i = 0; i < 50; i++)
		ages[i] = 103;
	assert_memory_equal(last_line(drawn(ages, 100)), "burst: 55% ", 11);
}

static void inferred_ages_are_drawn_where_they_are_most(void **state)
{
	int64_t ages[1301] = { 1000 };

	(void)state;
	for (int i = 1; i <= 1300; i++)
		ages[i] = 1000 + i;
	assert_string_equal(last_line_of(ages, 1, 1300, 0),
			    "steady: 10% of 1301 within a tenth of the time (1300 of them inferred)\n");
	assert_int_equal(lines_of(written), 6);
	assert_string_equal(last_line_of(ages + 1, 0, 1300, 0),
			    "steady: 10% of 1300 within a tenth of the time (1300 of them inferred)\n");
}

static void what_is_left_out_is_told_by_kind(void **state)
{
	int64_t ages[40];

	(void)state;
	for (int i = 0; i < 20; i++) {
		ages[i] = 100;
		ages[20 + i] = 100000 * i;
	}
	assert_string_equal(last_line_of(ages, 20, 0, 0), "burst: 100% of 20 within 1 s\n");
	assert_string_equal(last_line_of(ages, 20, 20, 0),
			    "burst: 100% of 20 within 1 s (20 inferred left out)\n");
	assert_string_equal(last_line_of(ages, 20, 0, 3),
			    "burst: 100% of 20 within 1 s (3 without an age left out)\n");
	assert_string_equal(last_line_of(ages, 20, 5, 3),
			    "burst: 100% of 20 within 1 s (5 inferred left out, 3 without an age left out)\n");
	assert_string_equal(last_line_of(ages + 1, 19, 20, 3),
			    "burst: 53% of 39 within a tenth of the time "
			    "(20 of them inferred, 3 without an age left out)\n");
	assert_string_equal(drawn_of(&(struct age_list){ .without = 5 }), "");
}

static void too_few_are_neither(void **state)
{
	const int64_t ages[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

	(void)state;
	assert_memory_equal(last_line(drawn(ages, 9)), "few: ", 5);
}

static void any_span_takes_eight_lines_at_most(void **state)
{
	(void)state;
	for (int64_t span = 1; span < INT64_MAX / 4; span = span * 3 / 2 + 1) {
		for (int64_t start = 0; start < 1000; start += 333) {
			const int64_t ages[] = { start, start + span / 2, start + span };

			assert_in_range(lines_of(drawn(ages, 3)), 2, 8);
		}
	}
}

static void clock_that_was_set_back_makes_no_hole(void **state)
{
	const int64_t ages[] = { -5, INT64_MIN, 3 };

	(void)state;
	assert_string_equal(drawn(ages, 3),
		"  0+00:00:00 to   0+00:00:01        2  ########################################\n"
		"  0+00:00:01 to   0+00:00:03        0\n"
		"  0+00:00:03 to   0+00:00:04        1  ####################\n"
		"few: 100% of 3 within 4 s\n");
}

static void a_damaged_clock_s_ages_are_drawn_all_the_same(void **state)
{
	const int64_t ages[] = { 0, 1, INT64_MAX / 2, INT64_MAX - 1, INT64_MAX };

	(void)state;
	assert_true(lines_of(drawn(ages, 5)) <= 8);
	assert_string_equal(last_line(drawn(ages, 5)), "few: 60% of 5 within a tenth of the time\n");
	assert_true(lines_of(drawn(&ages[4], 1)) <= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_none_nothing_is_said),
		cmocka_unit_test(intervals_are_drawn_to_the_fullest),
		cmocka_unit_test(empty_intervals_that_follow_each_other_are_one_line),
		cmocka_unit_test(all_at_once_is_a_burst),
		cmocka_unit_test(one_by_one_is_steady),
		cmocka_unit_test(half_in_a_tenth_is_a_burst_wherever_the_tenth_begins),
		cmocka_unit_test(a_tenth_is_a_second_at_least),
		cmocka_unit_test(inferred_ages_are_drawn_where_they_are_most),
		cmocka_unit_test(what_is_left_out_is_told_by_kind),
		cmocka_unit_test(too_few_are_neither),
		cmocka_unit_test(any_span_takes_eight_lines_at_most),
		cmocka_unit_test(clock_that_was_set_back_makes_no_hole),
		cmocka_unit_test(a_damaged_clock_s_ages_are_drawn_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
