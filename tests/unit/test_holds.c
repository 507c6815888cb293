// SPDX-License-Identifier: GPL-2.0-or-later
/* What keeps a folio from going with drop_caches: its flags, and who refers to it. */
#include "test.h"

#include <string.h>

#include "flat_memory.h"
#include "zmemcg/folio.h"
#include "zmemcg/holds.h"
#include "zmemcg/inodes.h"
#include "zmemcg/session.h"

/* Two CPUs with a copy of each per-CPU symbol; struct pages; an address_space. */
enum { CPUS = 2, CPU_BYTES = 0x1000, BATCHES = 0x2000, ROTATE = 0x2800, PAGES = 0x8000, MAPPING = 0x9000, TREE = 0xa000,
       BUFFER = 0xb000 };

/* Of a batch; of a struct page; of a buffer_head. */
enum { BATCH_BYTES = 128, FOLIOS = 8, ROOM = 15 };
enum { REFERENCES = 52, MAPCOUNT = 48, ENTIRE = 64, PRIVATE_AT = 40, PAGE_BYTES = 64 };
enum { BH_NEXT = 0, BH_PAGE = 8, BH_COUNT = 16 };

enum { DIRTY, WRITEBACK, MLOCKED, LRU, PRIVATE, PRIVATE_2, SWAPCACHE };

static struct layout layout;
static struct run run;
static bool live;

#define MEMBER(at, bytes)	((struct member){ .known = true, .offset = (at), .size = (bytes) })

bool session_live(void)
{
	return live;
}

int session_cpus(void)
{
	return CPUS;
}

kaddr_t session_percpu(kaddr_t symbol, int cpu)
{
	return symbol + cpu * CPU_BYTES;
}

bool peek_member(struct run *r, kaddr_t object, struct member member, uint64_t *value)
{
	return read_member(r, object, member, value);
}

bool folio_in_swapcache(const struct run *r, const struct folio *folio)
{
	return flag_is_set(folio->flags, r->layout->pg_swapcache);
}

bool files_is_metadata(struct run *r, kaddr_t mapping)
{
	(void)r;
	return mapping == TREE;
}

static int setup(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	live = false;
	layout = (struct layout){
		.page_size_bytes = PAGE_BYTES, .page_refcount = MEMBER(REFERENCES, 4), .page_mapcount = MEMBER(MAPCOUNT, 4),
		.page_private = MEMBER(PRIVATE_AT, 8), .folio_entire_mapcount = MEMBER(ENTIRE + 4, 4),
		.folio_large_mapcount = MEMBER(ENTIRE + 8, 4), .tail_compound_mapcount = MEMBER(12, 4),
		.bh_page = MEMBER(BH_PAGE, 8), .bh_count = MEMBER(BH_COUNT, 4), .bh_this_page = MEMBER(BH_NEXT, 8),
		.pg_dirty = DIRTY, .pg_writeback = WRITEBACK, .pg_mlocked = MLOCKED, .pg_lru = LRU, .pg_private = PRIVATE,
		.pg_private_2 = PRIVATE_2, .pg_swapcache = SWAPCACHE,
		.batch_nr = MEMBER(0, 1), .batch_folios = MEMBER(FOLIOS, ROOM * 8), .lru_batches = BATCHES, .lru_rotate = ROTATE,
		.batches_add = MEMBER(0, BATCH_BYTES), .batches_activate = MEMBER(BATCH_BYTES, BATCH_BYTES),
		.rotate_batch = MEMBER(0, BATCH_BYTES),
	};
	run.layout = &layout;
	run.batches = NULL;
	memset(&run.counts, 0, sizeof(run.counts));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&run.arena);
	return 0;
}

static struct folio folio_of(enum folio_kind kind, int references, uint64_t flags)
{
	const struct folio folio = { .page = PAGES, .kind = kind, .references = references, .flags = 1 << LRU | flags,
				     .mapping = kind == FOLIO_OTHER ? 0 : MAPPING, .base_pages = 1 };

	put(folio.page + MAPCOUNT, -1, 4);
	return folio;
}

static unsigned int holds_of(enum folio_kind kind, int references, uint64_t flags)
{
	const struct folio folio = folio_of(kind, references, flags);

	return folio_holds(&run, &folio);
}

static void put_in_batch(kaddr_t batch, kaddr_t page)
{
	put(batch + FOLIOS + memory[batch] * 8, page, 8);
	memory[batch]++;
}

