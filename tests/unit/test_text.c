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

/* What text_wrap() makes of a line, at ten columns and an indentation of two. */
static const char *wrapped(const char *line)
{
	start_writing(&text);
	text_string(&text, "what is above stays as long as it is\n");
	text_string(&text, line);
	text_wrap(&text, 10, 2);
	text_flush(&text);
	return strchr(written, '\n') + 1;
}

static void a_line_is_broken_at_its_blanks(void **state)
{
	(void)state;
	assert_string_equal(wrapped("\n"), "\n");
	assert_string_equal(wrapped("ten columns\n"), "ten\n  columns\n");
	assert_string_equal(wrapped("0123456789\n"), "0123456789\n");
	assert_string_equal(wrapped("01 3456789 1\n"), "01 3456789\n  1\n");
	assert_string_equal(wrapped("a b c d e f g h i\n"), "a b c d e\n  f g h i\n");
	assert_string_equal(wrapped("a b c d e f g h i j k\n"), "a b c d e\n  f g h i\n  j k\n");
}

static void what_is_between_two_commas_stays_together(void **state)
{
	(void)state;
	assert_string_equal(wrapped("1 one, 2 two\n"), "1 one,\n  2 two\n");
	assert_string_equal(wrapped("1, two three\n"), "1, two\n  three\n");
}

static void a_word_is_not_broken(void **state)
{
	(void)state;
	assert_string_equal(wrapped("/a/path/that/is/longer\n"), "/a/path/that/is/longer\n");
	assert_string_equal(wrapped("of /a/path/that/is/longer it\n"), "of\n  /a/path/that/is/longer\n  it\n");
	assert_string_equal(wrapped("/a/path/that/is/longer it is\n"), "/a/path/that/is/longer\n  it is\n");
}

static void a_line_that_a_block_has_no_room_for_stays(void **state)
{
	(void)state;
	start_writing(&text);
	while (text.used + 12 < sizeof(text.block))
		text_string(&text, "x");
	text_string(&text, " two words\n");
	text_wrap(&text, 10, 2);
	assert_int_equal(text.used, sizeof(text.block) - 1);
	assert_memory_equal(text.block + text.used - 11, " two words\n", 11);
}

static void a_noun_goes_with_its_count(void **state)
{
	(void)state;
	assert_string_equal(by_count(0, "page", "pages"), "pages");
	assert_string_equal(by_count(1, "page", "pages"), "page");
	assert_string_equal(by_count(2, "page", "pages"), "pages");
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
		cmocka_unit_test(a_line_is_broken_at_its_blanks),
		cmocka_unit_test(what_is_between_two_commas_stays_together),
		cmocka_unit_test(a_word_is_not_broken),
		cmocka_unit_test(a_line_that_a_block_has_no_room_for_stays),
		cmocka_unit_test(a_noun_goes_with_its_count),
		cmocka_unit_test(a_line_longer_than_a_block_is_whole_in_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
