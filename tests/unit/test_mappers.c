// SPDX-License-Identifier: GPL-2.0-or-later
/* Who maps a page: the vmas of its anon_vma, or of its file, that cover it. */
#include "test.h"

#include "flat_memory.h"
#include "zmemcg/folio.h"
#include "zmemcg/mappers.h"
#include "zmemcg/memmap.h"
#include "zmemcg/session.h"
#include "zmemcg/sharers.h"

/* An address_space, an anon_vma; vmas, each with its chain behind it; mms, page tables, struct pages. */
enum { MAPPING = 0x2000, ANON_VMA = 0x3000, VMAS = 0x4000, VMA_BYTES = 0x100, CHAIN = 0x80, MMS = 0x8000, MM_BYTES = 0x10,
       TABLES = 0x10000, PAGES = 0x18000, PAGE_BYTES = 0x40 };

/* Of a vma, of a chain; the tree's root is the first word of both objects. */
enum { START = 0, END = 8, PGOFF = 16, MM = 24, SHARED = 32, CHAIN_VMA = 0, CHAIN_RB = 8, INDEX = 32 };

enum { RB_PARENT = 0, RB_RIGHT = 8, RB_LEFT = 16, PAGE_SIZE = 4096, FIRST_PFN = 0x5000, PRESENT = 0x67 };

enum { PARENT_MM = MMS, CHILD_MM = MMS + MM_BYTES, ENDING_MM = MMS + 2 * MM_BYTES, MOST = 200 };

/* Two sets of tables of four levels, and one that is empty. */
enum { OF_PARENT = TABLES, OF_CHILD = TABLES + 4 * PAGE_SIZE, EMPTY = 0x7000 };

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

kaddr_t memmap_pfn_to_virt(uint64_t pfn)
{
	return pfn * PAGE_SIZE;
}

struct memmap_places *memmap_places(struct run *r)
{
	return arena_alloc(&r->arena, 1);
}

static uint64_t pfn_of(kaddr_t page)
{
	return FIRST_PFN + (page - PAGES) / PAGE_BYTES;
}

uint64_t memmap_pfn(const struct run *r, const struct memmap_places *places, kaddr_t page)
{
	(void)r;
	(void)places;
	return pfn_of(page);
}

static const char *machine;

const char *session_machine(void)
{
	return machine;
}

/* A node on the right of the one before it, or the root. */
static void hang(kaddr_t root, kaddr_t before, kaddr_t node)
{
	put(before ? before + RB_RIGHT : root, node, 8);
	put(node + RB_PARENT, before, 8);
}

/* A page's index is its address's in all vmas. */
static kaddr_t put_vma(int n, kaddr_t mm, uint64_t first, uint64_t pages)
{
	const kaddr_t vma = VMAS + n * VMA_BYTES;

	put(vma + START, first * PAGE_SIZE, 8);
	put(vma + END, (first + pages) * PAGE_SIZE, 8);
	put(vma + PGOFF, first, 8);
	put(vma + MM, mm, 8);
	put(vma + CHAIN + CHAIN_VMA, vma, 8);
	return vma;
}

static void put_tables(kaddr_t pgd)
{
	for (int level = 0; level < 3; level++)
		put(pgd + level * PAGE_SIZE, (pgd + (level + 1) * PAGE_SIZE) | PRESENT, 8);
}

static void put_entry(kaddr_t pgd, uint64_t index, uint64_t entry)
{
	put(pgd + 3 * PAGE_SIZE + index * 8, entry, 8);
}

/* The struct page of an index. */
static kaddr_t page_of(uint64_t index)
{
	return PAGES + index * PAGE_BYTES;
}

static void map_pages(kaddr_t pgd, uint64_t first, uint64_t count)
{
	for (uint64_t i = first; i < first + count; i++)
		put_entry(pgd, i, pfn_of(page_of(i)) << 12 | PRESENT);
}

/*
 * The parent has pages 10 to 15, and maps all but 13; the child of these the last five, and maps but 12, 13 and 15: of 11 it has a
 * copy, 14 it never read. Of one that is ending nobody has the mm.
 */