static void one_that_the_cache_alone_has_is_free(void **state)
{
	(void)state;
	assert_int_equal(holds_of(FOLIO_CACHE, 1, 0), 0);
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 1 << PRIVATE), 0);
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 1 << PRIVATE_2), 0);
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 1 << PRIVATE | 1 << PRIVATE_2), 0);
}

static void another_reference_holds_it(void **state)
{
	(void)state;
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 0), HELD_REFERRED);
	assert_int_equal(holds_of(FOLIO_CACHE, 3, 1 << PRIVATE), HELD_REFERRED);
	assert_int_equal(holds_of(FOLIO_SHMEM, 2, 1 << DIRTY), HELD_DIRTY | HELD_REFERRED);
	assert_int_equal(holds_of(FOLIO_SHMEM, 1, 1 << DIRTY), HELD_DIRTY);
}

static void a_reference_that_may_be_of_something_else_says_nothing(void **state)
{
	struct folio mapped = folio_of(FOLIO_CACHE, 3, 0), huge = folio_of(FOLIO_CACHE, 5, 0);

	(void)state;
	huge.hugetlb = true;
	assert_int_equal(folio_holds(&run, &huge), 0);
	put(PAGES + MAPCOUNT, 0, 4);
	assert_int_equal(folio_holds(&run, &mapped), HELD_MAPPED);
	assert_int_equal(holds_of(FOLIO_CACHE, 3, 1 << DIRTY), HELD_DIRTY);
	assert_int_equal(holds_of(FOLIO_CACHE, 3, 1 << WRITEBACK), HELD_WRITEBACK);
	assert_int_equal(holds_of(FOLIO_CACHE, 3, 1 << MLOCKED), HELD_MLOCKED);
	assert_int_equal(holds_of(FOLIO_ANON, 1, 0), 0);
}

static void the_cache_has_a_reference_to_each_base_page(void **state)
{
	struct folio folio = folio_of(FOLIO_CACHE, 4, 0);

	(void)state;
	folio.base_pages = 4;
	for (int i = 0; i < 4; i++)
		put(PAGES + i * PAGE_BYTES + MAPCOUNT, -1, 4);
	put(PAGES + ENTIRE + 4, -1, 4);
	put(PAGES + ENTIRE + 8, -1, 4);
	put(PAGES + PAGE_BYTES + 12, -1, 4);
	assert_int_equal(folio_holds(&run, &folio), 0);
	folio.references = 5;
	assert_int_equal(folio_holds(&run, &folio), HELD_REFERRED);
}

static void a_batch_lets_go_by_itself(void **state)
{
	(void)state;
	put_in_batch(BATCHES, PAGES + 1024);
	put_in_batch(BATCHES + CPU_BYTES + BATCH_BYTES, PAGES);
	put_in_batch(BATCHES + CPU_BYTES + BATCH_BYTES, PAGES);		/* who is read twice is in it twice */
	put_in_batch(ROTATE, PAGES);
	assert_int_equal(holds_of(FOLIO_CACHE, 4, 0), 0);
	assert_int_equal(holds_of(FOLIO_CACHE, 5, 0), HELD_REFERRED);
}

static void what_was_in_a_batch_is_in_none(void **state)
{
	(void)state;
	put_in_batch(BATCHES, PAGES);
	memory[BATCHES] = 0;
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 0), HELD_REFERRED);
}

static void a_damaged_batch_is_counted_and_left_out(void **state)
{
	(void)state;
	put_in_batch(BATCHES + BATCH_BYTES, PAGES);
	memory[BATCHES] = ROOM + 1;
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 0), 0);
	assert_int_equal(run.counts.cut, 1);
}

static void who_took_it_off_its_list_has_it_for_a_moment(void **state)
{
	struct folio folio = folio_of(FOLIO_CACHE, 2, 0);

	(void)state;
	folio.flags = 0;
	assert_int_equal(folio_holds(&run, &folio), 0);
	folio.references = 3;
	assert_int_equal(folio_holds(&run, &folio), HELD_REFERRED);
}

static void on_a_live_system_it_is_looked_at_again(void **state)
{
	(void)state;
	live = true;
	put(PAGES + REFERENCES, 1, 4);
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 0), 0);
	put(PAGES + REFERENCES, 2, 4);
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 0), HELD_REFERRED);
	put(PAGES + REFERENCES, 9, 4);
	put_in_batch(BATCHES, PAGES);
	assert_int_equal(holds_of(FOLIO_CACHE, 2, 0), HELD_REFERRED);	/* the batches are those of the first time */
}

