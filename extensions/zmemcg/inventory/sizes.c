// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/sizes.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* mm/percpu-internal.h, include/linux/percpu.h 6.1 PCPU_MIN_ALLOC_SIZE */
#define PERCPU_UNIT	4

/* Ours: the largest NR_CPUS of a distribution is 8,192. */
#define CPUMASK_ROOM	4096

/* The first row of kmalloc_caches is KMALLOC_NORMAL; the others have the same sizes. */
static void read_classes(struct run *run, struct sizes *sizes)
{
	const struct layout *l = run->layout;

	for (size_t i = 0; i < SIZE_CLASSES && 1ull << i <= 2 * sizes->page_bytes; i++) {
		struct size_class *class = &sizes->classes[sizes->class_count];
		kaddr_t cache;

		/* The first has no size; and where objects are aligned more, small ones are none. */
		if (!read_pointer(run, l->kmalloc_caches + i * sizeof(long), &cache) || !cache ||
		    !read_member(run, cache, l->cache_object_size, &class->holds) ||
		    !read_member(run, cache, l->cache_size, &class->takes) ||
		    class->takes < class->holds || class->takes > 2 * class->holds + sizes->page_bytes)
			continue;
		sizes->class_count++;
	}
}

static uint64_t count_possible_cpus(struct run *run)
{
	const struct layout *l = run->layout;
	unsigned char mask[CPUMASK_ROOM];
	uint64_t cpus = 0;

	if (l->cpumask_bytes > CPUMASK_ROOM ||
	    !read_bytes(run, l->possible_cpus, mask, l->cpumask_bytes))
		return 0;
	for (long i = 0; i < l->cpumask_bytes; i++)
		cpus += __builtin_popcount(mask[i]);
	return cpus;
}

bool sizes_read(struct run *run, struct sizes *sizes)
{
	*sizes = (struct sizes){
		.page_bytes = session_page_size(),
		.possible_cpus = count_possible_cpus(run),
	};
	read_classes(run, sizes);
	return sizes->class_count && sizes->possible_cpus;
}

static uint64_t large(const struct sizes *sizes, uint64_t bytes)
{
	uint64_t takes = sizes->page_bytes;

	while (takes < bytes)
		takes *= 2;
	return takes;
}

/* Not by order: the caches of 96 and 192 bytes come first in the table. */
uint64_t sizes_kmalloc(const struct sizes *sizes, uint64_t bytes)
{
	const struct size_class *best = NULL;

	for (size_t i = 0; i < sizes->class_count; i++) {
		const struct size_class *class = &sizes->classes[i];

		if (class->holds >= bytes && (!best || class->holds < best->holds))
			best = class;
	}
	return best ? best->takes : large(sizes, bytes);
}

uint64_t sizes_percpu(const struct sizes *sizes, uint64_t bytes)
{
	return (bytes + PERCPU_UNIT - 1) / PERCPU_UNIT * PERCPU_UNIT * sizes->possible_cpus;
}

bool sizes_cache(struct run *run, kaddr_t variable, uint64_t *bytes)
{
	kaddr_t cache;

	return read_pointer(run, variable, &cache) && cache &&
	       read_member(run, cache, run->layout->cache_size, bytes) && *bytes;
}

bool sizes_percpu_total(struct run *run, uint64_t *bytes)
{
	const struct member pages = { .known = true, .size = sizeof(long) };
	const struct member units = { .known = true, .size = sizeof(int) };
	const struct layout *l = run->layout;
	uint64_t page_count, unit_count;

	if (!l->percpu_populated || !l->percpu_units ||
	    !read_member(run, l->percpu_populated, pages, &page_count) ||
	    !read_member(run, l->percpu_units, units, &unit_count))
		return false;
	*bytes = page_count * unit_count * session_page_size();
	return true;
}
