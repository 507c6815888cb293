// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawn.h"

static int lines_of(const char *text)
{
	int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
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
		"  0+00:03:00 to   0+00:04:00        7  ########################################\n"
		"steady: 33% of 12 exact ages within a tenth of the time\n");
}

static void empty_intervals_have_no_line(void **state)
{
	const int64_t ages[] = { 2, 2, 6, 8 };

	(void)state;
	assert_string_equal(drawn(ages, 4),
		"  0+00:00:02 to   0+00:00:03        2  ########################################\n"
		"  0+00:00:06 to   0+00:00:07        1  ####################\n"
		"  0+00:00:08 to   0+00:00:09        1  ####################\n"
		"few: 100% of 4 exact ages within 7 s\n");
}

/* Whatever part of them is inferred. */
static void all_ages_are_drawn_and_each_bar_has_its_kinds(void **state)
{
	int64_t ages[30];

	(void)state;
	for (int i = 0; i < 30; i++)		/* 10 exact, 5 of a minute and 5 of four; 20 inferred */
		ages[i] = i < 5 ? 60 : i < 10 ? 240 : i < 25 ? 120 : 240;
	assert_string_equal(drawn_of(&(struct age_list){ ages, 10, 20, 0 }),
		"  0+00:01:00 to   0+00:01:30        5  #############\n"
		"  0+00:02:00 to   0+00:02:30       15  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
		"  0+00:04:00 to   0+00:04:30       10  ##############~~~~~~~~~~~~~\n"
		"burst: 50% of 10 exact ages within a tenth of the time, 0+00:01:00 to 0+00:01:01\n"
		"burst: 50% of all 30 ages within a tenth of the time, 0+00:02:00 to 0+00:02:01 (20 inferred)\n");
}

static void a_kind_has_one_mark_at_least(void **state)
{
	int64_t ages[2003];

	(void)state;
	for (int i = 0; i < 2003; i++)
		ages[i] = 60;
	ages[1] = ages[2] = 120;
	assert_string_equal(drawn_of(&(struct age_list){ ages, 2, 2001, 0 }),
		"  0+00:01:00 to   0+00:01:01     2001  #~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
		"  0+00:01:01 to   0+00:02:01        2  #~\n"
		"few: 50% of 2 exact ages within a tenth of the time\n"
		"burst: 100% of all 2003 ages within 1 s (2001 inferred, 2 left out)\n");
	ages[1] = 60;
	assert_string_equal(drawn_of(&(struct age_list){ ages, 2002, 1, 0 }),
		"  0+00:01:00 to   0+00:01:01     2002  #######################################~\n"
		"  0+00:01:01 to   0+00:02:01        1  #\n"
		"burst: 100% of 2002 exact ages within 1 s (1 left out)\n"
		"burst: 100% of all 2003 ages within 1 s (1 inferred, 1 left out)\n");
}

/* The exact ones tell of a burst that the bounds of the others hide. */
static void neither_verdict_turns_on_one_of_them(void **state)
{
	int64_t ages[299];

	(void)state;
	for (int i = 0; i < 299; i++)
		ages[i] = i < 150 ? 1000 + i % 3 : 1000 + 10 * (i - 150);
	for (int i = 0; i < 20; i++)
		ages[i] = 1000 + 70 * i;
	for (size_t exact = 148; exact <= 152; exact++) {
		char last[128];
		const char *line = last_line(drawn_of(&(struct age_list){ ages, exact, 299 - exact, 0 }));

		snprintf(last, sizeof(last),
			 "steady: 49%% of all 299 ages within a tenth of the time "
			 "(%zu inferred, 2 left out)\n",
			 299 - exact);
		assert_string_equal(line, last);
		assert_non_null(strstr(written, "\nburst: 8"));
	}
}

static void ages_of_one_kind_have_one_verdict(void **state)
{
	int64_t ages[1301];

	(void)state;
	for (int i = 0; i < 1301; i++)
		ages[i] = 1000 + i;
	assert_string_equal(last_line_of(ages + 1, 0, 1300, 0),
			    "steady: 10% of 1300 inferred ages within a tenth of the time (26 left out)\n");
	assert_int_equal(lines_of(written), 6);
	assert_null(strchr(written, '#'));
	assert_string_equal(last_line_of(ages, 1301, 0, 0),
			    "steady: 10% of 1301 exact ages within a tenth of the time (26 left out)\n");
	assert_int_equal(lines_of(written), 6);
	assert_null(strchr(written, '~'));
	assert_string_equal(last_line_of(ages, 1, 1300, 0),
			    "steady: 10% of all 1301 ages within a tenth of the time "
			    "(1300 inferred, 26 left out)\n");
	assert_non_null(strstr(written, "\nfew: 100% of 1 exact age within 1 s\n"));
	assert_int_equal(lines_of(written), 7);
}

static void what_has_no_age_is_counted_behind_the_last(void **state)
{
	int64_t ages[40];

	(void)state;
	for (int i = 0; i < 20; i++) {
		ages[i] = 100;
		ages[20 + i] = 100000 * i;
	}
	assert_string_equal(last_line_of(ages, 20, 0, 3),
			    "burst: 100% of 20 exact ages within 1 s (3 without an age)\n");
	assert_string_equal(last_line_of(ages + 20, 0, 20, 3),
			    "steady: 10% of 20 inferred ages within a tenth of the time "
			    "(3 without an age)\n");
	assert_string_equal(last_line_of(ages, 20, 20, 3),
			    "burst: 55% of all 40 ages within a tenth of the time, 0+00:00:00 to 1+03:46:41 "
			    "(20 inferred, 3 without an age)\n");
	assert_non_null(strstr(written, "\nburst: 100% of 20 exact ages within 1 s\n"));
	assert_string_equal(drawn_of(&(struct age_list){ .without = 5 }), "");
}

