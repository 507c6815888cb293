// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a memcg is made of. The kernel is a text that says where members are, and a piece
 * of memory in which each test puts its objects.
 */
#include "test.h"

#include "zmemcg/access.h"
#include "zmemcg/cost.h"
#include "zmemcg/inventory.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/sizes.h"

#include "lookup.h"

/* As kernels have them: a memcg with its css, one part for each node, a cgroup, a directory. */
static const char kernel[] =
	"symbol root_mem_cgroup 0x1\nsymbol memory_cgrp_subsys 0x1\n"
	"symbol kmalloc_caches 0x100\nsymbol __cpu_possible_mask 0x200\nsizeof cpumask 32\n"
	"symbol kernfs_node_cache 0x240\nsymbol kernfs_iattrs_cache 0x248\nsymbol nr_node_ids 0x250\n"
	"symbol pcpu_nr_populated 0x258\nsymbol pcpu_nr_units 0x260\nsymbol shrinker_nr_max 0x268\n"
	"kmem_cache.object_size 0 4\nkmem_cache.size 4 4\n"
	"mem_cgroup.css 0 200\ncgroup_subsys_state.refcnt 16 16\n"
	"percpu_ref.percpu_count_ptr 0 8\npercpu_ref.data 8 8\nsizeof percpu_ref_data 56\n"
	"mem_cgroup.vmstats_percpu 200 8\nmem_cgroup.vmstats 208 8\nmem_cgroup.nodeinfo 240 0\n"
	"sizeof mem_cgroup 240\nsizeof memcg_vmstats_percpu 1062\nsizeof memcg_vmstats 1000\n"
	"mem_cgroup_per_node.memcg 0 8\nmem_cgroup_per_node.lruvec_stats_percpu 8 8\n"
	"mem_cgroup_per_node.shrinker_info 16 8\n"
	"sizeof mem_cgroup_per_node 2560\nsizeof lruvec_stats_percpu 688\nsizeof shrinker_info 32\n"
	"cgroup.self 0 200\ncgroup.kn 200 8\ncgroup.level 208 4\ncgroup.rstat_cpu 216 8\ncgroup.psi 224 8\n"
	"sizeof cgroup 1792\nsizeof cgroup_rstat_cpu 128\nsizeof psi_group 720\n"
	"psi_group.pcpu 0 8\nsizeof psi_group_cpu 64\n"
	"kernfs_node.name 0 8\nkernfs_node.iattr 8 8\nsizeof kernfs_node 128\nsizeof kernfs_iattrs 88\n";

#define BASE	0x10000		/* of the memory that can be read; what is below are variables */

static unsigned char memory[1 << 18];

enum { CPUS = 6, NODES = 2 };

static struct run run;
static struct layout layout;

static void *at(kaddr_t addr, size_t len)
{
	return addr + len <= sizeof(memory) ? memory + addr : NULL;
}

bool read_bytes(struct run *r, kaddr_t addr, void *bytes, size_t len)
{
	const void *from = addr ? at(addr, len) : NULL;

	(void)r;
	if (from)
		memcpy(bytes, from, len);
	return from;
}

bool read_member(struct run *r, kaddr_t object, struct member member, uint64_t *value)
{
	*value = 0;
	return member.known && read_bytes(r, object + member.offset, value, member.size);
}

bool read_pointer(struct run *r, kaddr_t addr, kaddr_t *value)
{
	return read_bytes(r, addr, value, sizeof(*value));
}

bool read_text(struct run *r, kaddr_t addr, char *string, size_t room, size_t *len)
{
	if (!read_bytes(r, addr, string, room))
		return false;
	*len = strlen(string);
	return true;
}

void run_check(struct run *r)
{
	(void)r;
}

int session_page_size(void)
{
	return 4096;
}

static void put(kaddr_t addr, uint64_t value, size_t size)
{
	memcpy(at(addr, size), &value, size);
}

