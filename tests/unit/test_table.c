// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>

#include "written.h"
#include "zmemcg/table.h"

static int start(void **state)
{
	static struct text text;

	start_writing(&text);
	*state = &text;
	return 0;
}

static void escaped_as_the_kernel_does(void **state)
{
	struct text *text = *state;
	char out[64];

	text_escaped(text, "a b\tc\nd\\e\033\177", 11);
	text_flush(text);
	assert_string_equal(written, "a\\040b\\011c\\012d\\134e\\033\\177");
	assert_int_equal(escape("a b", 3, out), 6);
	assert_string_equal(out, "a\\040b");
}

static void utf8_stays(void **state)
{
	struct text *text = *state;
	static const char word[] = "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";

	assert_int_equal(text_escaped(text, word, strlen(word)), strlen(word));
	text_flush(text);
	assert_string_equal(written, word);
}

static void long_text_goes_out_whole(void **state)
{
	struct text *text = *state;

	for (int i = 0; i < 20000; i++)
		text_format(text, "%06d\n", i);
	text_flush(text);
	assert_int_equal(written_len, 20000 * 7);
	assert_memory_equal(written + 9999 * 7, "009999\n", 7);
}

static void cells_are_aligned_and_split_on_blanks(void **state)
{
	static const struct column columns[] = {
		{ "MEMCG", 16, false }, { "REFS", 5, true }, { "AGE", 11, true },
		{ "CGROUP", 0, false },
	};
	struct text *text = *state;

	table_heading(text, columns, 4);
	table_row(text, columns, 4, (struct cell[]){
		cell_address(0xffff888003c4a000), cell_count(7), cell_age(93784, '\0'),
		cell_name((struct name){ .path = "/a b", .path_len = 4 }) });
	table_row(text, columns, 4, (struct cell[]){
		cell_address(0), cell_unknown(), cell_age(0, '\0'), cell_name((struct name){ 0 }) });
	text_flush(text);
	assert_string_equal(written,
		"MEMCG              REFS          AGE  CGROUP\n"
		"ffff888003c4a000      7   1+02:03:04  /a\\040b\n"
		"-                     -   0+00:00:00  -\n");
}

static void names_of_every_kind(void **state)
{
	static const struct column columns[] = { { "PATH", 0, false } };
	struct text *text = *state;
	const struct name names[] = {
		{ .path = "/mnt/x (deleted)", .path_len = 16 },
		{ .path = "/mnt/x", .path_len = 6, .deleted = true },
		{ .bracket = "[ext4 vdb]", .path = "/x", .path_len = 2 },
		{ .bracket = "[anon]" },
	};

	for (int i = 0; i < 4; i++)
		table_row(text, columns, 1, (struct cell[]){ cell_name(names[i]) });
	text_flush(text);
	assert_string_equal(written,
		"/mnt/x\\040(deleted)\n"
		"/mnt/x (deleted)\n"
		"[ext4 vdb]/x\n"
		"[anon]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(escaped_as_the_kernel_does, start),
		cmocka_unit_test_setup(utf8_stays, start),
		cmocka_unit_test_setup(long_text_goes_out_whole, start),
		cmocka_unit_test_setup(cells_are_aligned_and_split_on_blanks, start),
		cmocka_unit_test_setup(names_of_every_kind, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
