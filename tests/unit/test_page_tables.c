// SPDX-License-Identifier: GPL-2.0-or-later
/* What a machine's page tables say of an address: physical memory is the flat one. */
#include "test.h"

#include "flat_memory.h"
#include "zmemcg/memmap.h"
#include "zmemcg/page_tables.h"
#include "zmemcg/session.h"

enum { AN_MM = 0x800, OTHER_MM = 0x900, PGD = 0x1000 };

static struct layout layout;
static struct run run;
static const char *machine;
static uint64_t page_bytes;

const char *session_machine(void)
{
	return machine;
}

uint64_t memmap_page_bytes(void)
{
	return page_bytes;
}

kaddr_t memmap_pfn_to_virt(uint64_t pfn)
{
	return pfn * page_bytes;
}

static void be(const char *name, uint64_t bytes, long t1sz, long levels_5)
{
	machine = name;
	page_bytes = bytes;
	layout.arm_t1sz = t1sz;
	layout.levels_5 = levels_5;
}

static int setup(void **state)
{
	(void)state;
	layout = (struct layout){ .mm_pgd = { .known = true, .offset = 0, .size = 8 } };
	run = (struct run){ .layout = &layout };
	put(AN_MM, PGD, 8);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&run.arena);
	memset(memory, 0, sizeof(memory));
	return 0;
}

static void put_entry(kaddr_t table, unsigned int index, uint64_t entry)
{
	put(table + index * 8, entry, 8);
}

/* Tables of 4 KB one behind the other from the pgd on, each the first of the one before, at an address of small numbers. */
static kaddr_t put_tables(int levels, uint64_t bits)
{
	kaddr_t table = PGD;

	for (int level = 1; level < levels; level++, table += 0x1000)
		put_entry(table, 0, (table + 0x1000) | bits);
	return table;
}

static struct mapped look_up(uint64_t addr)
{
	return page_tables_look_up(&run, page_tables_new(&run), AN_MM, addr);
}

static void expect_page(uint64_t addr, uint64_t pfn, uint64_t end)
{
	const struct mapped mapped = look_up(addr);

	assert_int_equal(mapped.what, MAPPED_PAGES);
	assert_int_equal(mapped.pfn, pfn);
	assert_int_equal(mapped.end, end);
}

static void expect_nothing(uint64_t addr, uint64_t end)
{
	const struct mapped mapped = look_up(addr);

	assert_int_equal(mapped.what, MAPPED_NOTHING);
	assert_int_equal(mapped.end, end);
}

#define X86_TABLE	0x8000000000000067ull	/* as a pgd of PTI's has, with NX */
#define X86_PAGE	0x8000000000000025ull
#define KB		1024ull
#define MB		(1024 * KB)
#define GB		(1024 * MB)

static void x86_with_four_levels(void **state)
{
	kaddr_t leaf;

	(void)state;
	be("x86_64", 4096, 0, 0);
	leaf = put_tables(4, X86_TABLE);
	put_entry(leaf, 3, 0x12345000 | X86_PAGE);
	expect_page(0x3abc, 0x12345, 0x4000);
	expect_nothing(0x4000, 0x5000);
	expect_nothing(2 * MB, 4 * MB);
	expect_nothing(GB, 2 * GB);
	expect_nothing(512 * GB, 1024 * GB);
}

static void x86_with_five_levels(void **state)
{
	kaddr_t leaf;

	(void)state;
	be("x86_64", 4096, 0, 1);
	leaf = put_tables(5, X86_TABLE);
	put_entry(leaf, 3, 0x12345000 | X86_PAGE);
	expect_page(0x3000, 0x12345, 0x4000);
	expect_nothing(256ull << 40, 512ull << 40);
}

/* Of 2 MB, of 1 GB; in an entry of the former bit 12 is no part of the address. */
static void x86_huge_pages(void **state)
{
	(void)state;
	be("x86_64", 4096, 0, 0);
	put_tables(4, X86_TABLE);
	put_entry(PGD + 0x2000, 1, (64 * MB) | 0x1000 | 0xe7);
	put_entry(PGD + 0x1000, 1, (3 * GB) | 0xe7);
	expect_page(2 * MB + 0x5000, 64 * MB / 4096 + 5, 4 * MB);
	expect_page(GB + 0x7000, 3 * GB / 4096 + 7, 2 * GB);
}