static void put_member(kaddr_t object, struct member member, uint64_t value)
{
	put(object + member.offset, value, member.size);
}

static kaddr_t next_object;

static kaddr_t object(void)
{
	return next_object += 0x1000;
}

static kaddr_t put_cache(unsigned int holds, unsigned int takes)
{
	const kaddr_t cache = object();

	put_member(cache, layout.cache_object_size, holds);
	put_member(cache, layout.cache_size, takes);
	return cache;
}

/* kmalloc_caches: none, 96, 192, 8 to 8192; 256 is of a kernel that marks the ends of objects. */
static void put_allocators(void)
{
	put(layout.kmalloc_caches + 8, put_cache(96, 96), 8);
	put(layout.kmalloc_caches + 16, put_cache(192, 192), 8);
	for (int shift = 3; shift <= 13; shift++)
		put(layout.kmalloc_caches + shift * 8,
		    put_cache(1 << shift, shift == 8 ? 320 : 1 << shift), 8);
	put(layout.possible_cpus, (1 << CPUS) - 1, 8);
	put(layout.kernfs_node_cache, put_cache(128, 128), 8);
	put(layout.iattr_cache, put_cache(88, 88), 8);
	put(layout.nr_node_ids, NODES, 4);
	put(layout.percpu_populated, 100, 8);
	put(layout.percpu_units, 8, 4);
}

/* more: of the kernel, before the rest. */
static void begin(const char *more)
{
	char text[8192];
	struct layout_lookup lookup;

	arena_free(&run.arena);
	memset(memory, 0, sizeof(memory));
	next_object = BASE;
	snprintf(text, sizeof(text), "%s%s", more, kernel);
	lookup = lookup_in(text);
	layout_resolve(&layout, &lookup);
	layout_resolve_for(&layout, &lookup, NEED_COSTS);
	run.layout = &layout;
	put_allocators();
}

static void put_ref(kaddr_t ref)
{
	put_member(ref, layout.ref_count_ptr, 3);	/* ATOMIC and DEAD: no per-CPU part */
	put_member(ref, layout.ref_data, object());
}

static void put_node(kaddr_t memcg, int node)
{
	const kaddr_t pn = object();

	put(memcg + layout.memcg_nodeinfo.offset + 8 * node, pn, 8);
	put_member(pn, layout.pn_memcg, memcg);
	put_member(pn, layout.pn_stats_percpu, object());
}

/* A zombie whose cgroup is online. */
static struct memcg *put_memcg(void)
{
	struct memcg *memcg = arena_alloc(&run.arena, sizeof(*memcg));

	memcg->addr = object();
	memcg->state = MEMCG_ZOMBIE;
	memcg->selected = true;
	memcg->cgroup = object();
	put_member(memcg->addr, layout.memcg_vmstats_percpu, object());
	put_ref(memcg->addr + layout.memcg_css.offset + layout.css_refcnt.offset);
	put_node(memcg->addr, 0);
	read_pointer(&run, memcg->addr + layout.memcg_nodeinfo.offset, &memcg->first_nodeinfo);
	return memcg;
}

/* Its cgroup and directory, removed. */
static void remove_cgroup(struct memcg *memcg, const char *name)
{
	const kaddr_t kn = object(), string = object();

	memcg->cgroup_removed = true;
	put_ref(memcg->cgroup + layout.cgroup_self.offset + layout.css_refcnt.offset);
	put_member(memcg->cgroup, layout.cgroup_level, 3);
	put_member(memcg->cgroup, layout.cgroup_rstat, object());
	put_member(memcg->cgroup, layout.cgroup_kn, kn);
	put_member(kn, layout.kn_name, string);
	strcpy(at(string, strlen(name) + 1), name);
}

static struct cost sum_of(struct memcg **memcgs, size_t count)
{
	struct inventory inventory = { .memcgs = memcgs, .count = count };
	struct cost sum = { 0 };

	assert_true(costs_take(&run, &inventory));
	assert_true(inventory.costed);
	for (size_t i = 0; i < count; i++)
		cost_add(&sum, memcgs[i]->cost);
	return sum;
}

