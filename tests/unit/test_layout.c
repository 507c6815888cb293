// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * layout takes what it knows from a lookup, so a kernel that nobody here has is a text.
 *
 * Without arguments, the tests. With files, prints of each what zmemcg -L would make of
 * it, and ends with 1 where that differs from what the file says.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmemcg/answers.h"
#include "zmemcg/layout.h"
#include "zmemcg/regime.h"

#include "lookup.h"

#define MEASURED	"../../docs/layouts"	/* by zmemcg -L */
#define DERIVED		"layouts"		/* from what is known of the kernel */

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

#define NEEDED	(NEED_MEMCGS | NEED_LRU | NEED_FILES | NEED_SLAB | NEED_REFERENCES | NEED_USERS)

/* Each group that layout.h can resolve, as zmemcg -L does. */
static struct layout resolve_asking(const struct layout_lookup *lookup)
{
	struct layout layout;

	layout_resolve(&layout, lookup);
	layout_resolve_for(&layout, lookup, NEED_EVERYTHING);
	return layout;
}

static struct layout resolve(const char *text)
{
	const struct layout_lookup lookup = lookup_in(text);

	return resolve_asking(&lookup);
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

static void a_free_block_is_known_when_vmcoreinfo_says_so(void **state)
{
	static const char members[] = "page.page_type 48 4\npage.private 40 8\n";
	char text[256];

	(void)state;
	assert_int_equal(resolve(members).buddy_type, 0);
	snprintf(text, sizeof(text), "%snumber PAGE_BUDDY_MAPCOUNT_VALUE -129\n", members);
	assert_true(resolve(text).buddy_type == 0xffffff7f);
	snprintf(text, sizeof(text), "%snumber PAGE_BUDDY_MAPCOUNT_VALUE 0xf0000000\n", members);
	assert_true(resolve(text).buddy_type == 0xf0000000);
	assert_int_equal(resolve("number PAGE_BUDDY_MAPCOUNT_VALUE -129\n").buddy_type, 0);
}

static void a_hugetlb_folio_is_known_by_its_type(void **state)
{
	static const char number[] = "number PAGE_HUGETLB_MAPCOUNT_VALUE -184549376\n";
	char text[256];

	(void)state;
	assert_int_equal(resolve(number).hugetlb_type, 0);
	snprintf(text, sizeof(text), "page.page_type 48 4\n%s", number);
	assert_true(resolve(text).hugetlb_type == 0xf5000000);
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
	size_t room = 1 << 17, length;
	char *text = malloc(room);

	length = fread(text, 1, room - 1, file);
	text[length] = '\0';
	fclose(file);
	return text;
}

/*
 * A kernel's file. One that begins with "like: KERNEL" says how a kernel that nobody here
 * has differs from one that zmemcg -L was asked for.
 */
static char *kernel(const char *folder, const char *name)
{
	char path[256], base[64] = "";
	const char *like;
	char *text, *base_text, *both;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s.txt", folder, name);
	file = fopen(path, "r");
	assert_non_null(file);
	text = read_text(file);
	like = find_line(text, "like");
	if (!like)
		return text;
	sscanf(like, "%63s", base);
	base_text = kernel(MEASURED, base);
	both = malloc(strlen(text) + strlen(base_text) + 1);
	strcpy(both, text);
	strcat(both, base_text);
	free(text);
	free(base_text);
	return both;
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
	const char *memcg, *kernel_memory, *lists, *folio, *count;
} expectations[] = {
	{ MEASURED, "5.10", MEM_CGROUP, BY_TYPE, CLASSIC, "one", OUTSIDE },
	{ MEASURED, "6.1", MEMCG_DATA, BY_BIT, GENERATIONS, "one", OUTSIDE },
	{ MEASURED, "6.1-rt", MEMCG_DATA, BY_BIT, GENERATIONS, "one", OUTSIDE },
	{ MEASURED, "6.1-arm64", MEMCG_DATA, BY_BIT, GENERATIONS, "one", OUTSIDE },
	{ MEASURED, "6.12", MEMCG_DATA, BY_BIT, GENERATIONS, "one", OUTSIDE },
	{ MEASURED, "6.12-generic", MEMCG_DATA, BY_BIT, GENERATIONS, "one", OUTSIDE },
	{ MEASURED, "6.12-arm64", MEMCG_DATA, BY_BIT, GENERATIONS, "one", OUTSIDE },
	{ MEASURED, "6.12-arm64-16k", MEMCG_DATA, BY_BIT, GENERATIONS, "one", OUTSIDE },
	{ MEASURED, "7", OBJCG, BY_BIT, GENERATIONS, "none", OUTSIDE },
	{ DERIVED, "rhel-8-4.18", MEM_CGROUP, BY_TYPE, CLASSIC, SINGLY, INSIDE },
	{ DERIVED, "rhel-8-4.18-objcg", MEM_CGROUP, BY_TYPE, CLASSIC, "one", INSIDE },
	{ DERIVED, "sles-15-5.3", MEM_CGROUP, BY_TYPE, CLASSIC, SINGLY, INSIDE },
	{ DERIVED, "uek-6-5.4", MEM_CGROUP, BY_TYPE, CLASSIC, SINGLY, INSIDE },
	{ DERIVED, "sles-15-5.14", MEMCG_DATA, BY_BIT, CLASSIC, "one", OUTSIDE },
	{ DERIVED, "ubuntu-5.15", MEMCG_DATA, BY_BIT, CLASSIC, "one", OUTSIDE },
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
		assert_string_equal(fact(&layout, "count of references"), expected->count);
		assert_int_equal(layout.pages_refer_singly, !strcmp(expected->folio, SINGLY));
		assert_int_equal(layout.ref_data.known, !strcmp(expected->count, OUTSIDE));
		assert_null(layout_lacks(&layout, NEEDED));
		free(text);
	}
}

/* Whether the text says so of a key, or, of what is absent, nothing. */
static bool says(const char *text, const char *key, const char *value)
{
	const char *said = find_line(text, key);
	const size_t len = strlen(value);

	if (!said)
		return !strcmp(value, "absent");
	return !strncmp(said, value, len) && said[len] == '\n';
}

/* How many of the lines that follow from a text are not what it says. */
static int differences(const char *text, bool print)
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

		different += !says(text, regime_facts[i].key, now);
		if (print)
			printf("%s: %s\n", regime_facts[i].key, now);
	}
	for (size_t i = 0; i < answers.count; i++) {
		if (!answers_line(&answers, i, key, value_text))
			continue;
		different += !says(text, key, value_text);
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
		assert_int_equal(differences(text, false), 0);
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

static int check_files(int count, char **paths)
{
	int different = 0;

	for (int i = 0; i < count; i++) {
		FILE *file = fopen(paths[i], "r");
		char *text;

		if (!file) {
			perror(paths[i]);
			return 1;
		}
		text = read_text(file);
		different += differences(text, true);
		free(text);
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
		cmocka_unit_test(a_free_block_is_known_when_vmcoreinfo_says_so),
		cmocka_unit_test(a_hugetlb_folio_is_known_by_its_type),
		cmocka_unit_test(the_id_s_struct_has_had_two_names),
		cmocka_unit_test(a_percpu_ref_of_either_age),
		cmocka_unit_test(large_symbols_and_negative_numbers_are_read_whole),
		cmocka_unit_test(each_kernel_has_its_rules),
		cmocka_unit_test(what_was_asked_can_be_asked_again),
		cmocka_unit_test(every_answer_is_remembered),
	};

	if (argc > 1)
		return check_files(argc - 1, argv + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
