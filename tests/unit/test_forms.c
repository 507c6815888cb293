// SPDX-License-Identifier: GPL-2.0-or-later
/* The forms besides text: JSON, CSV, folded stacks. */
#include "test.h"

#include <string.h>

#include "written.h"
#include "zmemcg/csv.h"
#include "zmemcg/folded.h"
#include "zmemcg/json.h"

static struct text text;

static int start(void **state)
{
	(void)state;
	start_writing(&text);
	return 0;
}

static const char *all(void)
{
	text_flush(&text);
	return written;
}

static const struct column columns[] = {
	{ "INODE", 16, false }, { "PAGES", 8, true }, { "REST", 4, true }, { "AGE", 4, true },
	{ "FLAGS", 6, false }, { "PATH", 0, false },
};

static struct name named(const char *bracket, const char *path, bool deleted)
{
	return (struct name){ bracket, path, path ? strlen(path) : 0, deleted };
}

static void a_json_record_has_the_columns_as_keys(void **state)
{
	(void)state;
	json_record(&text, columns, 6, (struct cell[]){
		cell_address(0xffff888000001000), cell_count(3), cell_difference(-2),
		cell_age(90061, '\0'), cell_word("DM"), cell_name(named(NULL, "/a b", true)) });
	assert_string_equal(all(), "{\"inode\": \"ffff888000001000\", \"pages\": 3, \"rest\": -2, "
			    "\"age\": 90061, \"flags\": \"DM\", \"path\": \"/a b (deleted)\"}\n");
}

static void the_unknown_is_null_and_no_flag_is_empty(void **state)
{
	(void)state;
	json_record(&text, columns, 6, (struct cell[]){
		cell_address(0), cell_unknown(), cell_difference(0), cell_unknown(),
		cell_word("-"), cell_name(named(NULL, NULL, false)) });
	assert_string_equal(all(), "{\"inode\": null, \"pages\": null, \"rest\": 0, \"age\": null, "
			    "\"flags\": \"\", \"path\": null}\n");
}

static void a_bracket_is_not_escaped_twice(void **state)
{
	const struct cell cell = cell_name(named("[memfd a\\040\xc3\xa9\\134]", NULL, true));

	(void)state;
	json_cell(&text, &cell);
	assert_string_equal(all(), "\"[memfd a \xc3\xa9\\\\] (deleted)\"");
}