static struct cost cost_of(struct memcg *memcg)
{
	memcg->cost = (struct cost){ 0 };
	return sum_of(&memcg, 1);
}

static void assert_cost(struct cost cost, uint64_t slab, uint64_t percpu)
{
	assert_int_equal(cost.slab_bytes, slab);
	assert_int_equal(cost.percpu_bytes, percpu);
}

enum {
	/* mem_cgroup and two pointers fill 256, which take 320; percpu_ref_data; one node */
	SLAB = 320 + 64 + 4096,
	PERCPU = (1064 + 688) * CPUS,
	/* cgroup with four ancestors; percpu_ref_data; kernfs_node; "a.scope" */
	CGROUP_SLAB = 2048 + 64 + 128 + 8,
	CGROUP_PERCPU = 128 * CPUS,
};

static void an_allocation_takes_the_smallest_cache_that_holds_it(void **state)
{
	static const struct { uint64_t bytes, takes; } expected[] = {
		{ 1, 8 }, { 8, 8 }, { 9, 16 }, { 65, 96 }, { 97, 128 }, { 129, 192 },
		{ 193, 320 }, { 257, 512 }, { 8192, 8192 }, { 8193, 16384 }, { 16385, 32768 },
	};
	struct sizes sizes;

	(void)state;
	begin("");
	assert_true(sizes_read(&run, &sizes));
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
		assert_int_equal(sizes_kmalloc(&sizes, expected[i].bytes), expected[i].takes);
}

static void percpu_memory_is_rounded_and_counts_for_each_possible_cpu(void **state)
{
	struct sizes sizes;
	uint64_t total;

	(void)state;
	begin("");
	assert_true(sizes_read(&run, &sizes));
	assert_int_equal(sizes_percpu(&sizes, 1), 4 * CPUS);
	assert_int_equal(sizes_percpu(&sizes, 4), 4 * CPUS);
	assert_int_equal(sizes_percpu(&sizes, 1062), 1064 * CPUS);
	put(layout.possible_cpus + 24, 1, 8);		/* number 192 */
	assert_true(sizes_read(&run, &sizes));
	assert_int_equal(sizes_percpu(&sizes, 4), 4 * (CPUS + 1));
	assert_true(sizes_percpu_total(&run, &total));
	assert_int_equal(total, 100 * 8 * 4096);
}

static void a_memcg_costs_its_own_objects(void **state)
{
	struct memcg *memcg;

	(void)state;
	begin("");
	memcg = put_memcg();
	assert_cost(cost_of(memcg), SLAB, PERCPU);
	put_node(memcg->addr, 1);
	assert_cost(cost_of(memcg), SLAB + 4096, PERCPU + 688 * CPUS);
	put_member(memcg->addr, layout.memcg_vmstats, object());
	assert_cost(cost_of(memcg), SLAB + 4096 + 1024, PERCPU + 688 * CPUS);
}

static void a_node_that_is_of_another_memcg_is_not_counted(void **state)
{
	struct memcg *memcg;

	(void)state;
	begin("");
	memcg = put_memcg();
	put_member(memcg->first_nodeinfo, layout.pn_memcg, memcg->addr + 8);
	assert_cost(cost_of(memcg), SLAB - 4096, PERCPU - 688 * CPUS);
}

static void a_removed_cgroup_is_part_of_it(void **state)
{
	struct memcg *memcg;

	(void)state;
	begin("");
	memcg = put_memcg();
	remove_cgroup(memcg, "a.scope");
	assert_cost(cost_of(memcg), SLAB + CGROUP_SLAB, PERCPU + CGROUP_PERCPU);
	memcg->cgroup_removed = false;		/* the controller was turned off */
	assert_cost(cost_of(memcg), SLAB, PERCPU);
}

