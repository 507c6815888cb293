// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * layout takes what it knows from a lookup, so a kernel that nobody here has is a text.
 *
 * Without arguments, the tests. With files, prints of each what zmemcg -L would make of
 * it, and ends with 1 where that differs from what the file says. It runs from anywhere: what
 * it needs of the project stands where the program is.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "zmemcg/answers.h"
#include "zmemcg/layout.h"
#include "zmemcg/layout_rows.h"
#include "zmemcg/regime.h"

#include "lookup.h"

#define MEASURED	"docs/layouts"		/* by zmemcg -L */
#define DERIVED		"tests/unit/layouts"	/* from what is known of the kernel */

#define MEM_CGROUP	"page.mem_cgroup, the memcg"
#define MEMCG_DATA	"page.memcg_data, the memcg or its obj_cgroup"
#define OBJCG		"page.memcg_data, its obj_cgroup"
#define BY_TYPE		"told by the page's type"
#define BY_BIT		"told by a bit of page.memcg_data"
#define CLASSIC		"classic"
#define GENERATIONS	"classic, and multi-generational"
#define SINGLY		"one for each base page"
#define OUTSIDE		"percpu_ref_data.count"
#define INSIDE		"percpu_ref.count, in place"

#define ONE		"one"
#define NO_SLAB		"none"
#define OF_SLAB		"one for each base page of a memcg's own caches"
#define OF_STOCK	"one for each page of it; whether one more for itself, nothing tells"

#define NEEDED	(NEED_MEMCGS | NEED_LRU | NEED_FILES | NEED_SLAB | NEED_REFERENCES | NEED_COSTS | NEED_USERS)

/* The project's folder: that program is its build/unit/test_layout. */
static char root[4096] = ".";

static void find_root(void)
{
	const ssize_t len = readlink("/proc/self/exe", root, sizeof(root) - 1);

	root[len < 0 ? 0 : len] = '\0';
	for (int i = 0; i < 3 && strrchr(root, '/'); i++)
		*strrchr(root, '/') = '\0';
}

static const char memcgs[] =
	"symbol memory_cgrp_subsys 0x1000\nsymbol root_mem_cgroup 0x2000\n"
	"cgroup_subsys_state.cgroup 0 8\ncgroup_subsys_state.refcnt 16 16\n"
	"cgroup_subsys_state.sibling 32 16\ncgroup_subsys_state.children 48 16\n"
	"cgroup_subsys_state.flags 84 4\ncgroup_subsys_state.parent 200 8\n"
	"cgroup_subsys.root 160 8\ncgroup.self 0 216\ncgroup.kn 256 8\ncgroup.root 512 8\n"
	"kernfs_node.name 16 8\nmem_cgroup.css 0 216\n";

static void an_old_name_and_a_new_one_are_the_same_member(void **state)
{
	char text[2048];
	struct layout old, new;

	(void)state;
	snprintf(text, sizeof(text), "%skernfs_node.parent 8 8\n", memcgs);
	old = resolve(text);
	snprintf(text, sizeof(text), "%skernfs_node.__parent 8 8\n", memcgs);
	new = resolve(text);
	assert_null(layout_lacks(&old, NEED_MEMCGS));
	assert_null(layout_lacks(&new, NEED_MEMCGS));
	assert_int_equal(old.kn_parent.offset, 8);
	assert_int_equal(new.kn_parent.offset, 8);
}

static void what_is_absent_is_named(void **state)
{
	struct layout layout = resolve(memcgs), empty = resolve("");

	(void)state;
	assert_string_equal(layout_lacks(&layout, NEED_MEMCGS), "struct kernfs_node.parent");
	assert_string_equal(layout_lacks(&empty, NEED_MEMCGS), "symbol memory_cgrp_subsys");
	assert_null(layout_lacks(&empty, 0));
}