static void a_filesystem_holds_its_buffers_and_tree_blocks(void **state)
{
	struct folio folio = folio_of(FOLIO_CACHE, 2, 1 << PRIVATE);

	(void)state;
	put(PAGES + PRIVATE_AT, BUFFER, 8);
	put(BUFFER + BH_PAGE, PAGES, 8);
	put(BUFFER + BH_NEXT, BUFFER, 8);
	assert_int_equal(folio_holds(&run, &folio), 0);
	put(BUFFER + BH_COUNT, 1, 4);
	assert_int_equal(folio_holds(&run, &folio), HELD_BUFFERS);
	folio.references = 3;
	assert_int_equal(folio_holds(&run, &folio), HELD_BUFFERS | HELD_REFERRED);
	put(PAGES + PRIVATE_AT, 0, 8);
	folio.mapping = TREE;
	assert_int_equal(folio_holds(&run, &folio), HELD_BUFFERS);
	folio.references = 2;
	assert_int_equal(folio_holds(&run, &folio), 0);
}

static void one_without_a_file_is_there_for_who_refers_to_it(void **state)
{
	struct folio folio = folio_of(FOLIO_OTHER, 1, 0);

	(void)state;
	assert_true(folio_is_cut_off(&run, &folio));
	folio.flags = 0;			/* not of the page cache, for all that is known */
	assert_false(folio_is_cut_off(&run, &folio));
	folio.flags = 1 << LRU | 1 << PRIVATE;	/* a journal has its buffers */
	assert_false(folio_is_cut_off(&run, &folio));
	put_in_batch(BATCHES, PAGES);
	run.batches = NULL;
	folio.flags = 1 << LRU;
	assert_false(folio_is_cut_off(&run, &folio));
}

static void anonymous_memory_that_nobody_maps_is_there_for_who_refers_to_it(void **state)
{
	struct folio folio = folio_of(FOLIO_ANON, 1, 1 << DIRTY);

	(void)state;
	folio.mapping = 0;
	assert_true(folio_is_cut_off(&run, &folio));
	assert_int_equal(folio_holds(&run, &folio), HELD_DIRTY);
	folio.flags |= 1 << SWAPCACHE;
	assert_false(folio_is_cut_off(&run, &folio));
	folio.flags = 0;			/* who took it off its list has it for a moment */
	assert_false(folio_is_cut_off(&run, &folio));
	folio.flags = 1 << LRU;
	put(PAGES + MAPCOUNT, 0, 4);
	assert_false(folio_is_cut_off(&run, &folio));
	put(PAGES + MAPCOUNT, -1, 4);
	put_in_batch(BATCHES, PAGES);
	run.batches = NULL;
	assert_false(folio_is_cut_off(&run, &folio));
}

static void anonymous_memory_can_be_mapped_and_referred_to(void **state)
{
	struct folio folio = folio_of(FOLIO_ANON, 1, 0);

	(void)state;
	folio.mapping = 0;
	folio.references = 2;
	put(PAGES + MAPCOUNT, 0, 4);
	assert_true(folio_is_pinned(&run, &folio));
	put(PAGES + MAPCOUNT, 1, 4);		/* each has one of the two */
	assert_false(folio_is_pinned(&run, &folio));
	folio.references = 3;
	assert_true(folio_is_pinned(&run, &folio));
	folio.flags |= 1 << SWAPCACHE;		/* or that has one */
	assert_false(folio_is_pinned(&run, &folio));
	folio.flags = 0;
	assert_false(folio_is_pinned(&run, &folio));
	folio.flags = 1 << LRU;
	folio.base_pages = 2;			/* of which one may be mapped twice */
	assert_false(folio_is_pinned(&run, &folio));
	folio.base_pages = 1;
	put_in_batch(BATCHES, PAGES);
	run.batches = NULL;
	assert_false(folio_is_pinned(&run, &folio));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_that_the_cache_alone_has_is_free),
		TEST(another_reference_holds_it),
		TEST(a_reference_that_may_be_of_something_else_says_nothing),
		TEST(the_cache_has_a_reference_to_each_base_page),
		TEST(a_batch_lets_go_by_itself),
		TEST(what_was_in_a_batch_is_in_none),
		TEST(a_damaged_batch_is_counted_and_left_out),
		TEST(who_took_it_off_its_list_has_it_for_a_moment),
		TEST(on_a_live_system_it_is_looked_at_again),
		TEST(a_filesystem_holds_its_buffers_and_tree_blocks),
		TEST(one_without_a_file_is_there_for_who_refers_to_it),
		TEST(anonymous_memory_that_nobody_maps_is_there_for_who_refers_to_it),
		TEST(anonymous_memory_can_be_mapped_and_referred_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
