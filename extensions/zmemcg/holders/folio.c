// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/folio.h"

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/memmap.h"
#include "zmemcg/slab.h"

/* The low bits of page->mapping: include/linux/page-flags.h. */
#define MAPPING_ANON	1
#define MAPPING_FLAGS	3	/* ANON with MOVABLE is KSM; MOVABLE alone is no cache */

/*
 * The low bits of memcg_data: include/linux/memcontrol.h. Bit 0, the vector of
 * a slab page; bit 1, kernel memory through an obj_cgroup, which goes to the
 * parent and holds nothing. Three bits are flags since 6.12; no object is
 * aligned to less than that.
 */
#define MEMCG_DATA_SLAB		1
#define MEMCG_DATA_KMEM		2

/*
 * A tail says where its head is: its address plus 1, or since 7.1, where a struct page's size is a
 * power of two, a mask plus 1 (page-flags.h 7.2 _compound_head()). A mask has all its
 * upper bits set and its lower ones clear, which no address of a struct page has.
 */
static kaddr_t head_of_tail(kaddr_t tail, uint64_t info)
{
	uint64_t value = info & ~1ull, lowest = value & -value;

	return value == -lowest ? tail & value : value;
}

/* Of which head a struct page is a tail; 0: of none, or it is unreadable. */
static kaddr_t head_of(struct run *run, kaddr_t page)
{
	uint64_t info;

	return peek_member(run, page, run->layout->page_compound_head, &info) && (info & 1) ?
	       head_of_tail(page, info) : 0;
}

bool page_is_fake_head(struct run *run, kaddr_t page, const char *bytes)
{
	kaddr_t head;

	if (!page_is_head(run, bytes) || page % memmap_page_bytes())
		return false;
	head = head_of(run, page + run->layout->page_size_bytes);
	return head && head != page;
}

/* include/linux/mm.h compound_order(), folio_order(). */
static bool folio_order(struct run *run, kaddr_t page, uint64_t *order)
{
	const struct layout *l = run->layout;

	if (l->folio_order_byte.known)
		return read_member(run, page, l->folio_order_byte, order);
	if (l->page_compound_order.known)
		return read_member(run, page + l->page_size_bytes, l->page_compound_order,
				   order);
	if (!read_member(run, page, l->folio_flags_1, order))
		return false;
	*order &= 0xff;
	return true;
}

/*
 * A damaged order would hide pages, or charge more or fewer to the folio than it has: its last
 * tail has to know the head, and what is behind is no tail of it.
 */
static bool order_is_true(struct run *run, kaddr_t page, uint64_t order)
{
	const kaddr_t end = page + (1ull << order) * run->layout->page_size_bytes;

	return (!order || head_of(run, end - run->layout->page_size_bytes) == page) &&
	       head_of(run, end) != page;
}

uint64_t folio_size(struct run *run, kaddr_t page, uint64_t flags)
{
	uint64_t order;

	if (!flag_is_set(flags, run->layout->pg_head))
		return 1;
	if (!folio_order(run, page, &order))
		return 1;
	if (order > ORDER_LIMIT || !order_is_true(run, page, order)) {
		run->counts.cut++;
		return 1;
	}
	return 1ull << order;
}

struct folio_owner folio_owner(struct run *run, const struct inventory *inventory,
			       uint64_t word)
{
	const kaddr_t pointer = word & ~(uint64_t)MEMCG_DATA_FLAGS;
	struct folio_owner owner = { 0 };
	kaddr_t memcg;

	if (!pointer || (word & MEMCG_DATA_SLAB))
		return owner;
	owner.memcg = map_get(&inventory->by_addr, pointer);
	if (owner.memcg || !run->layout->lru_folios_carry_objcg || (word & MEMCG_DATA_KMEM) ||
	    !read_member(run, pointer, run->layout->objcg_memcg, &memcg))
		return owner;
	owner.memcg = map_get(&inventory->by_addr, memcg);
	owner.former = map_get(&inventory->by_objcg, pointer);
	if (owner.former == owner.memcg)	/* dying, and not yet offline */
		owner.former = NULL;
	return owner;
}