static void enumerators_that_are_absent_are_no_bit(void **state)
{
	struct layout layout = resolve("enum PG_head 6\nenum PG_dirty 0\n");

	(void)state;
	assert_int_equal(layout.pg_head, 6);
	assert_int_equal(layout.pg_dirty, 0);
	assert_int_equal(layout.pg_slab, -1);
}

static void memcg_data_before_and_since_5_11(void **state)
{
	struct layout old = resolve("page.mem_cgroup 56 8\n");
	struct layout new = resolve("page.memcg_data 56 8\n");

	(void)state;
	assert_true(old.page_memcg.known && new.page_memcg.known);
	assert_int_equal(old.page_memcg.offset, 56);
}

static void reparented_lru_folios_are_recognised(void **state)
{
	(void)state;
	assert_false(resolve(memcgs).lru_folios_carry_objcg);
	assert_true(resolve("mem_cgroup_per_node.orig_objcg 8 8\n").lru_folios_carry_objcg);
}

static void kernel_memory_is_told_by_its_type_until_5_10(void **state)
{
	(void)state;
	assert_true(resolve("page.mem_cgroup 56 8\n").kmem_pages_have_type);
	assert_false(resolve("page.memcg_data 56 8\n").kmem_pages_have_type);
	assert_false(resolve("").kmem_pages_have_type);
}

/* A struct iattr inside, until 5.1. */
static void the_date_of_rmdir_has_had_two_places(void **state)
{
	const struct layout old = resolve("kernfs_iattrs.ia_iattr.ia_mtime 40 16\nkernfs_iattrs.ia_iattr.ia_atime 24 16\n"
					  "kernfs_iattrs.ia_iattr.ia_uid 8 8\n"),
			    now = resolve("kernfs_iattrs.ia_mtime 24 16\n");

	(void)state;
	assert_int_equal(old.iattr_mtime.offset, 40);
	assert_int_equal(old.iattr_atime.offset, 24);
	assert_int_equal(old.iattr_uid.offset, 8);
	assert_int_equal(now.iattr_mtime.offset, 24);
}

/* Who asks first must not decide which of a member's names is asked for. */
static void rows_of_one_slot_are_needed_by_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < member_row_count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (member_rows[i].slot == member_rows[j].slot)
				assert_int_equal(member_rows[i].needed_by, member_rows[j].needed_by);
		}
	}
}

static void the_id_s_struct_has_had_two_names(void **state)
{
	(void)state;
	assert_true(resolve("mem_cgroup_id.ref 4 4\n").id_ref.known);
	assert_true(resolve("mem_cgroup_private_id.ref 4 4\n").id_ref.known);
}

static void a_percpu_ref_of_either_age(void **state)
{
	struct layout inside = resolve("percpu_ref.count 0 8\npercpu_ref.percpu_count_ptr 8 8\n");
	struct layout outside = resolve("percpu_ref.data 8 8\npercpu_ref_data.count 0 8\n");

	(void)state;
	assert_false(inside.ref_data.known);
	assert_true(inside.ref_data_count.known);
	assert_true(outside.ref_data.known);
	assert_true(outside.ref_data_count.known);
}

static void large_symbols_and_negative_numbers_are_read_whole(void **state)
{
	struct layout layout = resolve("symbol init_task: 0xffffffff82a13580\n");

	(void)state;
	assert_true(layout.init_task == 0xffffffff82a13580);
	assert_false(resolve("page.flags: absent\n").page_flags.known);
	assert_false(resolve("page.flags: absent\npage.flags: 0 8\n").page_flags.known);
}

static char *read_text(FILE *file)
{
	size_t room = 1 << 17, length, kept = 0;
	char *text = malloc(room);

	length = fread(text, 1, room - 1, file);
	fclose(file);
	for (size_t i = 0; i < length; i++) {	/* of a mail, or of a terminal */
		if (text[i] != '\r')
			text[kept++] = text[i];
	}
	text[kept] = '\0';
	return text;
}

static char *kernel(const char *folder, const char *name);

/*
 * A kernel's text, which is given back. One that begins with "like: KERNEL" says how a kernel that nobody
 * here has differs from one that zmemcg -L was asked for.
 */
