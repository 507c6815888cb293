// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * layout takes what it knows from a lookup, so a kernel that nobody here has is
 * a text: one line for each member ("struct.member offset size"), symbol ("symbol
 * name value"), enumerator ("enum name value") and size ("sizeof struct bytes").
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmemcg/layout.h"

static bool find_line(const char *text, const char *key, long long *a, long long *b)
{
	const size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, len) || line[len] != ' ')
			continue;
		*b = 0;
		return sscanf(line + len, "%lli %lli", a, b) >= 1;
	}
	return false;
}

static bool member(void *from, const char *type, const char *name, struct member *found)
{
	char key[128];
	long long offset, size;

	snprintf(key, sizeof(key), "%s.%s", type, name);
	if (!find_line(from, key, &offset, &size))
		return false;
	*found = (struct member){ true, offset, size };
	return true;
}

static bool value(void *from, const char *kind, const char *name, long long *found)
{
	char key[128];
	long long rest;

	snprintf(key, sizeof(key), "%s %s", kind, name);
	return find_line(from, key, found, &rest);
}

static bool size(void *from, const char *type, long *bytes)
{
	long long found;

	if (!value(from, "sizeof", type, &found))
		return false;
	*bytes = found;
	return true;
}

static bool symbol(void *from, const char *name, kaddr_t *address)
{
	long long found;

	if (!value(from, "symbol", name, &found))
		return false;
	*address = found;
	return true;
}

static bool enumerator(void *from, const char *name, long *number)
{
	long long found;

	if (!value(from, "enum", name, &found))
		return false;
	*number = found;
	return true;
}

static bool number(void *from, const char *name, long *found)
{
	long long value_found;

	if (!value(from, "number", name, &value_found))
		return false;
	*found = value_found;
	return true;
}

static struct layout resolve(const char *text)
{
	const struct layout_lookup lookup = { (void *)text, member, size, symbol, enumerator, number };
	struct layout layout;

	layout_resolve(&layout, &lookup);
	return layout;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_old_name_and_a_new_one_are_the_same_member),
		cmocka_unit_test(what_is_absent_is_named),
		cmocka_unit_test(enumerators_that_are_absent_are_no_bit),
		cmocka_unit_test(memcg_data_before_and_since_5_11),
		cmocka_unit_test(reparented_lru_folios_are_recognised),
		cmocka_unit_test(kernel_memory_is_told_by_its_type_until_5_10),
		cmocka_unit_test(a_free_block_is_known_when_vmcoreinfo_says_so),
		cmocka_unit_test(the_id_s_struct_has_had_two_names),
		cmocka_unit_test(a_percpu_ref_of_either_age),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
