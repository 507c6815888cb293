/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an allocation takes, in bytes, by this kernel's own tables: its kmalloc caches, a
 * cache of its own, the per-CPU allocator.
 */
#ifndef ZMEMCG_SIZES_H
#define ZMEMCG_SIZES_H

#include "zmemcg/types.h"

struct run;

/* One for each power of two up to two pages, and those of 96 and 192 bytes: mm/slab.h
 * 6.1 KMALLOC_SHIFT_HIGH, for pages of 64 KB. */
#define SIZE_CLASSES	18

struct sizes {
	size_t class_count;
	struct size_class {
		uint64_t holds, takes;	/* kmem_cache.object_size and .size */
	} classes[SIZE_CLASSES];
	uint64_t page_bytes;
	uint64_t possible_cpus;
};

/* False where the tables can't be read. The layout has to have what NEED_COSTS says. */
bool sizes_read(struct run *run, struct sizes *sizes);

/*
 * kmalloc(bytes): the smallest cache that holds it, and beyond the largest a power of two
 * of pages (mm/slab_common.c 6.1 kmalloc_slab(), __kmalloc_large_node()).
 */
uint64_t sizes_kmalloc(const struct sizes *sizes, uint64_t bytes);

/*
 * alloc_percpu() of so many bytes, over all possible CPUs: mm/percpu.c 6.1 pcpu_alloc().
 * Gaps that alignment leaves are not in it.
 */
uint64_t sizes_percpu(const struct sizes *sizes, uint64_t bytes);

/* An object of the cache that the kernel's variable points to. */
bool sizes_cache(struct run *run, kaddr_t variable, uint64_t *bytes);

/*
 * All per-CPU memory of the machine, the kernel's own static part included: "Percpu" of
 * /proc/meminfo (mm/percpu.c 6.1 pcpu_nr_pages()). False before 4.20.
 */
bool sizes_percpu_total(struct run *run, uint64_t *bytes);

#endif