/* PROT_NONE: the address is inverted. Swapped out: bit 8 is clear. A huge page that is split has bit 7 alone. */
static void x86_entries_that_are_not_present(void **state)
{
	kaddr_t leaf;

	(void)state;
	be("x86_64", 4096, 0, 0);
	leaf = put_tables(4, X86_TABLE);
	put_entry(leaf, 0, (~0x12345000ull & 0x000ffffffffff000ull) | 0x124);
	put_entry(leaf, 1, 0x00ffff0000000004ull);
	put_entry(PGD + 0x2000, 1, (~(64 * MB) & 0x000fffffffe00000ull) | 0x1a0);
	expect_page(0, 0x12345, 0x1000);
	expect_nothing(0x1000, 0x2000);
	expect_page(2 * MB, 64 * MB / 4096, 4 * MB);
}

#define ARM_PAGE	0x0020000000000f43ull	/* AF, nG, shareable as bits 8 and 9 say without LPA2 */

static void arm_with_pages_of_4_kb(void **state)
{
	kaddr_t leaf;

	(void)state;
	be("aarch64", 4096, 16, 0);
	leaf = put_tables(4, 0x0800000000000003ull);
	put_entry(leaf, 3, 0x12345000 | ARM_PAGE);
	put_entry(leaf, 4, (0x12346000 | ARM_PAGE | 1ull << 58) & ~1ull);	/* PROT_NONE until 6.9 */
	put_entry(leaf, 5, (0x12347000 | ARM_PAGE) & ~1ull);			/* and since */
	put_entry(leaf, 6, 0x0000012345670000ull);				/* swapped out */
	put_entry(PGD + 0x2000, 1, 64 * MB | (ARM_PAGE & ~2ull));
	put_entry(PGD + 0x2000, 2, 66 * MB | (ARM_PAGE & ~3ull));		/* a block, PROT_NONE */
	put_entry(PGD + 0x2000, 3, 0x0000012345670000ull);
	expect_page(0x3000, 0x12345, 0x4000);
	expect_page(0x4000, 0x12346, 0x5000);
	expect_page(0x5000, 0x12347, 0x6000);
	expect_nothing(0x6000, 0x7000);
	expect_page(2 * MB, 64 * MB / 4096, 4 * MB);
	expect_page(4 * MB, 66 * MB / 4096, 6 * MB);
	expect_nothing(6 * MB, 8 * MB);
	expect_nothing(512 * GB, 1024 * GB);
}

/* 52 bits: five levels, and bits 50 and 51 of an address stand in 8 and 9. */
static void arm_with_52_bits(void **state)
{
	kaddr_t leaf;

	(void)state;
	be("aarch64", 4096, 12, 0);
	leaf = put_tables(5, 0x0800000000000003ull);
	put_entry(leaf, 3, (1ull << 49) | 0x12345000 | ((ARM_PAGE & ~0x300ull) | 0x200));
	expect_page(0x3000, (1ull << 51 | 1ull << 49 | 0x12345000) / 4096, 0x4000);
}

/* The processor has 47 bits where the kernel was made for 52: three levels. */
static void arm_with_pages_of_16_kb(void **state)
{
	(void)state;
	be("aarch64", 16384, 17, 0);
	put_entry(PGD, 0, 0x4000 | 3);
	put_entry(0x4000, 0, 0x8000 | 3);
	put_entry(0x8000, 3, 0x12340000 | ARM_PAGE);
	expect_page(3 * 0x4000 + 0x123, 0x12340000 / 0x4000, 4 * 0x4000);
	expect_nothing(32 * MB, 64 * MB);
}

/* Bits 48 to 51 of an address stand in 12 to 15. */
static void arm_with_pages_of_64_kb(void **state)
{
	(void)state;
	be("aarch64", 65536, 16, 0);
	put_entry(PGD, 0, 0x10000 | 3);
	put_entry(0x10000, 1, (512 * MB) | 0x5000 | 0xf41);
	expect_page(512 * MB + 0x20000, (5ull << 48 | 512 * MB) / 65536 + 2, GB);
	expect_nothing(0, 512 * MB);
}

