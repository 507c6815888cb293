// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>

#include "zmemcg/arena.h"

/* The sanitizer's calloc() answers as libc's does. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static jmp_buf way_out;
static bool by_limit;

static void jump(void *arg, bool beyond_limit)
{
	*(int *)arg += 1;
	by_limit = beyond_limit;
	longjmp(way_out, 1);
}

static void memory_is_zeroed_aligned_and_apart(void **state)
{
	struct arena arena = { 0 };
	char *before = NULL;

	(void)state;
	for (size_t bytes = 1; bytes < 2000000; bytes = bytes * 3 + 1) {
		char *memory = arena_alloc(&arena, bytes);

		assert_int_equal((uintptr_t)memory % 16, 0);
		for (size_t i = 0; i < bytes; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, bytes);
		if (before)
			assert_int_equal((unsigned char)*before, 0xff);
		before = memory;
	}
	arena_free(&arena);
	assert_int_equal(arena.bytes, 0);
}

static void a_grown_array_keeps_its_elements(void **state)
{
	struct arena arena = { 0 };
	uint64_t *numbers = NULL;
	size_t room = 0;

	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		numbers = arena_grow(&arena, numbers, i, &room, sizeof(*numbers));
		numbers[i] = i * i;
	}
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(numbers[i], i * i);
	arena_free(&arena);
}

static void the_limit_is_kept(void **state)
{
	volatile int calls = 0;
	struct arena arena = { .limit = 1 << 20, .exhausted = jump,
			       .exhausted_arg = (void *)&calls };

	(void)state;
	arena_alloc(&arena, 1 << 19);
	if (!setjmp(way_out)) {
		arena_alloc(&arena, 1 << 20);
		fail_msg("memory beyond the limit");
	}
	assert_int_equal(calls, 1);
	assert_true(by_limit);
	assert_true(arena.bytes <= arena.limit);
	arena_free(&arena);
}

static void what_the_system_refuses_is_not_called_a_limit(void **state)
{
	volatile int calls = 0;
	struct arena arena = { .exhausted = jump, .exhausted_arg = (void *)&calls };

	(void)state;
	by_limit = true;
	if (!setjmp(way_out)) {
		arena_alloc(&arena, SIZE_MAX / 4);
		fail_msg("more memory than there is");
	}
	assert_int_equal(calls, 1);
	assert_false(by_limit);
	arena_free(&arena);
}

static void a_copy_ends_with_nul(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	assert_string_equal(arena_strndup(&arena, "session-1.scope", 7), "session");
	arena_free(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
		cmocka_unit_test(a_grown_array_keeps_its_elements),
		cmocka_unit_test(the_limit_is_kept),
		cmocka_unit_test(what_the_system_refuses_is_not_called_a_limit),
		cmocka_unit_test(a_copy_ends_with_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