/* One each ten minutes for a week, and one of last spring. */
static void one_that_is_far_away_changes_neither_word_nor_drawing(void **state)
{
	static const char week[] =
		"  0+00:00:00 to   2+00:00:00      288  ########################################\n"
		"  2+00:00:00 to   4+00:00:00      288  ########################################\n"
		"  4+00:00:00 to   6+00:00:00      288  ########################################\n";
	int64_t ages[1000];

	(void)state;
	for (int i = 0; i < 999; i++)
		ages[i] = i * 600;
	ages[999] = 200 * (int64_t)DAY;
	drawn(ages, 1000);
	assert_memory_equal(written, week, sizeof(week) - 1);
	assert_string_equal(written + sizeof(week) - 1,
		"  6+00:00:00 to   8+00:00:00      135  ###################\n"
		"  8+00:00:00 to 200+00:00:01        1  #\n"
		"steady: 10% of 1000 exact ages within a tenth of the time (20 left out)\n");
	for (int i = 0; i < 999; i++)
		ages[i] = 300 * (int64_t)DAY + i;
	assert_string_equal(drawn(ages, 1000),
		"200+00:00:00 to 300+00:00:00        1  #\n"
		"300+00:00:00 to 300+00:05:00      300  ########################################\n"
		"300+00:05:00 to 300+00:10:00      300  ########################################\n"
		"300+00:10:00 to 300+00:15:00      300  ########################################\n"
		"300+00:15:00 to 300+00:20:00       99  #############\n"
		"steady: 10% of 1000 exact ages within a tenth of the time (20 left out)\n");
}

static void a_hundredth_at_each_end_is_left_out_and_no_more(void **state)
{
	int64_t ages[200];

	(void)state;
	for (int i = 0; i < 200; i++)
		ages[i] = i < 197 ? 1000 + 10 * i : 1000000 + i;
	assert_memory_equal(last_line(drawn(ages, 200)), "burst: 99% of 200 ", 18);
	ages[197] = 1000;
	assert_string_equal(last_line(drawn(ages, 200)),
			    "steady: 10% of 200 exact ages within a tenth of the time (4 left out)\n");
	for (int i = 0; i < 99; i++)
		ages[i] = i < 98 ? 1000 + 10 * i : 1000000;
	assert_string_equal(last_line(drawn(ages, 99)),
			    "burst: 98% of 99 exact ages within a tenth of the time, 0+00:16:40 to 0+00:32:51\n");
}

static void any_span_takes_nine_lines_at_most(void **state)
{
	int64_t many[200];

	(void)state;
	for (int64_t span = 1; span < INT64_MAX / 4; span = span * 3 / 2 + 1) {
		for (int i = 0; i < 200; i++)
			many[i] = i == 199 ? span : 1000000 + i * 7919 % (i % 2 ? 1000 : 50000);
		assert_in_range(lines_of(drawn(many, 200)), 2, 8);
		many[0] = 0;
		assert_in_range(lines_of(drawn(many, 200)), 2, 8);
		drawn_of(&(struct age_list){ many, 100, 100, 0 });
		assert_in_range(lines_of(written), 3, 9);
	}
	for (int64_t span = 1; span < INT64_MAX / 4; span = span * 3 / 2 + 1) {
		for (int64_t start = 0; start < 1000; start += 333) {
			const int64_t ages[] = { start, start + span / 2, start + span };

			assert_in_range(lines_of(drawn(ages, 3)), 2, 8);
			drawn_of(&(struct age_list){ ages, 1, 2, 0 });
			assert_in_range(lines_of(written), 3, 9);
		}
	}
}

static void clock_that_was_set_back_makes_no_hole(void **state)
{
	const int64_t ages[] = { -5, INT64_MIN, 3 };

	(void)state;
	assert_string_equal(drawn(ages, 3),
		"  0+00:00:00 to   0+00:00:01        2  ########################################\n"
		"  0+00:00:03 to   0+00:00:04        1  ####################\n"
		"few: 100% of 3 exact ages within 4 s\n");
}

static void a_damaged_clock_s_ages_are_drawn_all_the_same(void **state)
{
	const int64_t ages[] = { 0, 1, INT64_MAX / 2, INT64_MAX - 1, INT64_MAX };

	(void)state;
	assert_true(lines_of(drawn(ages, 5)) <= 8);
	assert_string_equal(last_line(drawn(ages, 5)),
			    "few: 60% of 5 exact ages within a tenth of the time\n");
	assert_true(lines_of(drawn(&ages[4], 1)) <= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_none_nothing_is_said),
		cmocka_unit_test(intervals_are_drawn_to_the_fullest),
		cmocka_unit_test(empty_intervals_have_no_line),
		cmocka_unit_test(all_ages_are_drawn_and_each_bar_has_its_kinds),
		cmocka_unit_test(a_kind_has_one_mark_at_least),
		cmocka_unit_test(neither_verdict_turns_on_one_of_them),
		cmocka_unit_test(ages_of_one_kind_have_one_verdict),
		cmocka_unit_test(what_has_no_age_is_counted_behind_the_last),
		cmocka_unit_test(one_that_is_far_away_changes_neither_word_nor_drawing),
		cmocka_unit_test(a_hundredth_at_each_end_is_left_out_and_no_more),
		cmocka_unit_test(any_span_takes_nine_lines_at_most),
		cmocka_unit_test(clock_that_was_set_back_makes_no_hole),
		cmocka_unit_test(a_damaged_clock_s_ages_are_drawn_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