/*
 * include/linux/page-flags.h 5.10: PG_kmemcg, PG_table, PageType(); unset bits mean the type. When
 * kernel memory had its bit elsewhere, page tables got this one (5.11, 18b2db3b0385).
 */
#define PG_KMEMCG	0x200u
#define PG_TABLE	0x400u
#define PG_TABLE_LATER	0x200u
#define PAGE_TYPE_BASE	0xf0000000u

static bool has_type(const struct layout *l, const char *bytes, uint32_t bit)
{
	return l->page_page_type.known &&
	       (half_word_of(bytes, l->page_page_type.offset) & (PAGE_TYPE_BASE | bit)) ==
	       PAGE_TYPE_BASE;
}

static bool is_page_table(const struct layout *l, const char *bytes)
{
	return has_type(l, bytes, l->kmem_pages_have_type ? PG_TABLE : PG_TABLE_LATER);
}

static bool is_kernel_memory(const struct layout *l, const char *bytes)
{
	if (!l->kmem_pages_have_type)
		return word_of(bytes, l->page_memcg.offset) & MEMCG_DATA_KMEM;
	return has_type(l, bytes, PG_KMEMCG);
}

static enum folio_kind kind_of_user(const struct layout *l, uint64_t flags, uint64_t mapping)
{
	if (mapping & MAPPING_ANON)
		return FOLIO_ANON;
	if (mapping & MAPPING_FLAGS)
		return FOLIO_OTHER;
	if (flag_is_set(flags, l->pg_swapbacked))
		return mapping || flag_is_set(flags, l->pg_swapcache) ? FOLIO_SHMEM : FOLIO_OTHER;
	return mapping ? FOLIO_CACHE : FOLIO_OTHER;	/* truncated, and still held */
}

/*
 * A slab has its cache where others have their mapping. One that has a memcg is of a cache that
 * is the memcg's own: mm/slab.h 4.18 memcg_charge_slab(). Since 5.3 none of them has.
 */
static enum folio_kind kind_of(const struct layout *l, const char *bytes)
{
	if (is_kernel_memory(l, bytes))
		return FOLIO_KMEM;
	if (l->kmem_pages_have_type && slab_page(l, bytes))
		return FOLIO_SLAB;
	return kind_of_user(l, word_of(bytes, l->page_flags.offset),
			    word_of(bytes, l->page_mapping.offset));
}

void folio_decode(struct run *run, const struct inventory *inventory, kaddr_t page,
		  const char *bytes, struct folio *folio)
{
	const struct layout *l = run->layout;
	const uint64_t mapping = word_of(bytes, l->page_mapping.offset);
	const struct folio_owner owner =
		folio_owner(run, inventory, word_of(bytes, l->page_memcg.offset));

	*folio = (struct folio){
		.page = page,
		.flags = word_of(bytes, l->page_flags.offset),
		.memcg = owner.memcg,
		.former = owner.former,
		.hugetlb = page_has_type(l, bytes, l->hugetlb_type),
		.references = l->page_refcount.known ?
			      (int32_t)half_word_of(bytes, l->page_refcount.offset) : 0,
		.lru_next = word_of(bytes, l->page_lru.offset),
		.lru_prev = word_of(bytes, l->page_lru.offset + (int)sizeof(long)),
	};
	folio->page_table = is_page_table(l, bytes);
	folio->kind = kind_of(l, bytes);
	if (folio->kind == FOLIO_CACHE || folio->kind == FOLIO_SHMEM)
		folio->mapping = mapping;
	if (folio->kind == FOLIO_ANON && (mapping & MAPPING_FLAGS) == MAPPING_ANON)
		folio->anon_vma = mapping - MAPPING_ANON;
	if (folio->memcg || folio->former)
		folio->base_pages = folio_size(run, page, folio->flags);
}

bool folio_read(struct run *run, const struct inventory *inventory, kaddr_t page,
		struct folio *folio)
{
	char bytes[256];

	if (run->layout->page_size_bytes > (long)sizeof(bytes) ||
	    !read_bytes(run, page, bytes, run->layout->page_size_bytes))
		return false;
	folio_decode(run, inventory, page, bytes, folio);
	return true;
}

bool folio_in_swapcache(const struct run *run, const struct folio *folio)
{
	return flag_is_set(folio->flags, run->layout->pg_swapcache);
}