static char *with_its_base(char *text)
{
	char base[64] = "";
	const char *like = find_line(text, "like");
	char *base_text, *both;

	if (!like)
		return text;
	sscanf(like, "%63s", base);
	base_text = kernel(MEASURED, base);
	both = malloc(strlen(text) + strlen(base_text) + 2);
	sprintf(both, "%s\n%s", text, base_text);
	free(text);
	free(base_text);
	return both;
}

static char *text_of(const char *folder, const char *name)
{
	char path[8192];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%s.txt", root, folder, name);
	file = fopen(path, "r");
	if (!file) {
		perror(path);
		exit(2);
	}
	return read_text(file);
}

static char *kernel(const char *folder, const char *name)
{
	return with_its_base(text_of(folder, name));
}

static void line_ends_of_a_mail_do_not_matter(void **state)
{
	char *text = kernel(MEASURED, "5.10"), *again;
	FILE *file = tmpfile();

	(void)state;
	for (const char *at = text; *at; at++)
		fprintf(file, *at == '\n' ? "\r\n" : "%c", *at);
	rewind(file);
	again = read_text(file);
	assert_string_equal(again, text);
	free(again);
	free(text);
}

static const char *fact(const struct layout *layout, const char *key)
{
	for (size_t i = 0; i < regime_fact_count; i++) {
		if (!strcmp(regime_facts[i].key, key))
			return regime_facts[i].value(layout);
	}
	return "";
}

/* What KERNEL.md, sections 3 to 5, says of each kernel. */
static const struct expectation {
	const char *folder, *name;
	const char *memcg, *kernel_memory, *lists, *folio, *slab, *stock, *count;
} expectations[] = {
	{ MEASURED, "5.10", MEM_CGROUP, BY_TYPE, CLASSIC, ONE, NO_SLAB, ONE, OUTSIDE },
	{ MEASURED, "6.1", MEMCG_DATA, BY_BIT, GENERATIONS, ONE, NO_SLAB, ONE, OUTSIDE },
	{ MEASURED, "6.1-rt", MEMCG_DATA, BY_BIT, GENERATIONS, ONE, NO_SLAB, ONE, OUTSIDE },
	{ MEASURED, "6.1-arm64", MEMCG_DATA, BY_BIT, GENERATIONS, ONE, NO_SLAB, ONE, OUTSIDE },
	{ MEASURED, "6.12", MEMCG_DATA, BY_BIT, GENERATIONS, ONE, NO_SLAB, ONE, OUTSIDE },
	{ MEASURED, "6.12-generic", MEMCG_DATA, BY_BIT, GENERATIONS, ONE, NO_SLAB, ONE, OUTSIDE },
	{ MEASURED, "6.12-arm64", MEMCG_DATA, BY_BIT, GENERATIONS, ONE, NO_SLAB, ONE, OUTSIDE },
	{ MEASURED, "6.12-arm64-16k", MEMCG_DATA, BY_BIT, GENERATIONS, ONE, NO_SLAB, ONE, OUTSIDE },
	{ MEASURED, "7", OBJCG, BY_BIT, GENERATIONS, "none", NO_SLAB, ONE, OUTSIDE },
	{ DERIVED, "rhel-8-4.18", MEM_CGROUP, BY_TYPE, CLASSIC, SINGLY, OF_SLAB, OF_STOCK, INSIDE },
	{ DERIVED, "rhel-8-4.18-objcg", MEM_CGROUP, BY_TYPE, CLASSIC, ONE, NO_SLAB, ONE, INSIDE },
	{ DERIVED, "sles-15-5.3", MEM_CGROUP, BY_TYPE, CLASSIC, SINGLY, NO_SLAB, OF_STOCK, INSIDE },
	{ DERIVED, "uek-6-5.4", MEM_CGROUP, BY_TYPE, CLASSIC, SINGLY, NO_SLAB, OF_STOCK, INSIDE },
	{ DERIVED, "sles-15-5.14", MEMCG_DATA, BY_BIT, CLASSIC, ONE, NO_SLAB, ONE, OUTSIDE },
	{ DERIVED, "ubuntu-5.15", MEMCG_DATA, BY_BIT, CLASSIC, ONE, NO_SLAB, ONE, OUTSIDE },
	{ DERIVED, "6.6", MEMCG_DATA, BY_BIT, GENERATIONS, ONE, NO_SLAB, ONE, OUTSIDE },
};

