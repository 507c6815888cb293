// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/cost.h"

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/map.h"
#include "zmemcg/nodes.h"
#include "zmemcg/run.h"
#include "zmemcg/sizes.h"

/* A cgroup's directory entry has at most NAME_MAX bytes (include/uapi/linux/limits.h). */
#define NAME_ROOM	256

#define BITS_OF_WORD	64

/* Ours, against a damaged counter: machines have hundreds of shrinkers. */
#define SHRINKERS_LIMIT	(1 << 16)

enum part {
	NOTHING,
	MEMCG, CSS, REF, DOMAIN, COMPLETIONS, EVENTS, OBJCG, NODE, SHRINKERS,
	CGROUP, PSI, DIRECTORY,
};

enum place { INSIDE, SLAB, PERCPU };

#define AT(field)	offsetof(struct layout, field)
#define ITSELF		SIZE_MAX

_Static_assert(AT(css_cgroup) == 0, "no size and no cache stands there: 0 is none");

/*
 * A row is an object: a member of a part leads to it. A member that is not a pointer
 * contains the object (some kernels have it so, others apart): then it takes nothing, and
 * what it leads to follows all the same.
 */
struct row {
	enum part of;
	size_t member;		/* in struct layout; ITSELF: the part is the object */
	enum place place;
	size_t bytes;		/* in struct layout: its sizeof */
	uint64_t fixed;		/* its size, where no struct has it */
	size_t cache;		/* in struct layout: the cache that it is of, where there is one */
	uint64_t (*behind)(struct run *run, kaddr_t object);	/* bytes that follow it */
	uint64_t (*times)(struct run *run, kaddr_t object);	/* NULL: once */
	enum part is;		/* what more it has */
};

static uint64_t node_pointers(struct run *run, kaddr_t memcg)
{
	(void)memcg;
	return memcg_node_ids(run) * sizeof(long);
}

/* One for each level, from the root's to its own: kernel/cgroup/cgroup.c 6.1
 * cgroup_create(). Since 7.0 the root's is inside the struct. */
static uint64_t ancestors(struct run *run, kaddr_t cgroup)
{
	const struct layout *l = run->layout;
	uint64_t level;

	if (!read_member(run, cgroup, l->cgroup_level, &level))
		return 0;
	return (level + !l->cgroup_root_ancestor.known) * sizeof(long);
}

static uint64_t name_bytes(struct run *run, kaddr_t kn)
{
	char name[NAME_ROOM];
	kaddr_t string;
	size_t len;

	if (!read_member(run, kn, run->layout->kn_name, &string) ||
	    !read_text(run, string, name, sizeof(name), &len))
		return 0;
	return len + 1;
}

static uint64_t words_of(uint64_t bits)
{
	return (bits + BITS_OF_WORD - 1) / BITS_OF_WORD;
}

/* An int of the kernel's, 0 where it is out of bounds. */
static uint64_t variable(struct run *run, kaddr_t symbol)
{
	const struct member member = { .known = true, .size = sizeof(int) };
	uint64_t value;

	if (!symbol || !read_member(run, symbol, member, &value))
		return 0;
	return value < SHRINKERS_LIMIT ? value : 0;
}

/* Shrinkers that a shrinker_info has room for: its own word since 6.4. */
static uint64_t shrinker_room(struct run *run, kaddr_t info)
{
	const struct layout *l = run->layout;

	if (l->shrinker_map_nr_max.known)
		return variable(run, info + l->shrinker_map_nr_max.offset);
	return variable(run, l->shrinker_nr_max);
}

/* mm/shrinker.c 6.12: each has the words of 64 shrinkers. */
static uint64_t shrinker_units(struct run *run, kaddr_t info)
{
	return words_of(shrinker_room(run, info));
}

/*
 * A bitmap (mm/memcontrol.c 5.10 memcg_alloc_shrinker_maps()); since 5.13 with a word for
 * each shrinker (mm/vmscan.c 6.1 alloc_shrinker_info()); since 6.7 pointers to units.
 */
static uint64_t shrinker_maps(struct run *run, kaddr_t info)
{
	const struct layout *l = run->layout;
	uint64_t words;

	if (l->shrinker_map_size)
		return variable(run, l->shrinker_map_size);
	words = words_of(shrinker_room(run, info));
	if (l->shrinker_unit_bytes)
		return words * sizeof(long);
	return (words + words * BITS_OF_WORD) * sizeof(long);
}