static void json_strings_hold_any_bytes(void **state)
{
	static const struct {
		const char *bytes, *json;
	} cases[] = {
		{ "\"\\\n\t\x7f", "\"\\\"\\\\\\u000a\\u0009\\u007f\"" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"" },
		{ "a\xff" "b", "\"a\\udcffb\"" },
		{ "\xc3", "\"\\udcc3\"" },			/* cut off */
		{ "\xc0\x80", "\"\\udcc0\\udc80\"" },		/* overlong */
		{ "\xe0\x80\x80", "\"\\udce0\\udc80\\udc80\"" },
		{ "\xed\xa0\x80", "\"\\udced\\udca0\\udc80\"" },	/* a surrogate */
		{ "\xf4\x90\x80\x80", "\"\\udcf4\\udc90\\udc80\\udc80\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		start(state);
		json_string(&text, cases[i].bytes, strlen(cases[i].bytes));
		assert_string_equal(all(), cases[i].json);
	}
}

static void csv_quotes_names_and_leaves_the_unknown_empty(void **state)
{
	(void)state;
	csv_heading(&text, columns, 6);
	csv_record(&text, (struct cell[]){
		cell_address(0), cell_count(3), cell_difference(-2), cell_unknown(), cell_word("-"),
		cell_name(named("[bdev vda]", "/a \"b\",\n", false)) }, 6);
	assert_string_equal(all(), "inode,pages,rest,age,flags,path\n"
			    ",3,-2,,,\"[bdev vda]/a\\040\"\"b\"\",\\012\"\n");
}

static void csv_quotes_a_word_with_a_comma(void **state)
{
	(void)state;
	csv_record(&text, (struct cell[]){ cell_count(1), cell_word("3r,5u"), cell_word("r--s") }, 3);
	assert_string_equal(all(), "1,\"3r,5u\",r--s\n");
}

static void a_json_record_can_have_records_inside(void **state)
{
	static const struct column inner[] = { { "PID", 7, true }, { "COMM", 0, false } };
	const struct cell cell = cell_count(3), cells[] = {
		cell_count(1), cell_name(named(NULL, "a b", false)),
		cell_count(7), cell_name(named(NULL, NULL, false)),
	};

	(void)state;
	json_begin(&text, columns + 1, 1, &cell);
	json_array(&text, "users", inner, 2, cells, 2);
	json_array(&text, "others", inner, 2, NULL, 0);
	json_end(&text);
	assert_string_equal(all(), "{\"pages\": 3, \"users\": [{\"pid\": 1, \"comm\": \"a b\"}, "
			    "{\"pid\": 7, \"comm\": null}], \"others\": []}\n");
}

/* A column that text has not, behind an age that it tells of. */
static const struct column dated[] = {
	{ "AGE", 11, true }, { "AGE_SOURCE", NOT_IN_TEXT, false }, { "PATH", 0, false },
};

static void an_inferred_age_says_so_in_each_form(void **state)
{
	const struct cell cells[] = {
		cell_age(90061, '~'), cell_word("last task"), cell_name(named(NULL, "/a", false)),
	};
	const struct cell estimated[] = {
		cell_age(7, '?'), cell_word("serial number"), cell_name(named(NULL, "/b", false)),
	};

	(void)state;
	json_record(&text, dated, 3, cells);
	csv_heading(&text, dated, 3);
	csv_record(&text, cells, 3);
	table_heading(&text, dated, 3);
	table_row(&text, dated, 3, cells);
	json_record(&text, dated, 3, estimated);
	csv_record(&text, estimated, 3);
	table_row(&text, dated, 3, estimated);
	assert_string_equal(all(), "{\"age\": 90061, \"age_source\": \"last task\", \"path\": \"/a\"}\n"
			    "age,age_source,path\n90061,last task,\"/a\"\n"
			    "        AGE  PATH\n~1+01:01:01  /a\n"
			    "{\"age\": 7, \"age_source\": \"serial number\", \"path\": \"/b\"}\n"
			    "7,serial number,\"/b\"\n?0+00:00:07  /b\n");
}

static void a_stack_is_the_path_and_its_leaf(void **state)
{
	const struct name cgroup = named(NULL, "/user.slice/a b;c.scope", false);
	const struct name root = named(NULL, "/", false), none = named(NULL, NULL, false);
	const struct name file = named(NULL, "/var/log/x;y", true), bdev = named("[bdev vda]", NULL, false);
	const struct name memfd = named("[memfd a;\\040b]", NULL, false);

	(void)state;
	folded_line(&text, &cgroup, &file, 7);
	folded_line(&text, &root, &bdev, 1);
	folded_line(&text, &none, &none, 2);
	folded_line(&text, &root, &memfd, 3);
	folded_line(&text, &cgroup, NULL, 1);
	assert_string_equal(all(), "user.slice;a\\040b\\073c.scope;/var/log/x\\073y_(deleted) 7\n"
			    "/;[bdev_vda] 1\n-;- 2\n/;[memfd_a\\073\\040b] 3\nuser.slice;a\\040b\\073c.scope 1\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_json_record_has_the_columns_as_keys, start),
		cmocka_unit_test_setup(the_unknown_is_null_and_no_flag_is_empty, start),
		cmocka_unit_test_setup(a_bracket_is_not_escaped_twice, start),
		cmocka_unit_test_setup(json_strings_hold_any_bytes, start),
		cmocka_unit_test_setup(csv_quotes_names_and_leaves_the_unknown_empty, start),
		cmocka_unit_test_setup(csv_quotes_a_word_with_a_comma, start),
		cmocka_unit_test_setup(a_json_record_can_have_records_inside, start),
		cmocka_unit_test_setup(an_inferred_age_says_so_in_each_form, start),
		cmocka_unit_test_setup(a_stack_is_the_path_and_its_leaf, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