static void each_kernel_has_its_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		const struct expectation *expected = &expectations[i];
		char *text = kernel(expected->folder, expected->name);
		struct layout layout = resolve(text);

		print_message("%s\n", expected->name);
		assert_string_equal(fact(&layout, "memcg of a page"), expected->memcg);
		assert_string_equal(fact(&layout, "kernel memory"), expected->kernel_memory);
		assert_string_equal(fact(&layout, "lists of folios"), expected->lists);
		assert_string_equal(fact(&layout, "references of a folio"), expected->folio);
		assert_string_equal(fact(&layout, "references of a slab"), expected->slab);
		assert_string_equal(fact(&layout, "references of a stock"), expected->stock);
		assert_string_equal(fact(&layout, "count of references"), expected->count);
		assert_int_equal(layout.pages_refer_singly, !strcmp(expected->folio, SINGLY));
		assert_int_equal(layout.ref_data.known, !strcmp(expected->count, OUTSIDE));
		assert_null(layout_lacks(&layout, NEEDED));
		free(text);
	}
}

/*
 * Whether the text says so of a key. Of what is absent it may say nothing; one that says how it differs
 * from another kernel, of anything; and where a member is, it need not know.
 */
static bool says(const char *text, const char *key, const char *value)
{
	const char *said = find_line(text, key);
	const size_t len = strlen(value);

	if (!said)
		return !strcmp(value, "absent") || find_line(text, "like");
	if (!strncmp(said, "present", 7))
		return strcmp(value, "absent") != 0;
	return !strncmp(said, value, len) && (said[len] == '\n' || !said[len]);
}

/* How many of the lines that follow from a text are not what a file says. */
static int differences(const char *file, const char *text, bool print)
{
	static struct answers answers;
	const struct layout_lookup source = lookup_in(text),
				   recorder = answers_recorder(&answers, &source);
	char key[ANSWER_ROOM], value_text[ANSWER_ROOM];
	struct layout layout;
	int different = 0;

	answers.count = 0;
	layout = resolve_asking(&recorder);
	for (size_t i = 0; i < regime_fact_count; i++) {
		const char *now = regime_facts[i].value(&layout);

		different += !says(file, regime_facts[i].key, now);
		if (print)
			printf("%s: %s\n", regime_facts[i].key, now);
	}
	for (size_t i = 0; i < answers_lines(); i++) {
		if (!answers_line(&answers, i, key, value_text))
			continue;
		different += !says(file, key, value_text);
		if (print)
			printf("%s: %s\n", key, value_text);
	}
	return different;
}

static void what_was_asked_can_be_asked_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		char *text;

		if (strcmp(expectations[i].folder, MEASURED))
			continue;
		text = kernel(MEASURED, expectations[i].name);
		assert_int_equal(differences(text, text, false), 0);
		free(text);
	}
}

/* A file that says how a kernel differs: what it says is what follows from it and from the other one. */
static void what_differs_is_as_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		char *own, *text;

		if (strcmp(expectations[i].folder, DERIVED))
			continue;
		own = text_of(DERIVED, expectations[i].name);
		text = kernel(DERIVED, expectations[i].name);
		print_message("%s\n", expectations[i].name);
		assert_int_equal(differences(own, text, false), 0);
		free(own);
		free(text);
	}
}