static const struct row rows[] = {
	{ MEMCG, ITSELF, SLAB, .bytes = AT(memcg_bytes), .cache = AT(memcg_cache),
	  .behind = node_pointers },
	{ MEMCG, AT(memcg_vmstats), SLAB, .bytes = AT(vmstats_bytes) },
	{ MEMCG, AT(memcg_vmstats_percpu), PERCPU, .bytes = AT(vmstats_percpu_bytes) },
	{ MEMCG, AT(memcg_vmstats_local), PERCPU, .bytes = AT(vmstats_percpu_bytes) },
	{ MEMCG, AT(memcg_events_percpu), PERCPU, .bytes = AT(events_percpu_bytes) },
	{ MEMCG, AT(memcg_orig_objcg), SLAB, .bytes = AT(objcg_bytes), .is = OBJCG },
	{ MEMCG, AT(memcg_css), INSIDE, .is = CSS },
	{ MEMCG, AT(memcg_cgwb_domain), INSIDE, .is = DOMAIN },

	/* lib/flex_proportions.c fprop_global_init(), lib/percpu_counter.c: an s32 */
	{ DOMAIN, AT(domain_completions), INSIDE, .is = COMPLETIONS },
	{ COMPLETIONS, AT(fprop_events), INSIDE, .is = EVENTS },
	{ EVENTS, AT(counter_counters), PERCPU, .fixed = sizeof(int32_t) },

	{ CSS, AT(css_refcnt), INSIDE, .is = REF },
	{ CSS, AT(css_rstat), PERCPU, .bytes = AT(css_rstat_bytes) },

	/* The per-CPU part, a long, goes when the reference is killed. */
	{ REF, AT(ref_count_ptr), PERCPU, .fixed = sizeof(int64_t) },
	{ REF, AT(ref_data), SLAB, .bytes = AT(ref_data_bytes) },

	{ OBJCG, AT(objcg_refcnt), INSIDE, .is = REF },

	{ NODE, ITSELF, SLAB, .bytes = AT(pn_bytes), .cache = AT(pn_cache) },
	{ NODE, AT(pn_stats), SLAB, .bytes = AT(pn_stats_bytes) },
	{ NODE, AT(pn_stats_percpu), PERCPU, .bytes = AT(pn_stats_percpu_bytes) },
	{ NODE, AT(pn_stats_local), PERCPU, .bytes = AT(pn_stats_local_bytes) },
	{ NODE, AT(pn_orig_objcg), SLAB, .bytes = AT(objcg_bytes), .is = OBJCG },
	{ NODE, AT(pn_shrinker_info), SLAB, .bytes = AT(shrinker_info_bytes), .behind = shrinker_maps,
	  .is = SHRINKERS },
	{ SHRINKERS, ITSELF, SLAB, .bytes = AT(shrinker_unit_bytes), .times = shrinker_units },

	{ CGROUP, ITSELF, SLAB, .bytes = AT(cgroup_bytes), .behind = ancestors },
	{ CGROUP, AT(cgroup_self), INSIDE, .is = CSS },
	{ CGROUP, AT(cgroup_rstat), PERCPU, .bytes = AT(rstat_bytes) },
	{ CGROUP, AT(cgroup_rstat_base), PERCPU, .bytes = AT(rstat_base_bytes) },
	{ CGROUP, AT(cgroup_psi), SLAB, .bytes = AT(psi_bytes), .is = PSI },
	{ PSI, AT(psi_pcpu), PERCPU, .bytes = AT(psi_percpu_bytes) },

	{ CGROUP, AT(cgroup_kn), SLAB, .bytes = AT(kn_bytes), .cache = AT(kernfs_node_cache),
	  .is = DIRECTORY },
	{ DIRECTORY, ITSELF, SLAB, .behind = name_bytes },
	{ DIRECTORY, AT(kn_iattr), SLAB, .bytes = AT(iattr_bytes), .cache = AT(iattr_cache) },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

struct costs {
	struct sizes sizes;
	uint64_t bytes[ROWS];		/* of an object without what is behind it */
	bool of_cache[ROWS];		/* then that is what it takes */
	struct map cgroups;		/* that were counted */
};

static struct member member_of(const struct layout *layout, const struct row *row)
{
	return *(const struct member *)((const char *)layout + row->member);
}

static uint64_t bytes_of(const struct layout *layout, const struct row *row)
{
	if (!row->bytes)
		return row->fixed;
	return *(const long *)((const char *)layout + row->bytes);
}

static kaddr_t cache_of(const struct layout *layout, const struct row *row)
{
	return row->cache ? *(const kaddr_t *)((const char *)layout + row->cache) : 0;
}

static bool is_pointer(const struct row *row, struct member member)
{
	return row->place != INSIDE && member.size == sizeof(long);
}

/* Whether objects of that row are apart from the part that they are of, in this kernel. */
static bool is_apart(const struct layout *layout, const struct row *row)
{
	if (row->member != ITSELF)
		return member_of(layout, row).known && is_pointer(row, member_of(layout, row));
	/* Those that every kernel has are needed; so it is a part that this one has not got. */
	return !row->bytes || bytes_of(layout, row);
}

static bool prepare(struct run *run, struct costs *costs)
{
	const struct layout *l = run->layout;

	if (layout_lacks(l, NEED_COSTS) || !sizes_read(run, &costs->sizes))
		return false;
	for (size_t i = 0; i < ROWS; i++) {
		const kaddr_t cache = cache_of(l, &rows[i]);

		if (!is_apart(l, &rows[i]))
			continue;
		costs->bytes[i] = bytes_of(l, &rows[i]);
		costs->of_cache[i] = cache;
		if (cache && !sizes_cache(run, cache, &costs->bytes[i]))
			return false;
		if (rows[i].bytes && !costs->bytes[i])
			return false;
	}
	map_init(&costs->cgroups, &run->arena);
	return true;
}

/* What of a row's objects the part has, or 0. */
static kaddr_t object_of(struct run *run, const struct row *row, kaddr_t part)
{
	struct member member;
	uint64_t pointer;

	if (row->member == ITSELF)
		return part;
	member = member_of(run->layout, row);
	if (!member.known)
		return 0;
	if (!is_pointer(row, member))
		return part + member.offset;
	/* percpu_ref.percpu_count_ptr has flags in its low bits; allocations are aligned. */
	return read_member(run, part, member, &pointer) ? pointer & ~(kaddr_t)3 : 0;
}

static void add_object(struct run *run, const struct costs *costs, size_t number,
		       kaddr_t object, struct cost *cost)
{
	const struct row *row = &rows[number];
	const uint64_t times = row->times ? row->times(run, object) : 1;
	uint64_t bytes = costs->bytes[number];

	if (row->place == PERCPU) {
		cost->percpu_bytes += times * sizes_percpu(&costs->sizes, bytes);
		return;
	}
	if (!costs->of_cache[number]) {
		bytes += row->behind ? row->behind(run, object) : 0;
		bytes = sizes_kmalloc(&costs->sizes, bytes);
	}
	cost->slab_bytes += times * bytes;
}

/* As deep as the table has parts of parts. */
static void add_part(struct run *run, const struct costs *costs, enum part part, kaddr_t at,
		     struct cost *cost)
{
	for (size_t i = 0; i < ROWS; i++) {
		const kaddr_t object = rows[i].of == part ? object_of(run, &rows[i], at) : 0;

		if (!object)
			continue;
		if (is_apart(run->layout, &rows[i]))
			add_object(run, costs, i, object, cost);
		if (rows[i].is)
			add_part(run, costs, rows[i].is, object, cost);
	}
}

static void add_memcg(struct run *run, struct costs *costs, struct memcg *memcg)
{
	add_part(run, costs, MEMCG, memcg->addr, &memcg->cost);
	for (uint64_t n = memcg_node_ids(run); n-- > 0;) {
		const kaddr_t node = memcg_node(run, memcg, n);

		if (node)
			add_part(run, costs, NODE, node, &memcg->cost);
	}
	if (memcg->cgroup_removed && map_put(&costs->cgroups, memcg->cgroup, costs))
		add_part(run, costs, CGROUP, memcg->cgroup, &memcg->cost);
}

void cost_add(struct cost *sum, struct cost cost)
{
	sum->slab_bytes += cost.slab_bytes;
	sum->percpu_bytes += cost.percpu_bytes;
}

uint64_t cost_kb(struct cost cost)
{
	return (cost.slab_bytes + cost.percpu_bytes) / 1024;
}

bool costs_take(struct run *run, struct inventory *inventory)
{
	struct costs *costs = arena_alloc(&run->arena, sizeof(*costs));

	inventory->costed = prepare(run, costs);
	for (size_t i = 0; inventory->costed && i < inventory->count; i++) {
		struct memcg *memcg = inventory->memcgs[i];

		run_check(run);
		if (memcg->selected && memcg->state != MEMCG_ONLINE)
			add_memcg(run, costs, memcg);
	}
	return inventory->costed;
}
