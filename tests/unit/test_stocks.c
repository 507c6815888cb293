// SPDX-License-Identifier: GPL-2.0-or-later
/* A CPU's stock of charges: one reference since 5.9; before, one for each page, which no test machine has. */
#include "test.h"

#include "flat_memory.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/references.h"
#include "zmemcg/session.h"

enum { STOCKS = 0x1000, STOCK_BYTES = 0x100, CPUS = 3, NR_PAGES = 8, ZOMBIE = 0x10000, OTHER = 0x11000 };

static struct layout layout;
static struct run run;
static struct memcg zombie = { .addr = ZOMBIE, .selected = true }, *memcgs[] = { &zombie };
static struct inventory inventory = { .memcgs = memcgs, .count = 1 };
static struct ledger *ledger;

int session_cpus(void)
{
	return CPUS;
}

kaddr_t session_percpu(kaddr_t symbol, int cpu)
{
	return symbol + cpu * STOCK_BYTES;
}

/* Of two CPUs the zombie's, with 31 pages and with none; of the third another's. */
static int setup(void **state)
{
	(void)state;
	layout = (struct layout){
		.memcg_stock = STOCKS, .stock_cached = { true, 0, 8 }, .stock_nr_pages = { true, NR_PAGES, 4 },
	};
	memset(memory, 0, sizeof(memory));
	for (int cpu = 0; cpu < CPUS; cpu++)
		put(session_percpu(STOCKS, cpu), cpu == CPUS - 1 ? OTHER : ZOMBIE, 8);
	put(STOCKS + NR_PAGES, 31, 4);
	put(session_percpu(STOCKS, CPUS - 1) + NR_PAGES, 7, 4);
	zombie.refs = 31;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&run.arena);
	return 0;
}

static void look(void)
{
	run = (struct run){ .layout = &layout };
	map_init(&inventory.by_addr, &run.arena);
	map_put(&inventory.by_addr, ZOMBIE, &zombie);
	ledger = ledger_new(&run, &inventory, true);
	references_of_stocks(&run, ledger);
}

static void a_slot_refers_once(void **state)
{
	(void)state;
	look();
	assert_int_equal(ledger->found[0][REF_STOCK], 2);
}

static void each_page_refers_before_5_9(void **state)
{
	(void)state;
	layout.pages_refer_singly = true;
	look();
	assert_int_equal(ledger->found[0][REF_STOCK], 31);
	assert_int_equal(ledger->detail_count, 1);
	assert_string_equal(ledger->details[0].what.bracket, "stock of CPU 0");
	assert_int_equal(ledger_rest(ledger, &zombie), 0);
}

/* 4.19.y and 5.4.y since February 2024: one more for each of the two slots, which nothing tells. */
static void what_cannot_be_told_is_left_over(void **state)
{
	(void)state;
	layout.pages_refer_singly = true;
	zombie.refs = 33;
	look();
	assert_int_equal(ledger_rest(ledger, &zombie), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_slot_refers_once, setup, teardown),
		cmocka_unit_test_setup_teardown(each_page_refers_before_5_9, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_told_is_left_over, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
