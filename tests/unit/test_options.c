// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <string.h>

#include "zmemcg/options.h"

#define NO_MEMCGS	"-L is about the kernel, not about memcgs: it has no -a, -S, -t and no selectors"

static struct options options;
static char problem[256];
static char words[256];

/* "zmemcg -p x" as crash would hand it over. */
static bool parse(const char *line)
{
	char *argv[16], *word;
	int argc = 0;

	strcpy(words, line);
	for (word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	problem[0] = '\0';
	return options_parse(&options, argc, argv, problem, sizeof(problem));
}

static void nothing_asked_is_the_list(void **state)
{
	(void)state;
	assert_true(parse("zmemcg"));
	assert_int_equal(options.report, 0);
	assert_false(options.online);
	assert_false(options.scan);
	assert_false(options.users);
	assert_true(options.limit == UINT64_MAX);
	assert_int_equal(options.least_age, -1);
	assert_int_equal(options.selector_count, 0);
	assert_int_equal(options.format, FORMAT_TEXT);
}

static void everything_at_once(void **state)
{
	(void)state;
	assert_true(parse("zmemcg -p -aS -n 5 -t 60 -o json /a/* ffff888003c4a000"));
	assert_int_equal(options.report, 'p');
	assert_true(options.online);
	assert_true(options.scan);
	assert_int_equal(options.limit, 5);
	assert_int_equal(options.format, FORMAT_JSON);
	assert_int_equal(options.least_age, 60);
	assert_int_equal(options.selector_count, 2);
	assert_string_equal(options.selectors[1], "ffff888003c4a000");
}

static void groups_are_a_report(void **state)
{
	(void)state;
	assert_true(parse("zmemcg -g -n 5 /system.slice/*"));
	assert_int_equal(options.report, 'g');
	assert_int_equal(options.limit, 5);
	assert_int_equal(options.selector_count, 1);
}

static void the_kernel_has_its_forms(void **state)
{
	(void)state;
	assert_true(parse("zmemcg -L -o json"));
	assert_int_equal(options.report, 'L');
	assert_int_equal(options.format, FORMAT_JSON);
}

static void users_are_of_files(void **state)
{
	(void)state;
	assert_true(parse("zmemcg -u -f -n 5"));
	assert_true(options.users);
	assert_int_equal(options.report, 'f');
	assert_true(parse("zmemcg -aSfu"));
	assert_true(options.users && options.online && options.scan);
	assert_true(parse("zmemcg -f"));
	assert_false(options.users);
}

static void a_parse_leaves_nothing_for_the_next(void **state)
{
	(void)state;
	assert_true(parse("zmemcg -f -u -a -n 1 x"));
	assert_false(parse("zmemcg -Q"));
	nothing_asked_is_the_list(state);
}

static void bad_input_is_named(void **state)
{
	static const char *const cases[][2] = {
		{ "zmemcg -Q", "there is no option -Q: see \"help zmemcg\"" },
		{ "zmemcg -L -w", "-L and -w are two reports: one at a time" },
		{ "zmemcg -p -f", "-p and -f are two reports: one at a time" },
		{ "zmemcg -gk", "-g and -k are two reports: one at a time" },
		{ "zmemcg -u", "-u goes with -f: it names the tasks that use each file" },
		{ "zmemcg -p -u x", "-u goes with -f: it names the tasks that use each file" },
		{ "zmemcg -L -S", NO_MEMCGS },
		{ "zmemcg -aL", NO_MEMCGS },
		{ "zmemcg -t 0 -L", NO_MEMCGS },
		{ "zmemcg -L /system.slice/*", NO_MEMCGS },
		{ "zmemcg -n x", "-n needs a number of records, not \"x\"" },
		{ "zmemcg -n -1", "-n needs a number of records, not \"-1\"" },
		{ "zmemcg -n 99999999999999999999",
		  "-n needs a number of records, not \"99999999999999999999\"" },
		{ "zmemcg -n", "-n needs a number of records" },
		{ "zmemcg -o xml", "-o knows text, json, csv and folded, not \"xml\"" },
		{ "zmemcg -o", "-o needs a form: text, json, csv or folded" },
		{ "zmemcg -t 5m", "-t needs a number of seconds, not \"5m\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_false(parse(cases[i][0]));
		assert_string_equal(problem, cases[i][1]);
	}
}

static void addresses_are_long_hex(void **state)
{
	kaddr_t address;

	(void)state;
	assert_true(selector_is_address("ffff888003c4a000", &address));
	assert_true(address == 0xffff888003c4a000);
	assert_true(selector_is_address("0xFFFF888003C4A000", &address));
	assert_true(address == 0xffff888003c4a000);
	assert_false(selector_is_address("abc", &address));
	assert_false(selector_is_address("ffff888003c4a000.scope", &address));
	assert_false(selector_is_address("ffff888003c4a0000", &address));
	assert_false(selector_is_address("", &address));
}

static void a_glob_with_a_slash_means_the_whole_path(void **state)
{
	static const char path[] = "/user.slice/user-1000.slice/session-1.scope";

	(void)state;
	assert_true(selector_matches_path("/user.slice/*", path, path));
	assert_true(selector_matches_path(path, path, path));
	assert_false(selector_matches_path("/user.slice", path, path));
	assert_true(selector_matches_path("session-?.scope", path, path));
	assert_false(selector_matches_path("user*", path, path));
	assert_false(selector_matches_path("zzz", path, path));
}

static void a_path_may_be_given_as_it_is_printed(void **state)
{
	(void)state;
	assert_true(selector_matches_path("/a\\040b", "/a b", "/a\\040b"));
	assert_true(selector_matches_path("/a b", "/a b", "/a\\040b"));
	assert_true(selector_matches_path("/x[1]", "/x[1]", "/x[1]"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_asked_is_the_list),
		cmocka_unit_test(everything_at_once),
		cmocka_unit_test(groups_are_a_report),
		cmocka_unit_test(the_kernel_has_its_forms),
		cmocka_unit_test(users_are_of_files),
		cmocka_unit_test(a_parse_leaves_nothing_for_the_next),
		cmocka_unit_test(bad_input_is_named),
		cmocka_unit_test(addresses_are_long_hex),
		cmocka_unit_test(a_glob_with_a_slash_means_the_whole_path),
		cmocka_unit_test(a_path_may_be_given_as_it_is_printed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