static void a_name_takes_what_its_length_asks_for(void **state)
{
	struct memcg *memcg;

	(void)state;
	begin("");
	memcg = put_memcg();
	remove_cgroup(memcg, "ab.scope");
	assert_cost(cost_of(memcg), SLAB + CGROUP_SLAB + 8, PERCPU + CGROUP_PERCPU);
}

static void attributes_and_pressure_count_where_they_are(void **state)
{
	struct memcg *memcg;
	kaddr_t kn, psi;

	(void)state;
	begin("");
	memcg = put_memcg();
	remove_cgroup(memcg, "a.scope");
	read_member(&run, memcg->cgroup, layout.cgroup_kn, &kn);
	put_member(kn, layout.kn_iattr, object());
	assert_cost(cost_of(memcg), SLAB + CGROUP_SLAB + 88, PERCPU + CGROUP_PERCPU);
	psi = object();
	put_member(memcg->cgroup, layout.cgroup_psi, psi);
	put_member(psi, layout.psi_pcpu, object());
	assert_cost(cost_of(memcg), SLAB + CGROUP_SLAB + 88 + 1024,
		    PERCPU + CGROUP_PERCPU + 64 * CPUS);
}

static void what_is_inside_of_another_object_costs_nothing_more(void **state)
{
	struct memcg *memcg;

	(void)state;
	begin("cgroup.psi 224 720\nmem_cgroup.vmstats 208 32\n");
	memcg = put_memcg();
	remove_cgroup(memcg, "a.scope");
	put(memcg->addr + layout.memcg_vmstats.offset, object(), 8);
	put_member(memcg->cgroup + layout.cgroup_psi.offset, layout.psi_pcpu, object());
	assert_cost(cost_of(memcg), SLAB + CGROUP_SLAB, PERCPU + CGROUP_PERCPU + 64 * CPUS);
}

static void a_cgroup_of_several_memcgs_counts_once(void **state)
{
	struct memcg *memcgs[2];

	(void)state;
	begin("");
	memcgs[0] = put_memcg();
	memcgs[1] = put_memcg();
	memcgs[1]->cgroup = memcgs[0]->cgroup;
	remove_cgroup(memcgs[0], "a.scope");
	memcgs[1]->cgroup_removed = true;
	assert_cost(sum_of(memcgs, 2), 2 * SLAB + CGROUP_SLAB, 2 * PERCPU + CGROUP_PERCPU);
}

static void memcgs_that_are_online_or_not_meant_cost_nothing(void **state)
{
	struct memcg *memcg;

	(void)state;
	begin("");
	memcg = put_memcg();
	memcg->state = MEMCG_ONLINE;
	assert_cost(cost_of(memcg), 0, 0);
	memcg->state = MEMCG_DYING;
	assert_cost(cost_of(memcg), SLAB, PERCPU);
	memcg->selected = false;
	assert_cost(cost_of(memcg), 0, 0);
}

static void a_reference_that_is_not_killed_has_a_percpu_part(void **state)
{
	struct memcg *memcg;

	(void)state;
	begin("");
	memcg = put_memcg();
	put_member(memcg->addr + layout.css_refcnt.offset, layout.ref_count_ptr, object() | 2);
	assert_cost(cost_of(memcg), SLAB, PERCPU + 8 * CPUS);
}

