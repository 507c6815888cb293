// SPDX-License-Identifier: GPL-2.0-or-later
/* What layout makes of vmcoreinfo's page types, of which kernels had four forms. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "zmemcg/folio.h"
#include "zmemcg/layout.h"

#include "lookup.h"

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

/* A page whose page_type is this word. */
static bool has(struct page_type type, uint32_t word)
{
	const struct layout layout = { .page_page_type = { true, 0, sizeof(word) } };
	char bytes[sizeof(word)];

	memcpy(bytes, &word, sizeof(word));
	return page_has_type(&layout, bytes, type);
}

static struct layout resolve_types(const char *lines)
{
	char text[256];

	snprintf(text, sizeof(text), "page.page_type 48 4\npage.private 40 8\n%s", lines);
	return resolve(text);
}

/* A mapcount is -1 in a page that nobody maps, and a number in one that is mapped. */
static void demand_no_mapcount(struct page_type type)
{
	assert_false(has(type, 0xffffffff));
	assert_false(has(type, 0));
	assert_false(has(type, 0x7ff));
}

/* include/linux/page-flags.h, kernel/vmcore_info.c of 6.6.30 and 6.9, of 6.11, of 6.12. */
static void a_hugetlb_folio_is_known_by_its_type(void **state)
{
	static const struct {
		const char *number;
		uint32_t hugetlb, other;	/* words of page_type */
	} kernels[] = {
		{ "number PAGE_HUGETLB_MAPCOUNT_VALUE -2049\n", 0xfffff7ff, 0xffffefff },
		{ "number PAGE_HUGETLB_MAPCOUNT_VALUE 0xfbffffff\n", 0xfbff0007, 0xfdffffff },
		{ "number PAGE_HUGETLB_MAPCOUNT_VALUE -201326592\n", 0xf4000000, 0xf5000000 },
	};

	(void)state;
	assert_int_equal(resolve(kernels[0].number).hugetlb_type.mask, 0);
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		const struct page_type type = resolve_types(kernels[i].number).hugetlb_type;

		assert_true(has(type, kernels[i].hugetlb));
		assert_false(has(type, kernels[i].other));
		demand_no_mapcount(type);
	}
	assert_false(has(resolve_types("").hugetlb_type, 0xffffffff));
}

/* A flag until 6.9, a macro in 6.10, an enumerator that is no flag in 6.11, PGTY_slab since 6.12. */
static void a_slab_is_known_by_its_type(void **state)
{
	static const struct {
		const char *lines;
		uint32_t slab, other;
	} kernels[] = {
		{ "number PAGE_SLAB_MAPCOUNT_VALUE -4097\n", 0xffffefff, 0xfffff7ff },
		{ "enum PG_slab 0x02000000\n", 0xfdffffff, 0xfbffffff },
		{ "enum PG_slab 0x02000000\nnumber PAGE_SLAB_MAPCOUNT_VALUE 0xfdffffff\n", 0xfdff0003, 0xfbffffff },
		{ "enum PGTY_slab 245\n", 0xf5000000, 0xf4000000 },
		{ "number PAGE_SLAB_MAPCOUNT_VALUE 0xf5000000\n", 0xf5000000, 0xf4000000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++) {
		const struct layout layout = resolve_types(kernels[i].lines);

		assert_true(layout_tells_slabs(&layout));
		assert_true(has(layout.slab_type, kernels[i].slab));
		assert_false(has(layout.slab_type, kernels[i].other));
		demand_no_mapcount(layout.slab_type);
	}
	assert_int_equal(resolve("enum PG_slab 9\n").slab_type.mask, 0);
}

static void without_a_way_to_tell_slabs_there_is_no_k(void **state)
{
	static const char needed[] =
		"symbol kernfs_node_cache 8\nkernfs_node.flags 112 2\nkernfs_node.priv 96 8\n"
		"slab.slab_cache 24 8\nkmem_cache.size 24 4\n";
	struct layout layout = resolve(needed);
	char text[512];

	(void)state;
	assert_string_equal(layout_lacks(&layout, NEED_SLAB), "enumerator PG_slab, nor a page type for slabs");
	snprintf(text, sizeof(text), "%senum PG_slab 9\n", needed);
	layout = resolve(text);
	assert_null(layout_lacks(&layout, NEED_SLAB));
	snprintf(text, sizeof(text), "%spage.page_type 48 4\nnumber PAGE_SLAB_MAPCOUNT_VALUE -4097\n", needed);
	layout = resolve(text);
	assert_null(layout_lacks(&layout, NEED_SLAB));
}

/* The page's whole word: 4.18 to 6.10, 6.11, since 6.12. */
static void nobody_maps_a_free_block(void **state)
{
	static const struct {
		const char *number;
		uint32_t word;
	} kernels[] = {
		{ "number PAGE_BUDDY_MAPCOUNT_VALUE -129\n", 0xffffff7f },
		{ "number PAGE_BUDDY_MAPCOUNT_VALUE 0xbfffffff\n", 0xbfffffff },
		{ "number PAGE_BUDDY_MAPCOUNT_VALUE -268435456\n", 0xf0000000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(kernels[0]); i++)
		assert_true(resolve_types(kernels[i].number).buddy_type == kernels[i].word);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_free_block_is_known_when_vmcoreinfo_says_so),
		cmocka_unit_test(a_hugetlb_folio_is_known_by_its_type),
		cmocka_unit_test(a_slab_is_known_by_its_type),
		cmocka_unit_test(without_a_way_to_tell_slabs_there_is_no_k),
		cmocka_unit_test(nobody_maps_a_free_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