/* The lines of one kernel, whichever report asked before; the caller frees them. */
static char *lines_after(const char *text, unsigned int before)
{
	static struct answers answers;
	const struct layout_lookup source = lookup_in(text),
				   recorder = answers_recorder(&answers, &source);
	char key[ANSWER_ROOM], value_text[ANSWER_ROOM], *lines = calloc(1, 1 << 17), *end = lines;
	struct layout layout;

	answers.count = 0;
	layout_resolve(&layout, &recorder);
	layout_resolve_for(&layout, &recorder, before);
	layout_resolve_for(&layout, &recorder, NEED_EVERYTHING);
	for (size_t i = 0; i < answers_lines(); i++) {
		if (answers_line(&answers, i, key, value_text))
			end += sprintf(end, "%s: %s\n", key, value_text);
	}
	return lines;
}

static void what_ran_before_does_not_show(void **state)
{
	static const unsigned int needs[] = { NEED_USERS, NEED_REFERENCES, NEED_COSTS, FOR_BATCHES };
	char *text = kernel(MEASURED, "5.10"), *alone = lines_after(text, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		char *after = lines_after(text, needs[i]);

		assert_string_equal(after, alone);
		free(after);
	}
	free(alone);
	free(text);
}

/* docs/layouts was made when each of these names was known. */
static void each_name_of_ours_is_in_docs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(expectations) / sizeof(expectations[0]); i++) {
		const char *line;
		char *text, *lines, key[ANSWER_ROOM];

		if (strcmp(expectations[i].folder, MEASURED))
			continue;
		text = kernel(MEASURED, expectations[i].name);
		lines = lines_after(text, 0);
		print_message("%s\n", expectations[i].name);
		for (line = lines; *line; line = strchr(line, '\n') + 1) {
			snprintf(key, sizeof(key), "%.*s", (int)strcspn(line, ":"), line);
			if (!find_line(text, key))
				fail_msg("%s is not there", key);
		}
		free(lines);
		free(text);
	}
}

static void every_answer_is_remembered(void **state)
{
	static struct answers answers;
	const struct layout_lookup source = lookup_in(""),
				   recorder = answers_recorder(&answers, &source);

	(void)state;
	resolve_asking(&recorder);
	assert_true(answers.count > 100 && answers.count < ANSWERS_ROOM);
}

static int check_file(FILE *file)
{
	char *own = read_text(file), *text = with_its_base(strdup(own));
	const int different = differences(own, text, true);

	free(text);
	free(own);
	return different;
}

static int check_files(int count, char **paths)
{
	int different = 0;

	for (int i = 0; i < count; i++) {
		FILE *file = fopen(paths[i], "r");

		if (!file) {
			perror(paths[i]);
			return 1;
		}
		different += check_file(file);
	}
	return different != 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_old_name_and_a_new_one_are_the_same_member),
		cmocka_unit_test(what_is_absent_is_named),
		cmocka_unit_test(enumerators_that_are_absent_are_no_bit),
		cmocka_unit_test(memcg_data_before_and_since_5_11),
		cmocka_unit_test(reparented_lru_folios_are_recognised),
		cmocka_unit_test(kernel_memory_is_told_by_its_type_until_5_10),
		cmocka_unit_test(the_date_of_rmdir_has_had_two_places),
		cmocka_unit_test(rows_of_one_slot_are_needed_by_the_same),
		cmocka_unit_test(the_id_s_struct_has_had_two_names),
		cmocka_unit_test(a_percpu_ref_of_either_age),
		cmocka_unit_test(large_symbols_and_negative_numbers_are_read_whole),
		cmocka_unit_test(each_kernel_has_its_rules),
		cmocka_unit_test(what_was_asked_can_be_asked_again),
		cmocka_unit_test(what_differs_is_as_it_says),
		cmocka_unit_test(line_ends_of_a_mail_do_not_matter),
		cmocka_unit_test(what_ran_before_does_not_show),
		cmocka_unit_test(each_name_of_ours_is_in_docs),
		cmocka_unit_test(every_answer_is_remembered),
	};

	find_root();
	if (argc > 1)
		return check_files(argc - 1, argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