static void another_machines_tables_are_not_known(void **state)
{
	(void)state;
	be("s390x", 4096, 0, 0);
	assert_int_equal(look_up(0x3000).what, MAPPED_UNKNOWN);
	be("aarch64", 4096, 0, 0);	/* before 5.9 nothing tells how many levels there are */
	assert_int_equal(look_up(0x3000).what, MAPPED_UNKNOWN);
}

static void an_unreadable_table_is_not_known(void **state)
{
	struct mapped mapped;

	(void)state;
	be("x86_64", 4096, 0, 0);
	put_tables(4, X86_TABLE);
	put_entry(PGD + 0x2000, 2, 0x70000000 | X86_TABLE);
	mapped = look_up(4 * MB + 0x3000);
	assert_int_equal(mapped.what, MAPPED_UNKNOWN);
	assert_int_equal(mapped.end, 6 * MB);
	put(AN_MM, 0x70000000, 8);
	assert_int_equal(look_up(0).what, MAPPED_UNKNOWN);
}

/* Addresses of one table cost one read of it, those of a huge page or of a hole none but the first's. */
static void each_table_is_read_once(void **state)
{
	struct page_tables *tables;
	kaddr_t leaf;

	(void)state;
	be("x86_64", 4096, 0, 0);
	leaf = put_tables(4, X86_TABLE);
	for (int i = 0; i < 512; i++)
		put_entry(leaf, i, (0x100000ull + i) << 12 | X86_PAGE);
	put_entry(PGD + 0x2000, 1, (64 * MB) | 0xe7);
	tables = page_tables_new(&run);
	reads = 0;
	for (uint64_t addr = 0; addr < 2 * MB; addr += 4096)
		assert_int_equal(page_tables_look_up(&run, tables, AN_MM, addr).pfn, 0x100000 + addr / 4096);
	assert_int_equal(reads, 5);	/* of the mm, of four tables */
	for (uint64_t addr = 2 * MB; addr < 4 * MB; addr += 4096)
		assert_int_equal(page_tables_look_up(&run, tables, AN_MM, addr).pfn, addr / 4096 - 512 + 64 * 256);
	assert_int_equal(reads, 8);
	for (uint64_t addr = 4 * MB; addr < 6 * MB; addr += 4096)
		assert_int_equal(page_tables_look_up(&run, tables, AN_MM, addr).what, MAPPED_NOTHING);
	assert_int_equal(reads, 11);
}

/* The last answer was of another. */
static void each_mm_has_its_own(void **state)
{
	struct page_tables *tables;

	(void)state;
	be("x86_64", 4096, 0, 0);
	put_entry(put_tables(4, X86_TABLE), 3, 0x12345000 | X86_PAGE);
	put(OTHER_MM, 0x6000, 8);
	tables = page_tables_new(&run);
	assert_int_equal(page_tables_look_up(&run, tables, AN_MM, 0x3000).what, MAPPED_PAGES);
	assert_int_equal(page_tables_look_up(&run, tables, OTHER_MM, 0x3000).what, MAPPED_NOTHING);
	assert_int_equal(page_tables_look_up(&run, tables, AN_MM, 0x3000).what, MAPPED_PAGES);
}

static void tables_below(void **state)
{
	struct page_tables *tables;

	(void)state;
	be("x86_64", 4096, 0, 0);
	tables = page_tables_new(&run);
	assert_int_equal(page_tables_levels(tables), 4);
	assert_int_equal(page_tables_user_bytes(tables), 2048);
	assert_int_equal(page_tables_below(tables, 0x5000 | X86_TABLE), 0x5000);
	assert_int_equal(page_tables_below(tables, 0x5000 | 0xe7), 0);
	assert_int_equal(page_tables_below(tables, 0), 0);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(x86_with_four_levels),
		TEST(x86_with_five_levels),
		TEST(x86_huge_pages),
		TEST(x86_entries_that_are_not_present),
		TEST(arm_with_pages_of_4_kb),
		TEST(arm_with_52_bits),
		TEST(arm_with_pages_of_16_kb),
		TEST(arm_with_pages_of_64_kb),
		TEST(another_machines_tables_are_not_known),
		TEST(an_unreadable_table_is_not_known),
		TEST(each_table_is_read_once),
		TEST(each_mm_has_its_own),
		TEST(tables_below),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
