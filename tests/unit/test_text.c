// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdio.h>

#include "written.h"

static struct text text;

static void the_last_line_is_there_when_all_is_flushed(void **state)
{
	(void)state;
	start_writing(&text);
	text_string(&text, "one\ntwo");
	text_flush(&text);
	assert_string_equal(written, "one\ntwo");
}

static void a_line_without_its_end_is_forgotten(void **state)
{
	(void)state;
	start_writing(&text);
	text_string(&text, "one\ntwo");
	text_flush_lines(&text);
	assert_string_equal(written, "one\n");
	text_flush(&text);
	assert_string_equal(written, "one\n");
}

static void full_blocks_are_whole_lines(void **state)
{
	char line[32];

	(void)state;
	start_writing(&text);
	for (int n = 10000; n < 20000; n++) {
		text_format(&text, "line %d\n", n);
		assert_true(!written_len || written[written_len - 1] == '\n');
	}
	assert_true(written_len > 0 && text.used > 0);
	text_flush(&text);
	assert_int_equal(written_len, 110000);
	for (int n = 10000; n < 20000; n++) {
		snprintf(line, sizeof(line), "line %d\n", n);
		assert_memory_equal(written + (n - 10000) * 11, line, 11);
	}
}

static void a_line_longer_than_a_block_is_whole_in_the_end(void **state)
{
	(void)state;
	start_writing(&text);
	for (int n = 0; n < 100000; n++)
		text_string(&text, "x");
	text_string(&text, "\n");
	text_flush_lines(&text);
	assert_int_equal(written_len, 100001);
	assert_int_equal(strspn(written, "x"), 100000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_line_is_there_when_all_is_flushed),
		cmocka_unit_test(a_line_without_its_end_is_forgotten),
		cmocka_unit_test(full_blocks_are_whole_lines),
		cmocka_unit_test(a_line_longer_than_a_block_is_whole_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
