/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the machine's struct pages are.
 */
#ifndef ZMEMCG_MEMMAP_H
#define ZMEMCG_MEMMAP_H

#include "zmemcg/types.h"

struct run;

/* Struct pages that stand one behind the other. */
struct memmap_range {
	kaddr_t first;		/* address of the first struct page */
	uint64_t first_pfn;
	uint64_t pages;
};

/*
 * The memory map's parts that are present and online, by ascending page frame
 * number, in the run's arena. Mirrors include/linux/mmzone.h (6.1)
 * online_section() for SPARSEMEM; without it, the nodes' mem_map.
 */
size_t memmap_ranges(struct run *run, struct memmap_range **ranges);

/* The same by address, so that a struct page is found; what is missing is not counted again. */
struct memmap_places *memmap_places(struct run *run);

/* The number of a struct page's frame; 0: it is in no part of the memory map. */
uint64_t memmap_pfn(const struct run *run, const struct memmap_places *places, kaddr_t page);

/* The address at which the kernel maps a page frame. */
kaddr_t memmap_pfn_to_virt(uint64_t pfn);

/* Base pages of the machine, as crash counted them. */
uint64_t memmap_pages(void);

/* Bytes of a base page. */
uint64_t memmap_page_bytes(void);

#endif
