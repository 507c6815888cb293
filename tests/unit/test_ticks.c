// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "zmemcg/ticks.h"

#define HZ		250
#define AT_BOOT		((uint64_t)(uint32_t)(-300 * HZ))	/* include/linux/jiffies.h */
#define DAY		(86400ull * HZ)

static bool seconds_are(uint64_t now, uint64_t stamp, int bytes, uint64_t expected)
{
	uint64_t seconds;

	return ticks_ago(now, HZ, stamp, bytes, &seconds) && seconds == expected;
}

static bool is_none(uint64_t now, uint64_t stamp, int bytes)
{
	uint64_t seconds;

	return !ticks_ago(now, HZ, stamp, bytes, &seconds);
}

static void whole_seconds_count(void **state)
{
	const uint64_t now = AT_BOOT + 1000 * HZ;

	(void)state;
	assert_true(seconds_are(now, now, 8, 0));
	assert_true(seconds_are(now, now - HZ + 1, 8, 0));
	assert_true(seconds_are(now, now - HZ, 8, 1));
	assert_true(seconds_are(now, now - 999 * HZ, 8, 999));
}

static void jiffies_wrap_five_minutes_after_boot_and_are_the_same(void **state)
{
	const uint64_t before = AT_BOOT + 299 * HZ, after = before + 2 * HZ;

	(void)state;
	assert_true(before >> 32 == 0 && after >> 32 == 1);
	assert_true(seconds_are(after, before, 8, 2));
	assert_true(seconds_are(after, before, 4, 2));
	assert_true(seconds_are(after, (uint32_t)after, 4, 0));
	assert_true(seconds_are(after + DAY, (uint32_t)after, 4, 86400));
}

static void four_bytes_reach_back_over_their_half(void **state)
{
	const uint64_t now = AT_BOOT + 190 * DAY, stamp = now - 150 * DAY;

	(void)state;
	assert_true(150 * DAY > UINT32_MAX / 2);
	assert_true(seconds_are(now, (uint32_t)stamp, 4, 150 * 86400));
}

static void set_ahead_is_now(void **state)
{
	const uint64_t now = AT_BOOT + 1000 * HZ;

	(void)state;
	assert_true(seconds_are(now, now + HZ, 8, 0));
	assert_true(seconds_are(now, (uint32_t)(now + HZ), 4, 0));
	assert_true(is_none(now, now + 3 * HZ, 8));
	assert_true(is_none(now, (uint32_t)(now + 3 * HZ), 4));
}

static void nothing_is_from_before_the_boot(void **state)
{
	const uint64_t now = AT_BOOT + 1000 * HZ;

	(void)state;
	assert_true(seconds_are(now, AT_BOOT, 8, 1000));
	assert_true(is_none(now, AT_BOOT - 1, 8));
	assert_true(is_none(now, 1, 8));
	assert_true(is_none(now, 0xdead4ead00000000, 8));
}

static void without_the_ticks_of_a_second_there_is_no_date(void **state)
{
	uint64_t seconds;

	(void)state;
	assert_false(ticks_ago(AT_BOOT + 1000, 0, AT_BOOT, 8, &seconds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_seconds_count),
		cmocka_unit_test(jiffies_wrap_five_minutes_after_boot_and_are_the_same),
		cmocka_unit_test(four_bytes_reach_back_over_their_half),
		cmocka_unit_test(set_ahead_is_now),
		cmocka_unit_test(nothing_is_from_before_the_boot),
		cmocka_unit_test(without_the_ticks_of_a_second_there_is_no_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
