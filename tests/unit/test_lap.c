// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "zmemcg/lap.h"

#define LONGEST	200

/* A chain that goes into a circle: so many steps before it, so many in it. */
static uint64_t place(uint64_t steps, uint64_t before, uint64_t circle)
{
	return steps < before ? steps : before + (steps - before) % circle;
}

static void each_circle_is_left_after_three_laps(void **state)
{
	(void)state;
	for (uint64_t before = 0; before < LONGEST; before++) {
		for (uint64_t circle = 1; circle < LONGEST; circle++) {
			struct lap lap = { 0 };
			uint64_t steps = 0;

			while (!lap_came_back(&lap, place(steps, before, circle), 0))
				steps++;
			assert_in_range(steps, before + circle, 3 * (before + circle));
		}
	}
}

static void what_is_no_circle_goes_on(void **state)
{
	struct lap lap = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 100000; i++)
		assert_false(lap_came_back(&lap, i, 0));
}

static void both_addresses_count(void **state)
{
	struct lap lap = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		assert_false(lap_came_back(&lap, 0, i));
	assert_false(lap_came_back(&lap, 1, 1022));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_circle_is_left_after_three_laps),
		cmocka_unit_test(what_is_no_circle_goes_on),
		cmocka_unit_test(both_addresses_count),
	};

	return cmocka_run_group_tests_name("lap", tests, NULL, NULL);
}
