// SPDX-License-Identifier: GPL-2.0-or-later
/* Who has an inode, and who a folio in the swap cache: kernels of a few words. */
#include "test.h"

#include <string.h>

#include "flat_memory.h"
#include "zmemcg/folio.h"
#include "zmemcg/inuse.h"
#include "zmemcg/lists.h"
#include "zmemcg/swapcache.h"

enum { INODE = 0x1000, NAMES = 0x2000, NAME_BYTES = 0x100, PAGE_AT = 0x4000, AREAS = 0x5000, AREA = 0x6000, COUNTS = 0x7000 };

/* Of an inode; of a dentry: its names, its children, its place among its parent's. */
enum { COUNT = 8, FIRST_NAME = 16, ALIAS = 24, LOCKREF = 40, LOCKREF_COUNT = 4, CHILDREN = 48, SIBLING = 64, PRIVATE = 16, MAP = 8 };

static struct layout layout;
static struct run run;

#define MEMBER(at, bytes)	((struct member){ .known = true, .offset = (at), .size = (bytes) })

void list_visit(struct run *r, kaddr_t head, void (*visit)(struct run *r, void *arg, kaddr_t link), void *arg)
{
	kaddr_t at;

	for (read_pointer(r, head, &at); at != head; read_pointer(r, at, &at))
		visit(r, arg, at);
}

static uint64_t word_at(kaddr_t addr)
{
	uint64_t value;

	memcpy(&value, memory + addr, sizeof(value));
	return value;
}

static kaddr_t name(int n)
{
	return NAMES + n * NAME_BYTES;
}

static int setup(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	layout = (struct layout){
		.inode_count = MEMBER(COUNT, 4), .inode_dentries = MEMBER(FIRST_NAME, 8), .dentry_alias = MEMBER(ALIAS, 16),
		.dentry_lockref = MEMBER(LOCKREF, 8), .lockref_count = MEMBER(LOCKREF_COUNT, 4),
		.dentry_child = MEMBER(SIBLING, 16), .dentry_subdirs = MEMBER(CHILDREN, 16),
		.page_private = MEMBER(PRIVATE, 8), .swap_info = AREAS, .swap_area_map = MEMBER(MAP, 8),
	};
	run.layout = &layout;
	for (int n = 0; n < 8; n++)
		put(name(n) + CHILDREN, name(n) + CHILDREN, 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&run.arena);
	return 0;
}

static void count_name(int n, int count)
{
	put(name(n) + LOCKREF + LOCKREF_COUNT, count, 4);
}

/* One more name of the inode, which counts on it. */
static void give_name(int n)
{
	put(name(n) + ALIAS, word_at(INODE + FIRST_NAME), 8);
	put(INODE + FIRST_NAME, name(n) + ALIAS, 8);
	put(INODE + COUNT, word_at(INODE + COUNT) + 1, 4);
}

/* One more child of a directory, which counts on its name. */
static void put_below(int parent, int child)
{
	put(name(child) + SIBLING, word_at(name(parent) + CHILDREN), 8);
	put(name(parent) + CHILDREN, name(child) + SIBLING, 8);
	count_name(parent, (int)(word_at(name(parent) + LOCKREF) >> 32) + 1);
}

static void one_that_only_the_caches_have_is_free(void **state)
{
	(void)state;
	assert_false(inode_in_use(&run, INODE));
	give_name(0);
	give_name(1);
	assert_false(inode_in_use(&run, INODE));
}

static void a_device_or_a_filesystem_counts_on_the_inode(void **state)
{
	(void)state;
	put(INODE + COUNT, 1, 4);
	assert_true(inode_in_use(&run, INODE));
	give_name(0);
	assert_true(inode_in_use(&run, INODE));
}

static void an_open_file_counts_on_a_name(void **state)
{
	(void)state;
	give_name(0);
	give_name(1);
	count_name(1, 1);
	assert_true(inode_in_use(&run, INODE));
}

static void a_directory_is_free_with_its_children(void **state)
{
	(void)state;
	give_name(0);
	put_below(0, 1);
	put_below(0, 2);
	put_below(2, 3);
	assert_false(inode_in_use(&run, INODE));
	count_name(3, 1);
	assert_true(inode_in_use(&run, INODE));
	count_name(3, 0);
	count_name(0, 3);		/* somebody's working directory */
	assert_true(inode_in_use(&run, INODE));
}

/* Since 6.8 the children are on a chain that ends. */
static void children_on_a_chain_are_the_same(void **state)
{
	(void)state;
	layout.dentry_subdirs.known = false;
	layout.dentry_children = MEMBER(CHILDREN, 8);
	for (int n = 0; n < 8; n++)
		put(name(n) + CHILDREN, 0, 8);
	a_directory_is_free_with_its_children(NULL);
}

static void a_circle_and_a_hole_end(void **state)
{
	(void)state;
	give_name(0);
	put(name(0) + ALIAS, name(0) + ALIAS, 8);
	assert_true(inode_in_use(&run, INODE));
	layout.lockref_count.known = false;
	assert_true(inode_in_use(&run, INODE));
}

#define ENTRY(type, offset)	((uint64_t)(type) << 58 | (offset))

static void entries_are_counted_where_their_area_says(void **state)
{
	struct folio folio = { .page = PAGE_AT, .base_pages = 2 };

	(void)state;
	put(PAGE_AT + PRIVATE, ENTRY(1, 5), 8);
	put(AREAS + 8, AREA, 8);
	put(AREA + MAP, COUNTS, 8);
	put(COUNTS + 5, 0x40, 1);		/* the cache's own */
	put(COUNTS + 6, 0x40, 1);
	assert_int_equal(swap_use_of(&run, &folio), SWAP_UNUSED);
	put(COUNTS + 6, 0x41, 1);
	assert_int_equal(swap_use_of(&run, &folio), SWAP_USED);
	folio.base_pages = 1;
	assert_int_equal(swap_use_of(&run, &folio), SWAP_UNUSED);
	layout.swap_area_map.known = false;
	assert_int_equal(swap_use_of(&run, &folio), SWAP_UNKNOWN);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_that_only_the_caches_have_is_free),
		TEST(a_device_or_a_filesystem_counts_on_the_inode),
		TEST(an_open_file_counts_on_a_name),
		TEST(a_directory_is_free_with_its_children),
		TEST(children_on_a_chain_are_the_same),
		TEST(a_circle_and_a_hole_end),
		TEST(entries_are_counted_where_their_area_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
