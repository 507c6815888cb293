/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A struct page as the folio that it heads.
 */
#ifndef ZMEMCG_FOLIO_H
#define ZMEMCG_FOLIO_H

#include "zmemcg/layout.h"
#include "zmemcg/run.h"
#include "zmemcg/types.h"

struct inventory;
struct memcg;

/* Ours, against damage: no block or huge page of any configuration is larger. */
#define ORDER_LIMIT	20

enum folio_kind {
	FOLIO_CACHE,	/* page cache, block devices included */
	FOLIO_SHMEM,	/* tmpfs, shared memory; in the swap cache it has no mapping */
	FOLIO_ANON,
	FOLIO_KMEM,	/* kernel stacks, page tables: charged to the memcg itself before 5.13 */
	FOLIO_SLAB,	/* of a cache's clone that is the memcg's own: before 5.3 */
	FOLIO_OTHER,	/* charged, and neither of these */
};

struct folio {
	kaddr_t page;		/* its head page */
	uint64_t pfn;		/* of that, where a scan found it; else 0 */
	struct memcg *memcg;	/* that it is charged to, NULL: none that is known */
	struct memcg *former;	/* a dying one that it was charged to before, or NULL (7.1) */
	uint64_t flags;
	kaddr_t mapping;	/* struct address_space of page cache and shmem, or 0 */
	kaddr_t anon_vma;	/* of anonymous memory, or 0: KSM's */
	uint64_t base_pages;
	enum folio_kind kind;
	int32_t references;	/* its struct page's own count */
	bool page_table;	/* of kernel memory */
	bool hugetlb;		/* charged since 6.7, where cgroup2's mount asks for it */
	kaddr_t lru_next, lru_prev;
};

/* Of the page flags, by the number that layout has of one: -1 where the kernel has none. */
static inline bool flag_is_set(uint64_t flags, long bit)
{
	return bit >= 0 && bit < 64 && (flags >> bit & 1);
}

/* Members of a struct page whose bytes were read: a long, an int. */
static inline uint64_t word_of(const char *bytes, int offset)
{
	unsigned long word;

	__builtin_memcpy(&word, bytes + offset, sizeof(word));
	return word;
}

static inline uint32_t half_word_of(const char *bytes, int offset)
{
	uint32_t word;

	__builtin_memcpy(&word, bytes + offset, sizeof(word));
	return word;
}

/* Its page_type: include/linux/page-flags.h PageType(). */
static inline bool page_has_type(const struct layout *layout, const char *bytes, struct page_type type)
{
	return type.mask &&
	       (half_word_of(bytes, layout->page_page_type.offset) & type.mask) == type.value;
}

/* Whether the struct page is a tail of a compound page: its words mean something else. */
static inline bool page_is_tail(const struct run *run, const char *bytes)
{
	return word_of(bytes, run->layout->page_compound_head.offset) & 1;
}

static inline bool page_is_head(const struct run *run, const char *bytes)
{
	return word_of(bytes, run->layout->page_flags.offset) >> run->layout->pg_head & 1;
}

/*
 * Whether a struct page only looks like a head: in an optimised hugetlb vmemmap the
 * first page of it is mapped again for each of the others (include/linux/page-flags.h
 * 6.1 page_fixed_fake_head()).
 */
bool page_is_fake_head(struct run *run, kaddr_t page, const char *bytes);

/* Base pages of the folio or slab that a head page with these flags heads. */
uint64_t folio_size(struct run *run, kaddr_t page, uint64_t flags);

/* Which memcgs a page's memcg word means. */
struct folio_owner {
	struct memcg *memcg, *former;
};

struct folio_owner folio_owner(struct run *run, const struct inventory *inventory,
			       uint64_t word);

/* Its low bits are no part of an address. */
#define MEMCG_DATA_FLAGS	7

/* From a head page's own bytes, sizeof(struct page) of them. */
void folio_decode(struct run *run, const struct inventory *inventory, kaddr_t page,
		  const char *bytes, struct folio *folio);

/* The same, read from the dump. */
bool folio_read(struct run *run, const struct inventory *inventory, kaddr_t page,
		struct folio *folio);

bool folio_in_swapcache(const struct run *run, const struct folio *folio);

#endif
