// SPDX-License-Identifier: GPL-2.0-or-later
/* A struct page as its folio, of kernels that no test machine runs: 4.18 and 6.6. */
#include "test.h"

#include "flat_memory.h"
#include "zmemcg/folio.h"
#include "zmemcg/inventory.h"
#include "zmemcg/memmap.h"

enum {
	PAGE_AT = 0x1000, PAGE_BYTES = 64, PAGES = 16,
	FLAGS = 0, LRU = 8, MAPPING = 24, TYPE = 48, COUNT = 52, MEMCG = 56,	/* in a head page */
	COMPOUND_HEAD = 8, ORDER = 17,						/* in a tail */
	ZOMBIE = 0x10000, CACHE = 0x12000,
};

enum { PG_SWAPBACKED = 18, PG_SLAB = 9, PG_HEAD = 16 };

#define UNMAPPED	0xffffffff

static struct layout layout;
static struct run run;
static struct inventory inventory;
static struct memcg zombie = { .addr = ZOMBIE, .selected = true };

bool peek_member(struct run *r, kaddr_t object, struct member member, uint64_t *value)
{
	return member.known && read_member(r, object, member, value);
}

uint64_t memmap_page_bytes(void)
{
	return 4096;
}

kaddr_t memmap_pfn_to_virt(uint64_t pfn)
{
	return pfn * memmap_page_bytes();
}

static int setup(void **state)
{
	(void)state;
	layout = (struct layout){
		.page_size_bytes = PAGE_BYTES, .page_flags = { true, FLAGS, 8 }, .page_lru = { true, LRU, 16 },
		.page_mapping = { true, MAPPING, 8 }, .page_page_type = { true, TYPE, 4 }, .page_refcount = { true, COUNT, 4 },
		.page_memcg = { true, MEMCG, 8 }, .page_compound_head = { true, COMPOUND_HEAD, 8 },
		.page_compound_order = { true, ORDER, 1 },
		.pg_swapbacked = PG_SWAPBACKED, .pg_swapcache = -1, .pg_slab = PG_SLAB, .pg_head = PG_HEAD, .pgty_slab = -1,
		.kmem_pages_have_type = true, .pages_refer_singly = true,
	};
	run = (struct run){ .layout = &layout };
	memset(memory, 0, sizeof(memory));
	inventory = (struct inventory){ 0 };
	map_init(&inventory.by_addr, &run.arena);
	map_init(&inventory.by_objcg, &run.arena);
	map_put(&inventory.by_addr, ZOMBIE, &zombie);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&run.arena);
	return 0;
}

/* A folio of 2^order pages, which a memcg word belongs to. */
static struct folio folio_with(uint64_t flags, unsigned int order, kaddr_t mapping, uint32_t type, uint64_t memcg)
{
	const unsigned int pages = 1 << order;
	struct folio folio;

	put(PAGE_AT + FLAGS, flags | (order ? 1 << PG_HEAD : 0), 8);
	put(PAGE_AT + MAPPING, mapping, 8);
	put(PAGE_AT + TYPE, type, 4);
	put(PAGE_AT + MEMCG, memcg, 8);
	for (unsigned int i = 1; i < pages; i++)
		put(PAGE_AT + i * PAGE_BYTES + COMPOUND_HEAD, PAGE_AT + 1, 8);
	if (order)
		put(PAGE_AT + PAGE_BYTES + ORDER, order, 1);
	assert_true(folio_read(&run, &inventory, PAGE_AT, &folio));
	assert_int_equal(run.counts.cut + run.counts.unreadable, 0);
	return folio;
}

/* mm/slab.h 4.18 memcg_charge_slab(): the page has the memcg, where it has its mapping it has its cache. */
static void a_slab_of_4_18_is_kernel_memory_of_its_memcg(void **state)
{
	const struct folio slab = folio_with(1 << PG_SLAB, 3, CACHE, UNMAPPED, ZOMBIE);

	(void)state;
	assert_ptr_equal(slab.memcg, &zombie);
	assert_int_equal(slab.kind, FOLIO_SLAB);
	assert_int_equal(slab.mapping, 0);
	assert_int_equal(slab.base_pages, 8);
}

/* Since 5.9 it has a vector of obj_cgroups, which hold nobody. */
static void a_slab_of_5_10_is_nobody_s(void **state)
{
	(void)state;
	assert_null(folio_with(1 << PG_SLAB, 0, CACHE, UNMAPPED, ZOMBIE | 1).memcg);
}

static void a_page_of_a_file_is_no_slab(void **state)
{
	const struct folio file = folio_with(0, 0, CACHE, UNMAPPED, ZOMBIE);

	(void)state;
	assert_int_equal(file.kind, FOLIO_CACHE);
	assert_int_equal(file.mapping, CACHE);
}

static void a_kernel_stack_is_told_by_its_type(void **state)
{
	(void)state;
	assert_int_equal(folio_with(0, 0, 0, UNMAPPED & ~0x200u, ZOMBIE).kind, FOLIO_KMEM);
}

/* 6.6: PG_hugetlb 0x800, a bit that is unset where a page is one. */
static void what_nobody_maps_is_no_hugetlb_page(void **state)
{
	(void)state;
	layout.hugetlb_type = (struct page_type){ 0xf0000800, 0xf0000000 };
	assert_false(folio_with(0, 0, CACHE, UNMAPPED, ZOMBIE).hugetlb);
	assert_false(folio_with(0, 0, CACHE, 3, ZOMBIE).hugetlb);
	assert_true(folio_with(0, 3, CACHE, UNMAPPED & ~0x800u, ZOMBIE).hugetlb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_slab_of_4_18_is_kernel_memory_of_its_memcg, setup, teardown),
		cmocka_unit_test_setup_teardown(a_slab_of_5_10_is_nobody_s, setup, teardown),
		cmocka_unit_test_setup_teardown(a_page_of_a_file_is_no_slab, setup, teardown),
		cmocka_unit_test_setup_teardown(a_kernel_stack_is_told_by_its_type, setup, teardown),
		cmocka_unit_test_setup_teardown(what_nobody_maps_is_no_hugetlb_page, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
