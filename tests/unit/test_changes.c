// SPDX-License-Identifier: GPL-2.0-or-later
/* The walks of a kernel that is alive: inventory.c, memcg.c, lists.c, pages.c and lru.c as they stand. */
#include "test.h"

#include <string.h>

#include "living_kernel.h"
#include "zmemcg/inventory.h"
#include "zmemcg/lists.h"
#include "zmemcg/folio.h"
#include "zmemcg/options.h"
#include "zmemcg/pages.h"

#define RUNS		20000

/* By serial number; it is in the inventory once at most. */
static const struct memcg *find(const struct inventory *inventory, uint64_t serial)
{
	const struct memcg *found = NULL;

	for (size_t i = 0; i < inventory->count; i++) {
		if (inventory->memcgs[i]->serial != serial)
			continue;
		assert_null(found);
		found = inventory->memcgs[i];
	}
	return found;
}

static void what_was_there_all_the_time_is_found(void **state)
{
	unsigned long released = 0, made = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct css before[CSSES];
		struct run *run = start_tree(seed);
		struct inventory *inventory;
		uint64_t last_before;

		memcpy(before, kernel.css, sizeof(before));
		last_before = next_serial;
		inventory = inventory_take(run);
		assert_false(inventory->cut);
		for (int i = 0; i < CSSES; i++) {
			const struct memcg *memcg;

			if (!before[i].listed)
				continue;
			memcg = find(inventory, before[i].serial);
			if (!kernel.css[i].listed || kernel.css[i].serial != before[i].serial) {
				released++;
				continue;
			}
			assert_non_null(memcg);
			assert_int_equal(memcg->css, (uintptr_t)&kernel.css[i]);
		}
		for (size_t i = 0; i < inventory->count; i++) {
			const struct memcg *memcg = inventory->memcgs[i];

			assert_in_range(memcg->serial, 1, next_serial - 1);
			assert_ptr_equal(find(inventory, memcg->serial), memcg);
			assert_int_equal(memcg->parent ? memcg->parent->serial : 0, parents[memcg->serial]);
			made += memcg->serial >= last_before;
		}
		arena_free(&run->arena);
	}
	assert_true(released > RUNS && made > RUNS / 10);	/* or nothing was tested */
}

static int visits[ELEMENTS];

static void note_visit(struct run *r, void *arg, kaddr_t link)
{
	(void)r;
	(void)arg;
	/* The other list's head is taken for an element, where the walk went over there. */
	for (int i = 0; i < ELEMENTS; i++)
		visits[i] += link == (uintptr_t)&kernel.elements[i];
}

static void a_list_that_changes_ends_and_what_it_lost_is_said(void **state)
{
	unsigned long whole = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct run *run = start_lists(seed);
		bool missing = false;

		memset(visits, 0, sizeof(visits));
		list_visit(run, (kaddr_t)(uintptr_t)&kernel.heads[0], note_visit, NULL);
		for (int i = 0; i < ELEMENTS; i++) {
			assert_in_range(visits[i], 0, 1);
			missing |= stayed[i] && !visits[i];
		}
		assert_true(!missing || run->counts.cut || run->counts.unreadable);
		whole += !run->counts.cut && !run->counts.unreadable;
		arena_free(&run->arena);
	}
	assert_true(whole > RUNS / 2);
}

static void check_owner(struct run *r, void *arg, const struct folio *folio)
{
	unsigned long *taken = arg;

	(void)r;
	for (int i = 0; i < PAGES; i++) {
		if (folio->page != (uintptr_t)&kernel.pages[i])
			continue;
		assert_int_equal(folio->memcg->serial, owner_when_read[i]);
		++*taken;
	}
}

static void pages_are_of_the_memcg_that_the_inventory_has(void **state)
{
	unsigned long taken = 0, gone = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct run *run = start_pages(seed);
		struct inventory *inventory = inventory_take(run);

		let_pages_change();
		for (size_t i = 0; i < inventory->count; i++)
			inventory->memcgs[i]->selected = true;
		pages_visit(run, inventory, check_owner, &taken);
		for (size_t i = 0; i < inventory->count; i++) {
			const struct memcg *memcg = inventory->memcgs[i];

			assert_in_range(memcg->charged, 0, PAGES);
			gone += ((const struct css *)(uintptr_t)memcg->css)->serial != memcg->serial;
		}
		arena_free(&run->arena);
	}
	assert_true(taken > 10 * RUNS && gone > RUNS);
}

static void check_selected(struct run *r, void *arg, const struct folio *folio)
{
	unsigned long *taken = arg;

	(void)r;
	assert_true(folio->memcg->selected);
	++*taken;
}

static void a_scan_shows_the_pages_of_the_selected_alone(void **state)
{
	static const struct options scan = { .scan = true };
	unsigned long taken = 0, all = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= RUNS; seed++) {
		struct run *run = start_pages(seed);
		struct inventory *inventory = inventory_take(run);

		run->options = &scan;
		let_pages_change();
		for (size_t i = 0; i < inventory->count; i++)
			inventory->memcgs[i]->selected = i % 2;
		pages_visit(run, inventory, check_selected, &taken);
		all += PAGES;
		arena_free(&run->arena);
	}
	assert_in_range(taken, all / 10, all * 9 / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_there_all_the_time_is_found),
		cmocka_unit_test(a_list_that_changes_ends_and_what_it_lost_is_said),
		cmocka_unit_test(pages_are_of_the_memcg_that_the_inventory_has),
		cmocka_unit_test(a_scan_shows_the_pages_of_the_selected_alone),
	};

	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
