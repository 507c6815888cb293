// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bpf maps that hold memcgs: kernels from 5.11 to 5.19 have them, which no test machine runs. The
 * kernel here is a piece of memory with an idr in it.
 */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "flat_memory.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/references.h"

#define SLOTS	64

/* Where things are: an idr of two levels, five maps, two memcgs. */
enum {
	IDR = 0x1000, TOP = 0x2000, FIRST = 0x3000, SECOND = 0x4000,
	MAPS = 0x5000, MAP_BYTES = 0x100,
	ZOMBIE = 0x10000, OTHER = 0x11000,
};

static const struct layout layout = {
	.map_idr = IDR, .idr_root = { .known = true, .offset = 8, .size = 16 },
	.xa_head = { .known = true, .offset = 8, .size = 8 },
	.xa_node_shift = { .known = true, .offset = 0, .size = 1 },
	.xa_node_parent = { .known = true, .offset = 8, .size = 8 },
	.xa_node_slots = { .known = true, .offset = 40, .size = SLOTS * 8 },
	.bpf_map_memcg = { .known = true, .offset = 8, .size = 8 },
	.bpf_map_id = { .known = true, .offset = 16, .size = 4 },
	.bpf_map_name = { .known = true, .offset = 24, .size = 16 },
};

bool read_text(struct run *run, kaddr_t addr, char *string, size_t room, size_t *len)
{
	if (!read_bytes(run, addr, string, room))
		return false;
	*len = strnlen(string, room);
	return true;
}

/* include/linux/xarray.h: a pointer to a node has a 2 in its lowest bits. */
static void put_node(kaddr_t node, kaddr_t parent, unsigned int shift, kaddr_t place)
{
	put(node, shift, 1);
	put(node + 8, parent, 8);
	put(place, node + 2, 8);
}

static kaddr_t slot(kaddr_t node, int n)
{
	return node + 40 + n * 8;
}

static kaddr_t put_map(int id, kaddr_t memcg, kaddr_t place)
{
	const kaddr_t map = MAPS + id * MAP_BYTES;

	put(map + 8, memcg, 8);
	put(map + 16, id, 4);
	snprintf((char *)memory + map + 24, 16, "map%d", id);
	put(place, map, 8);
	return map;
}

/* The ids 1, 2 and 70: of the zombie, of another memcg, of the zombie; 71 is reserved, and no pointer yet. */
static void put_idr(void)
{
	memset(memory, 0, sizeof(memory));
	put_node(TOP, 0, 6, IDR + 16);
	put_node(FIRST, TOP, 0, slot(TOP, 0));
	put_node(SECOND, TOP, 0, slot(TOP, 1));
	put_map(1, ZOMBIE, slot(FIRST, 1));
	put_map(2, OTHER, slot(FIRST, 2));
	put_map(70, ZOMBIE, slot(SECOND, 6));
	put(slot(SECOND, 7), 257 << 2 | 2, 8);
}

static struct run run;
static struct memcg zombie = { .addr = ZOMBIE, .refs = 2, .selected = true }, *memcgs[] = { &zombie };
static struct inventory inventory = { .memcgs = memcgs, .count = 1 };
static struct ledger *ledger;

static void look(const struct layout *kernel)
{
	run = (struct run){ .layout = (struct layout *)kernel };
	map_init(&inventory.by_addr, &run.arena);
	map_put(&inventory.by_addr, ZOMBIE, &zombie);
	ledger = ledger_new(&run, &inventory, true);
	references_of_bpf_maps(&run, ledger);
}

static void each_map_is_a_reference(void **state)
{
	(void)state;
	put_idr();
	look(&layout);
	assert_int_equal(ledger->found[0][REF_BPF], 2);
	assert_int_equal(ledger_rest(ledger, &zombie), 0);
	assert_int_equal(ledger->detail_count, 2);
	assert_int_equal(ledger->details[0].object, MAPS + MAP_BYTES);
	assert_string_equal(ledger->details[0].what.bracket, "bpf_map 1 map1");
	assert_string_equal(ledger->details[1].what.bracket, "bpf_map 70 map70");
	assert_int_equal(run.counts.cut + run.counts.unreadable, 0);
	arena_free(&run.arena);
}

static void an_idr_without_maps_has_none(void **state)
{
	(void)state;
	memset(memory, 0, sizeof(memory));
	look(&layout);
	assert_int_equal(ledger->found[0][REF_BPF], 0);
	assert_int_equal(run.counts.cut + run.counts.unreadable, 0);
	arena_free(&run.arena);
}

static void a_kernel_whose_maps_hold_no_memcg_is_not_looked_at(void **state)
{
	struct layout newer = layout;

	(void)state;
	put_idr();
	newer.bpf_map_memcg = (struct member){ 0 };
	look(&newer);
	assert_int_equal(ledger->found[0][REF_BPF], 0);
	arena_free(&run.arena);
}

/* What hangs on another node, or goes round, is left out, and said. */
static void a_damaged_branch_is_cut(void **state)
{
	(void)state;
	put_idr();
	put(SECOND + 8, OTHER, 8);
	look(&layout);
	assert_int_equal(ledger->found[0][REF_BPF], 1);
	assert_int_equal(run.counts.cut, 1);
	arena_free(&run.arena);

	put_idr();
	put(slot(FIRST, 3), FIRST + 2, 8);
	put(FIRST + 8, FIRST, 8);
	put(slot(TOP, 0), FIRST + 2, 8);
	look(&layout);
	assert_int_equal(ledger->found[0][REF_BPF], 1);
	assert_true(run.counts.cut);
	arena_free(&run.arena);

	put_idr();
	put(slot(SECOND, 3), TOP + 2, 8);
	look(&layout);
	assert_int_equal(ledger->found[0][REF_BPF], 2);
	assert_int_equal(run.counts.cut, 1);
	arena_free(&run.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_map_is_a_reference),
		cmocka_unit_test(an_idr_without_maps_has_none),
		cmocka_unit_test(a_kernel_whose_maps_hold_no_memcg_is_not_looked_at),
		cmocka_unit_test(a_damaged_branch_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
