// SPDX-License-Identifier: GPL-2.0-or-later
/* Who maps a page: the vmas of its anon_vma, or of its file, that cover it. */
#include "test.h"

#include "flat_memory.h"
#include "zmemcg/folio.h"
#include "zmemcg/mappers.h"
#include "zmemcg/memmap.h"
#include "zmemcg/sharers.h"

/* Struct pages, an address_space, an anon_vma; vmas, each with its chain behind it. */
enum { PAGES = 0x1000, MAPPING = 0x2000, ANON_VMA = 0x3000, VMAS = 0x4000, VMA_BYTES = 0x100, CHAIN = 0x80 };

/* Of a vma, of a chain; the tree's root is the first word of both objects. */
enum { START = 0, END = 8, PGOFF = 16, MM = 24, SHARED = 32, CHAIN_VMA = 0, CHAIN_RB = 8, INDEX = 32 };

enum { RB_PARENT = 0, RB_RIGHT = 8, RB_LEFT = 16, PAGE_SIZE = 4096 };

enum { PARENT_MM = 0x9000, CHILD_MM = 0x9100, ENDING_MM = 0x9200 };

static struct layout layout;
static struct run run;
static struct sharing sharing;
static struct sharers of_parent = { .object = PARENT_MM }, of_child = { .object = CHILD_MM };

#define MEMBER(at, bytes)	((struct member){ .known = true, .offset = (at), .size = (bytes) })

void run_check(struct run *r)
{
	(void)r;
}

uint64_t memmap_page_bytes(void)
{
	return PAGE_SIZE;
}

/* A node on the right of the one before it, or the root. */
static void hang(kaddr_t root, kaddr_t before, kaddr_t node)
{
	put(before ? before + RB_RIGHT : root, node, 8);
	put(node + RB_PARENT, before, 8);
}

static kaddr_t put_vma(int n, kaddr_t mm, uint64_t first, uint64_t pages)
{
	const kaddr_t vma = VMAS + n * VMA_BYTES;

	put(vma + START, 0x70000000, 8);
	put(vma + END, 0x70000000 + pages * PAGE_SIZE, 8);
	put(vma + PGOFF, first, 8);
	put(vma + MM, mm, 8);
	put(vma + CHAIN + CHAIN_VMA, vma, 8);
	return vma;
}

/* The parent has pages 10 to 15, the child of these the last five, and one that is ending all. */
static int setup(void **state)
{
	const kaddr_t parent = put_vma(0, PARENT_MM, 10, 6), child = put_vma(1, CHILD_MM, 11, 5),
		      ending = put_vma(2, ENDING_MM, 10, 6);

	(void)state;
	layout = (struct layout){
		.page_index = MEMBER(INDEX, 8), .mapping_i_mmap = MEMBER(0, 16), .anon_vma_root = MEMBER(0, 16),
		.vma_start = MEMBER(START, 8), .vma_end = MEMBER(END, 8), .vma_pgoff = MEMBER(PGOFF, 8), .vma_mm = MEMBER(MM, 8),
		.vma_shared = MEMBER(SHARED, 32), .anon_chain_vma = MEMBER(CHAIN_VMA, 8), .anon_chain_rb = MEMBER(CHAIN_RB, 24),
	};
	run = (struct run){ .layout = &layout };
	hang(ANON_VMA, 0, parent + CHAIN + CHAIN_RB);
	hang(ANON_VMA, parent + CHAIN + CHAIN_RB, child + CHAIN + CHAIN_RB);
	hang(ANON_VMA, child + CHAIN + CHAIN_RB, ending + CHAIN + CHAIN_RB);
	hang(MAPPING, 0, parent + SHARED);
	hang(MAPPING, parent + SHARED, child + SHARED);
	map_init(&sharing.mms.by_object, &run.arena);
	map_put(&sharing.mms.by_object, PARENT_MM, &of_parent);
	map_put(&sharing.mms.by_object, CHILD_MM, &of_child);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&run.arena);
	memset(memory, 0, sizeof(memory));
	return 0;
}

