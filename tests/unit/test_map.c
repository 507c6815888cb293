// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "zmemcg/arena.h"
#include "zmemcg/map.h"

static void an_empty_map_has_nothing(void **state)
{
	struct arena arena = { 0 };
	struct map map;

	(void)state;
	map_init(&map, &arena);
	assert_null(map_get(&map, 0));
	assert_null(map_get(&map, 0xffff888000000000));
	arena_free(&arena);
}

static void each_key_finds_its_own_value(void **state)
{
	static int values[50000];
	const size_t count = sizeof(values) / sizeof(values[0]);
	struct arena arena = { 0 };
	struct map map;

	(void)state;
	map_init(&map, &arena);
	for (size_t i = 0; i < count; i++)	/* as slab objects lie */
		assert_true(map_put(&map, 0xffff888000000000 + i * 64, &values[i]));
	assert_int_equal(map.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(map_get(&map, 0xffff888000000000 + i * 64), &values[i]);
		assert_null(map_get(&map, 0xffff888000000020 + i * 64));
	}
	arena_free(&arena);
}

static void the_first_value_stays(void **state)
{
	struct arena arena = { 0 };
	struct map map;
	int first, second;

	(void)state;
	map_init(&map, &arena);
	assert_true(map_put(&map, 0, &first));
	assert_false(map_put(&map, 0, &second));
	assert_ptr_equal(map_get(&map, 0), &first);
	assert_int_equal(map.count, 1);
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_map_has_nothing),
		cmocka_unit_test(each_key_finds_its_own_value),
		cmocka_unit_test(the_first_value_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
