// SPDX-License-Identifier: GPL-2.0-or-later
#include "drawn.h"

#include "zmemcg/age_verdict.h"

static void all_at_once_is_a_burst(void **state)
{
	int64_t ages[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		ages[i] = 40 * DAY + 7;
	assert_string_equal(drawn(ages, 1000),
		" 40+00:00:07 to  40+00:00:08     1000  ########################################\n"
		"burst: 100% of 1000 exact ages within 1 s\n");
}

static void one_by_one_is_steady(void **state)
{
	int64_t ages[1000];

	(void)state;
	for (int i = 0; i < 1000; i++)
		ages[i] = 3 * DAY + i * 60;
	assert_string_equal(last_line(drawn(ages, 1000)),
			    "steady: 10% of 1000 exact ages within a tenth of the time (20 left out)\n");
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

static void a_tenth_is_a_second_at_least(void **state)
{
	int64_t ages[100];

	(void)state;
	for (int i = 0; i < 100; i++)
		ages[i] = 100 + i % 9;
	assert_string_equal(last_line(drawn(ages, 100)), "burst: 100% of 100 exact ages within 9 s\n");
	for (int i = 0; i < 100; i++)
		ages[i] = 100 + i % 10;
	assert_string_equal(last_line(drawn(ages, 100)),
			    "steady: 10% of 100 exact ages within a tenth of the time\n");
	for (int i = 0; i < 40; i++)
		ages[i] = 103;
	assert_memory_equal(last_line(drawn(ages, 100)), "steady: 46% ", 12);
	for (int i = 0; i < 50; i++)
		ages[i] = 103;
	assert_memory_equal(last_line(drawn(ages, 100)), "burst: 55% ", 11);
}

/* Two of 40 each, a day apart; twenty more come steadily between them. */
static void several_bursts_are_no_steady_stream(void **state)
{
	int64_t ages[100];

	(void)state;
	for (int i = 0; i < 100; i++)
		ages[i] = i < 40 ? i * 10 : i < 80 ? DAY + i * 10 : (i - 79) * (DAY / 21);
	assert_string_equal(last_line(drawn(ages, 100)),
			    "bursts: 79% of 100 exact ages within ten hundredths of the time (2 left out)\n");
	assert_string_equal(last_line_of(ages, 0, 80, 0),
			    "burst: 50% of 80 inferred ages within a tenth of the time, 0+00:00:00 to 0+00:06:31\n");
	for (int i = 0; i < 90; i++)		/* in three */
		ages[i] = i % 3 * DAY + i;
	assert_string_equal(last_line(drawn(ages, 90)),
			    "bursts: 100% of 90 exact ages within ten hundredths of the time\n");
}

static void what_can_be_chance_is_not_called_bursts(void **state)
{
	int64_t ages[1000];

	(void)state;
	for (int i = 0; i < 30; i++)		/* none has a neighbour in its hundredth, or each has two */
		ages[i] = i * 1000;
	assert_memory_equal(last_line(drawn(ages, 12)), "steady: 16% ", 12);
	assert_memory_equal(last_line(drawn(ages, 30)), "steady: 10% ", 12);
	for (int i = 0; i < 30; i++)
		ages[i] = i / 3 * 1000;
	assert_string_equal(last_line(drawn(ages, 30)),
			    "bursts: 100% of 30 exact ages within ten hundredths of the time\n");
	assert_memory_equal(last_line(drawn(ages, 29)), "steady: 10% ", 12);
	for (int i = 0; i < 1000; i++)		/* of 13 s ten hundredths are as many seconds */
		ages[i] = i % 13;
	assert_memory_equal(last_line(drawn(ages, 1000)), "steady: 15% ", 12);
}

/* So many ages of each night, in its first half hour; chance would have them over a boundary of hundredths. */
static void bursts_are_seen_however_many_there_are(void **state)
{
	int64_t ages[1400];

	(void)state;
	for (int nights = 8; nights <= 40; nights++) {
		for (int i = 0; i < 1400; i++)
			ages[i] = (int64_t)(i % nights) * DAY + i * 7919 % 1800;
		assert_memory_equal(last_line(drawn(ages, 1400)), "bursts: ", 8);
	}
	for (int i = 0; i < 1400; i++)
		ages[i] = (int64_t)(i % 14) * DAY + i * 7919 % 1800;
	assert_string_equal(last_line(drawn(ages, 1400)),
			    "bursts: 100% of 1400 exact ages within a hundred thousandths of the time (28 left out)\n");
	for (int i = 0; i < 1400; i++)		/* a minute of each hour */
		ages[i] = i % 24 * 3600 + i * 7919 % 60;
	assert_string_equal(last_line_of(ages, 0, 1400, 0),
			    "bursts: 100% of 1400 inferred ages within a hundred thousandths of the time (24 left out)\n");
	for (int i = 0; i < 1400; i++)		/* where both hold, the coarser is said */
		ages[i] = (int64_t)(i % 3) * DAY + i % 60;
	assert_string_equal(last_line(drawn(ages, 1400)),
			    "bursts: 100% of 1400 exact ages within ten hundredths of the time\n");
}

/* Three of each of a hundred places; the first and the last place are the ends that are left out. */
static void many_bursts_are_of_300_ages_in_1000_seconds(void **state)
{
	int64_t ages[300];

	(void)state;
	for (int i = 0; i < 300; i++)
		ages[i] = i / 3 * 10;
	for (int i = 294; i < 300; i++)
		ages[i] = 1009;
	assert_string_equal(last_line(drawn(ages, 300)),
			    "bursts: 100% of 300 exact ages within a hundred thousandths of the time (3 left out)\n");
	assert_int_equal(age_verdict(ages, 300).seconds, 1000);
	assert_memory_equal(last_line(drawn(ages, 299)), "steady: ", 8);
	for (int i = 294; i < 300; i++)
		ages[i] = 1008;
	assert_memory_equal(last_line(drawn(ages, 300)), "steady: ", 8);
	assert_int_equal(age_verdict(ages, 300).seconds, 999);
}

/* Of the 300, so many are alone, each in a thousandth of its own, some at each end; all others are in sixty places. */
static void many_bursts_have_three_quarters(void **state)
{
	int64_t ages[300];

	(void)state;
	for (int alone = 60; alone <= 100; alone++) {
		const int together = 300 - alone;

		for (int i = 0; i < together; i++)
			ages[i] = 205000 + i % 60 * 10000;
		for (int i = together; i < 300; i++)
			ages[i] = (i < 280 ? i - together : 700 + i) * 1000;
		assert_int_equal(age_verdict(ages, 300).left_out, 6);
		assert_int_equal(age_verdict(ages, 300).parts == AGE_THOUSANDTHS, 4 * together >= 3 * 294);
	}
}

/* A third of them and more is one burst, not several: the others come one by one. */
static void one_burst_among_a_stream_is_none_of_several(void **state)
{
	int64_t ages[300];

	(void)state;
	for (int together = 90; together <= 120; together += 10) {
		for (int i = 0; i < 300; i++)
			ages[i] = i < together ? 400000 + i : (int64_t)i * 7919 % 300 * 3000;
		assert_string_equal(age_verdict(ages, 300).word, "steady");
	}
}

/* A hundred streams by chance, of a linear congruential generator (Numerical Recipes). */
static void a_stream_by_chance_is_steady(void **state)
{
	uint32_t random = 1;
	int64_t ages[300];

	(void)state;
	for (int stream = 0; stream < 100; stream++) {
		for (int i = 0; i < 300; i++) {
			random = random * 1664525 + 1013904223;
			ages[i] = (random >> 8) % (7 * DAY);
		}
		assert_string_equal(age_verdict(ages, 300).word, "steady");
	}
}

static void a_burst_says_when_it_was(void **state)
{
	int64_t ages[12000];

	(void)state;
	for (int i = 0; i < 150; i++)		/* the tenth has 1,200 s, the burst in it 100 */
		ages[i] = i < 25 ? i * 100 : i < 50 ? 7400 + i * 100 : 3600 + i;
	assert_string_equal(last_line(drawn(ages, 150)),
			    "burst: 67% of 150 exact ages within a tenth of the time, 0+01:00:50 to 0+01:02:30 (2 left out)\n");
	for (int i = 0; i < 20; i++)		/* the youngest, and the oldest */
		ages[i] = i < 10 ? 7 : 100 + 10 * i;
	assert_string_equal(last_line(drawn(ages, 20)),
			    "burst: 50% of 20 exact ages within a tenth of the time, 0+00:00:07 to 0+00:00:08\n");
	for (int i = 0; i < 20; i++)
		ages[i] = i < 9 ? 10 * i : 3599;
	assert_string_equal(last_line_of(ages, 0, 20, 0),
			    "burst: 55% of 20 inferred ages within a tenth of the time, 0+00:59:59 to 0+01:00:00\n");
	for (int i = 0; i < 12000; i++)		/* with those that are there by chance */
		ages[i] = i < 3000 ? i * 8000 : 99 * DAY + i;
	assert_string_equal(last_line(drawn(ages, 12000)),
			    "burst: 78% of 12000 exact ages within a tenth of the time, 75+00:00:00 to 100+11:06:41 (240 left out)\n");
}

static void only_a_burst_in_a_tenth_says_when(void **state)
{
	int64_t ages[30];

	(void)state;
	for (int i = 0; i < 30; i++)
		ages[i] = 100 + i % 9;
	assert_int_equal(age_verdict(ages, 30).to, 0);
	assert_int_equal(age_verdict(ages, 30).parts, AGE_WHOLE);
	for (int i = 0; i < 30; i++)
		ages[i] = 100 + i;
	assert_int_equal(age_verdict(ages, 30).to, 0);
	for (int i = 0; i < 30; i++)
		ages[i] = i / 3 * 1000;
	assert_int_equal(age_verdict(ages, 30).to, 0);
	assert_int_equal(age_verdict(ages, 30).parts, AGE_HUNDREDTHS);
	for (int i = 0; i < 9; i++)
		ages[i] = i < 8 ? 5 : 100;
	assert_int_equal(age_verdict(ages, 9).to, 0);
	assert_int_equal(age_verdict(NULL, 0).to, 0);
}

static void a_verdict_is_its_parts(void **state)
{
	const int64_t ages[] = { 3, 3, 3, 3, 3, 3, 100, 200, 300, 402 };
	const struct age_verdict verdict = age_verdict(ages, 10), none = age_verdict(NULL, 0);

	(void)state;
	assert_string_equal(verdict.word, "burst");
	assert_int_equal(verdict.count, 10);
	assert_int_equal(verdict.seconds, 400);
	assert_int_equal(verdict.parts, AGE_TENTH);
	assert_int_equal(verdict.from, 3);
	assert_int_equal(verdict.to, 4);
	assert_int_equal(verdict.left_out, 0);
	assert_int_equal(verdict.percent, 60);
	assert_null(none.word);
	assert_int_equal(none.count, 0);
}

static void too_few_are_neither(void **state)
{
	const int64_t ages[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };

	(void)state;
	assert_memory_equal(last_line(drawn(ages, 9)), "few: ", 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_at_once_is_a_burst),
		cmocka_unit_test(one_by_one_is_steady),
		cmocka_unit_test(half_in_a_tenth_is_a_burst_wherever_the_tenth_begins),
		cmocka_unit_test(a_tenth_is_a_second_at_least),
		cmocka_unit_test(several_bursts_are_no_steady_stream),
		cmocka_unit_test(what_can_be_chance_is_not_called_bursts),
		cmocka_unit_test(bursts_are_seen_however_many_there_are),
		cmocka_unit_test(many_bursts_are_of_300_ages_in_1000_seconds),
		cmocka_unit_test(many_bursts_have_three_quarters),
		cmocka_unit_test(one_burst_among_a_stream_is_none_of_several),
		cmocka_unit_test(a_stream_by_chance_is_steady),
		cmocka_unit_test(a_burst_says_when_it_was),
		cmocka_unit_test(only_a_burst_in_a_tenth_says_when),
		cmocka_unit_test(a_verdict_is_its_parts),
		cmocka_unit_test(too_few_are_neither),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