static int setup(void **state)
{
	const kaddr_t parent = put_vma(0, PARENT_MM, 10, 6), child = put_vma(1, CHILD_MM, 11, 5),
		      ending = put_vma(2, ENDING_MM, 10, 6);

	(void)state;
	machine = "x86_64";
	layout = (struct layout){
		.page_index = MEMBER(INDEX, 8), .mapping_i_mmap = MEMBER(0, 16), .anon_vma_root = MEMBER(0, 16),
		.vma_start = MEMBER(START, 8), .vma_end = MEMBER(END, 8), .vma_pgoff = MEMBER(PGOFF, 8), .vma_mm = MEMBER(MM, 8),
		.vma_shared = MEMBER(SHARED, 32), .anon_chain_vma = MEMBER(CHAIN_VMA, 8), .anon_chain_rb = MEMBER(CHAIN_RB, 24),
		.mm_pgd = MEMBER(0, 8),
	};
	run = (struct run){ .layout = &layout };
	for (uint64_t index = 0; index < MOST + 32; index++)
		put(page_of(index) + INDEX, index, 8);
	put(PARENT_MM, OF_PARENT, 8);
	put(CHILD_MM, OF_CHILD, 8);
	put(ENDING_MM, OF_PARENT, 8);
	put_tables(OF_PARENT);
	put_tables(OF_CHILD);
	map_pages(OF_PARENT, 10, 6);
	put_entry(OF_PARENT, 13, 0);
	map_pages(OF_CHILD, 11, 5);
	put_entry(OF_CHILD, 11, 0x777ull << 12 | PRESENT);
	put_entry(OF_CHILD, 14, 0);
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

enum { PARENT = 1, CHILD = 2, NOBODY = 16 };

static void note(struct run *r, void *visited, const struct sharers *sharers)
{
	(void)r;
	*(unsigned int *)visited += sharers == &of_parent ? PARENT : CHILD;
}

static void note_nobody(struct run *r, void *visited, kaddr_t page)
{
	(void)r;
	assert_true(page >= PAGES);
	*(unsigned int *)visited += NOBODY;
}

static const struct folio anonymous = { .anon_vma = ANON_VMA, .base_pages = 1 };
static const struct folio of_file = { .mapping = MAPPING, .base_pages = 1 };

static void add(struct mappers *mappers, struct folio folio, uint64_t index)
{
	folio.page = page_of(index);
	assert_true(mappers_add(&run, mappers, &folio));
}

/* The sum of those that were visited, each once for each vma, and of the folios that none was found for. */
static unsigned int visit(struct mappers *mappers)
{
	unsigned int visited = 0;

	mappers_visit(&run, mappers, note, note_nobody, &visited);
	return visited;
}

static unsigned int visit_one(struct folio folio, uint64_t index)
{
	struct mappers *mappers = mappers_new(&run, &sharing);

	add(mappers, folio, index);
	return visit(mappers);
}

static void those_that_map_it(void **state)
{
	(void)state;
	assert_int_equal(visit_one(anonymous, 10), PARENT);
	assert_int_equal(visit_one(anonymous, 11), PARENT);
	assert_int_equal(visit_one(anonymous, 12), PARENT + CHILD);
	assert_int_equal(visit_one(anonymous, 13), CHILD);
	assert_int_equal(visit_one(anonymous, 14), PARENT);
	assert_int_equal(visit_one(anonymous, 15), PARENT + CHILD);
	assert_int_equal(visit_one(of_file, 10), PARENT);
	assert_int_equal(visit_one(of_file, 11), PARENT);
	assert_int_equal(visit_one(of_file, 13), CHILD);
}

static void those_that_may_not_use_it_now(void **state)
{
	(void)state;
	put_entry(OF_CHILD, 14, (~(pfn_of(page_of(14)) << 12) & 0x000ffffffffff000ull) | 0x124);
	assert_int_equal(visit_one(anonymous, 14), PARENT + CHILD);
}

static void where_no_vma_covers_it_is_nobody(void **state)
{
	(void)state;
	assert_int_equal(visit_one(anonymous, 9), NOBODY);
	assert_int_equal(visit_one(anonymous, 16), NOBODY);
	put_entry(OF_PARENT, 10, 0);
	assert_int_equal(visit_one(anonymous, 10), NOBODY);
}

static void some_of_a_large_folio_will_do(void **state)
{
	struct folio large = { .anon_vma = ANON_VMA, .base_pages = 4 };

	(void)state;
	assert_int_equal(visit_one(large, 9), PARENT + CHILD);
	assert_int_equal(visit_one(large, 8), PARENT);
	assert_int_equal(visit_one(large, 7), PARENT);
	assert_int_equal(visit_one(large, 6), NOBODY);
	assert_int_equal(visit_one(large, 15), PARENT + CHILD);
}

static void a_huge_entry_maps_a_part(void **state)
{
	const struct folio huge = { .anon_vma = ANON_VMA, .base_pages = 512, .pfn = 0x40000 };

	(void)state;
	put(OF_PARENT + 2 * PAGE_SIZE, 0x40000ull << 12 | 0x80 | PRESENT, 8);
	assert_int_equal(visit_one(huge, 0), PARENT);
	put(OF_PARENT + 2 * PAGE_SIZE, 0x40200ull << 12 | 0x80 | PRESENT, 8);
	assert_int_equal(visit_one(huge, 0), NOBODY);
}

static void each_vma_once(void **state)
{
	struct mappers *mappers = mappers_new(&run, &sharing);

	(void)state;
	for (uint64_t index = 10; index < 16; index++) {
		add(mappers, anonymous, index);
		add(mappers, anonymous, index);		/* a scan finds it again */
	}
	add(mappers, anonymous, 20);
	add(mappers, of_file, 12);
	assert_int_equal(visit(mappers), 2 * (PARENT + CHILD) + NOBODY);
}

static void nothing_tells_who_maps_memory_of_ksm(void **state)
{
	const struct folio ksm = { .kind = FOLIO_ANON, .base_pages = 1, .page = PAGES };

	(void)state;
	assert_false(mappers_add(&run, mappers_new(&run, &sharing), &ksm));
}

static void a_damaged_vma_maps_nothing(void **state)
{
	(void)state;
	put(VMAS + END, 0, 8);
	assert_int_equal(visit_one(anonymous, 12), CHILD);
}

static void a_vma_that_begins_within_a_page_comes_to_its_end(void **state)
{
	const struct folio large = { .anon_vma = ANON_VMA, .base_pages = 4 };
	uint64_t start;

	(void)state;
	memcpy(&start, memory + VMAS + START, sizeof(start));
	put(VMAS + START, start + 0x80, 8);
	put_entry(OF_PARENT, 10, 0);
	put_entry(OF_PARENT, 11, 0);
	assert_int_equal(visit_one(large, 9), PARENT + CHILD);
	assert_int_equal(visit_one(large, 8), NOBODY);
}

static void without_page_tables_those_that_cover_it(void **state)
{
	(void)state;
	put(OF_CHILD + 2 * PAGE_SIZE, 0x70000000 | PRESENT, 8);
	assert_int_equal(visit_one(anonymous, 14), PARENT + CHILD);
	machine = "s390x";
	assert_int_equal(visit_one(anonymous, 10), PARENT);
	assert_int_equal(visit_one(anonymous, 11), PARENT + CHILD);
}

static void a_whole_file_is_asked_for(void **state)
{
	unsigned int visited = 0;

	(void)state;
	assert_true(mappers_visit_all(&run, &sharing, MAPPING, note, &visited));
	assert_int_equal(visited, PARENT + CHILD);
}

#define PROCESSES 20

/* A library that all have mapped, one behind the other in its tree; of the tables the first process has its own. */
static struct mappers *put_library(kaddr_t tables_of_others)
{
	struct mappers *mappers = mappers_new(&run, &sharing);
	kaddr_t before = 0;

	map_pages(OF_PARENT, 0, MOST);
	map_pages(OF_CHILD, 0, MOST);
	for (int n = 0; n < PROCESSES; n++) {
		const kaddr_t mm = MMS + 0x100 + n * MM_BYTES, node = put_vma(n, mm, 0, MOST) + SHARED;

		put(node + RB_RIGHT, 0, 8);
		hang(MAPPING, before, node);
		before = node;
		put(mm, n ? tables_of_others : OF_PARENT, 8);
		map_put(&sharing.mms.by_object, mm, n ? &of_child : &of_parent);
	}
	for (uint64_t index = 0; index < MOST; index++)
		add(mappers, of_file, index);
	return mappers;
}

/* Of the vma its node in the tree, its members, its mm, four tables. */
enum { READS_OF_A_VMA = 4 + 4 + 1 + 4 };

static void work_is_the_sum_of_vmas_and_pages(void **state)
{
	struct mappers *mappers;

	(void)state;
	reads = 0;
	mappers = put_library(OF_CHILD);
	assert_int_equal(visit(mappers), PARENT + (PROCESSES - 1) * CHILD);
	assert_in_range(reads, MOST, MOST + (PROCESSES + 1) * READS_OF_A_VMA);
}

/* The last page nobody maps: each vma is looked at for all that it covers. */
static void work_is_the_sum_where_few_map_it(void **state)
{
	struct mappers *mappers;

	(void)state;
	reads = 0;
	mappers = put_library(EMPTY);
	put_entry(OF_PARENT, MOST - 1, 0);
	assert_int_equal(visit(mappers), PARENT + NOBODY);
	assert_in_range(reads, MOST, MOST + (PROCESSES + 1) * READS_OF_A_VMA);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(those_that_map_it),
		TEST(those_that_may_not_use_it_now),
		TEST(where_no_vma_covers_it_is_nobody),
		TEST(some_of_a_large_folio_will_do),
		TEST(a_huge_entry_maps_a_part),
		TEST(each_vma_once),
		TEST(nothing_tells_who_maps_memory_of_ksm),
		TEST(a_damaged_vma_maps_nothing),
		TEST(a_vma_that_begins_within_a_page_comes_to_its_end),
		TEST(without_page_tables_those_that_cover_it),
		TEST(a_whole_file_is_asked_for),
		TEST(work_is_the_sum_of_vmas_and_pages),
		TEST(work_is_the_sum_where_few_map_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