enum { PARENT = 1, CHILD = 2 };

static void note(struct run *r, void *visited, const struct sharers *sharers)
{
	(void)r;
	*(unsigned int *)visited += sharers == &of_parent ? PARENT : CHILD;
}

/* Of a page with this index, or of as many: those that were visited, or ANY where they were before. */
enum { ANY = 4 };

static unsigned int visit(struct mappers *mappers, struct folio folio, uint64_t index)
{
	unsigned int visited = 0;

	folio.page = PAGES;
	put(PAGES + INDEX, index, 8);
	if (!mappers_visit(&run, mappers, &folio, note, &visited))
		return 0;
	return visited ? visited : ANY;
}

static const struct folio anonymous = { .anon_vma = ANON_VMA, .base_pages = 1 };
static const struct folio of_file = { .mapping = MAPPING, .base_pages = 1 };

static void those_that_cover_it(void **state)
{
	(void)state;
	assert_int_equal(visit(mappers_new(&run, &sharing), anonymous, 10), PARENT);
	assert_int_equal(visit(mappers_new(&run, &sharing), anonymous, 11), PARENT + CHILD);
	assert_int_equal(visit(mappers_new(&run, &sharing), anonymous, 15), PARENT + CHILD);
	assert_int_equal(visit(mappers_new(&run, &sharing), anonymous, 16), 0);
	assert_int_equal(visit(mappers_new(&run, &sharing), anonymous, 9), 0);
	assert_int_equal(visit(mappers_new(&run, &sharing), of_file, 10), PARENT);
	assert_int_equal(visit(mappers_new(&run, &sharing), of_file, 11), PARENT + CHILD);
}

static void some_of_a_large_folio_will_do(void **state)
{
	const struct folio large = { .anon_vma = ANON_VMA, .base_pages = 4 };

	(void)state;
	assert_int_equal(visit(mappers_new(&run, &sharing), large, 8), PARENT + CHILD);
	assert_int_equal(visit(mappers_new(&run, &sharing), large, 7), PARENT);
	assert_int_equal(visit(mappers_new(&run, &sharing), large, 4), 0);
}

static void each_vma_once(void **state)
{
	struct mappers *mappers = mappers_new(&run, &sharing);

	(void)state;
	assert_int_equal(visit(mappers, anonymous, 10), PARENT);
	assert_int_equal(visit(mappers, anonymous, 12), CHILD);
	assert_int_equal(visit(mappers, anonymous, 13), ANY);
	assert_int_equal(visit(mappers, anonymous, 20), 0);
	assert_int_equal(visit(mappers, of_file, 12), PARENT + CHILD);
}

static void hugetlb_counts_in_pages_of_its_own(void **state)
{
	const struct folio huge = { .mapping = MAPPING, .base_pages = 512, .hugetlb = true };

	(void)state;
	assert_int_equal(visit(mappers_new(&run, &sharing), huge, 0), PARENT + CHILD);
}

static void nothing_tells_who_maps_memory_of_ksm(void **state)
{
	const struct folio ksm = { .kind = FOLIO_ANON, .base_pages = 1 };

	(void)state;
	assert_int_equal(visit(mappers_new(&run, &sharing), ksm, 12), 0);
}

static void a_damaged_vma_maps_nothing(void **state)
{
	(void)state;
	put(VMAS + END, 0, 8);
	assert_int_equal(visit(mappers_new(&run, &sharing), anonymous, 12), CHILD);
}

static void a_whole_file_is_asked_for(void **state)
{
	unsigned int visited = 0;

	(void)state;
	assert_true(mappers_visit_all(&run, mappers_new(&run, &sharing), MAPPING, note, &visited));
	assert_int_equal(visited, PARENT + CHILD);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(those_that_cover_it),
		TEST(some_of_a_large_folio_will_do),
		TEST(each_vma_once),
		TEST(hugetlb_counts_in_pages_of_its_own),
		TEST(nothing_tells_who_maps_memory_of_ksm),
		TEST(a_damaged_vma_maps_nothing),
		TEST(a_whole_file_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