static void shrinkers_are_a_map_then_a_map_and_words_then_units(void **state)
{
	static const struct { const char *kernel; uint64_t slab; } expected[] = {
		/* 32 and 2 words of bits; 32, these and 128 words; 32 and two pointers, two units */
		{ "symbol memcg_shrinker_map_size 0x280\n", 64 },
		{ "", 2048 },
		{ "shrinker_info.map_nr_max 24 4\n", 1024 },
		{ "shrinker_info.map_nr_max 24 4\nsizeof shrinker_info_unit 520\n", 64 + 1024 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		struct memcg *memcg;
		kaddr_t info;

		begin(expected[i].kernel);
		memcg = put_memcg();
		info = object();
		put_member(memcg->first_nodeinfo, layout.pn_shrinker_info, info);
		put(info + 24, 64, 4);
		put(0x268, 100, 4);		/* shrinker_nr_max */
		put(0x280, 16, 4);		/* memcg_shrinker_map_size */
		print_message("%s", expected[i].kernel);
		assert_cost(cost_of(memcg), SLAB + expected[i].slab, PERCPU);
	}
}

static void objects_of_a_cache_take_what_the_cache_gives(void **state)
{
	struct memcg *memcg;

	(void)state;
	begin("symbol memcg_cachep 0x270\nsymbol memcg_pn_cachep 0x278\n");
	put(layout.memcg_cache, put_cache(250, 256), 8);
	put(layout.pn_cache, put_cache(2560, 2560), 8);
	memcg = put_memcg();
	assert_cost(cost_of(memcg), 256 + 64 + 2560, PERCPU);
}

static void a_size_that_is_not_known_is_no_guess(void **state)
{
	/* "absent" is what stands before the kernel's own line. */
	static const char *const lacking[] = {
		"sizeof mem_cgroup absent\n", "sizeof memcg_vmstats_percpu absent\n",
		"sizeof memcg_vmstats absent\n", "sizeof psi_group_cpu absent\n",
		"symbol kmalloc_caches absent\n", "symbol __cpu_possible_mask absent\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lacking) / sizeof(lacking[0]); i++) {
		struct memcg *memcg;
		struct inventory inventory = { .memcgs = &memcg, .count = 1 };

		begin(lacking[i]);
		memcg = put_memcg();
		print_message("%s", lacking[i]);
		assert_false(costs_take(&run, &inventory));
		assert_false(inventory.costed);
		assert_cost(memcg->cost, 0, 0);
	}
}

static void allocators_that_are_not_in_the_dump_are_no_guess(void **state)
{
	struct memcg *memcg;
	struct inventory inventory = { .memcgs = &memcg, .count = 1 };

	(void)state;
	begin("");
	memcg = put_memcg();
	put(layout.possible_cpus, 0, 8);
	assert_false(costs_take(&run, &inventory));
	begin("");
	memcg = put_memcg();
	put(layout.kernfs_node_cache, sizeof(memory), 8);
	assert_false(costs_take(&run, &inventory));
}

static void kb_are_of_both_together(void **state)
{
	(void)state;
	assert_int_equal(cost_kb((struct cost){ 1000, 1047 }), 1);
	assert_int_equal(cost_kb((struct cost){ 1000, 1048 }), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_allocation_takes_the_smallest_cache_that_holds_it),
		cmocka_unit_test(percpu_memory_is_rounded_and_counts_for_each_possible_cpu),
		cmocka_unit_test(a_memcg_costs_its_own_objects),
		cmocka_unit_test(a_node_that_is_of_another_memcg_is_not_counted),
		cmocka_unit_test(a_removed_cgroup_is_part_of_it),
		cmocka_unit_test(a_name_takes_what_its_length_asks_for),
		cmocka_unit_test(attributes_and_pressure_count_where_they_are),
		cmocka_unit_test(what_is_inside_of_another_object_costs_nothing_more),
		cmocka_unit_test(a_cgroup_of_several_memcgs_counts_once),
		cmocka_unit_test(memcgs_that_are_online_or_not_meant_cost_nothing),
		cmocka_unit_test(a_reference_that_is_not_killed_has_a_percpu_part),
		cmocka_unit_test(shrinkers_are_a_map_then_a_map_and_words_then_units),
		cmocka_unit_test(objects_of_a_cache_take_what_the_cache_gives),
		cmocka_unit_test(a_size_that_is_not_known_is_no_guess),
		cmocka_unit_test(allocators_that_are_not_in_the_dump_are_no_guess),
		cmocka_unit_test(kb_are_of_both_together),
	};
	const int failed = cmocka_run_group_tests(tests, NULL, NULL);

	arena_free(&run.arena);
	return failed;
}
