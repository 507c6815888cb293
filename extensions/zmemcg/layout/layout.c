// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/layout.h"

#include <stdio.h>
#include <string.h>

#include "zmemcg/layout_rows.h"

static struct member *member_slot(const struct layout *layout, size_t slot)
{
	return (struct member *)((char *)layout + slot);
}

static kaddr_t *symbol_slot(const struct layout *layout, size_t slot)
{
	return (kaddr_t *)((char *)layout + slot);
}

static long *long_slot(const struct layout *layout, size_t slot)
{
	return (long *)((char *)layout + slot);
}

/* What waits until a report asks for it. */
#define LATE_NEEDS	(NEED_REFERENCES | FOR_REFERENCES | NEED_COSTS | FOR_COSTS | NEED_USERS | \
			 FOR_BATCHES | FOR_TASKS)

/* Whether a row's turn is now: needs are late ones, or none for the rows of all reports. */
static bool is_due(unsigned int needed_by, unsigned int needs)
{
	const bool late = needed_by && !(needed_by & ~LATE_NEEDS);

	return needs ? late && (needed_by & needs) : !late;
}

static void resolve_members(struct layout *layout, const struct layout_lookup *lookup,
			    unsigned int needs)
{
	for (size_t i = 0; i < member_row_count; i++) {
		const struct member_row *row = &member_rows[i];
		struct member *slot = member_slot(layout, row->slot);

		if (!slot->known && is_due(row->needed_by, needs))
			lookup->member(lookup->from, row->type, row->member, slot);
	}
}

static void resolve_symbols(struct layout *layout, const struct layout_lookup *lookup,
			    unsigned int needs)
{
	for (size_t i = 0; i < symbol_row_count; i++) {
		const struct value_row *row = &symbol_rows[i];
		kaddr_t *slot = symbol_slot(layout, row->slot);

		if (!*slot && is_due(row->needed_by, needs))
			lookup->symbol(lookup->from, row->name, slot);
	}
}

static void resolve_sizes(struct layout *layout, const struct layout_lookup *lookup,
			  unsigned int needs)
{
	for (size_t i = 0; i < size_row_count; i++) {
		const struct value_row *row = &size_rows[i];
		long *slot = long_slot(layout, row->slot), bytes = 0;

		if (!*slot && is_due(row->needed_by, needs) &&
		    lookup->size(lookup->from, row->name, &bytes))
			*slot = bytes;
	}
}

static void resolve_enumerators(struct layout *layout, const struct layout_lookup *lookup)
{
	for (size_t i = 0; i < enumerator_row_count; i++) {
		long *slot = long_slot(layout, enumerator_rows[i].slot);

		*slot = -1;
		lookup->enumerator(lookup->from, enumerator_rows[i].name, slot);
	}
}

static void resolve_numbers(struct layout *layout, const struct layout_lookup *lookup)
{
	for (size_t i = 0; i < number_row_count; i++)
		lookup->number(lookup->from, number_rows[i].name,
			       long_slot(layout, number_rows[i].slot));
}

static void resolve_all(struct layout *layout, const struct layout_lookup *lookup,
			unsigned int needs)
{
	resolve_members(layout, lookup, needs);
	resolve_symbols(layout, lookup, needs);
	resolve_sizes(layout, lookup, needs);
}

/* The bits of a word that are set where it has a type of the time when types were bits. */
#define PAGE_TYPE_BASE		0xf0000000u	/* until 6.10, with types in the lower half */
#define PAGE_TYPE_BASE_6_11	0x80000000u	/* 8db00ad56461: in the upper half */
#define PAGE_TYPE_NUMBER	0xff000000u	/* since 6.12 */

/* From a word that has the type, and no other one: all but one of its bits are set, or its upper byte counts. */
static struct page_type type_in(uint32_t word)
{
	const uint32_t bit = ~word, base = bit >> 16 ? PAGE_TYPE_BASE_6_11 : PAGE_TYPE_BASE;

	if (!word)
		return (struct page_type){ 0 };
	if (bit && !(bit & (bit - 1)))
		return (struct page_type){ base | bit, base };
	return (struct page_type){ PAGE_TYPE_NUMBER, word & PAGE_TYPE_NUMBER };
}

/* More than flags of a page: PG_slab was the bit of a type, in 6.11. */
#define PAGE_FLAGS	64

static struct page_type slab_type(const struct layout *layout)
{
	if (layout->pgty_slab > 0)
		return type_in((uint32_t)layout->pgty_slab << 24);
	if (layout->slab_number)
		return type_in(layout->slab_number);
	return type_in(layout->pg_slab >= PAGE_FLAGS ? ~layout->pg_slab : 0);
}

static void resolve_page_types(struct layout *layout)
{
	if (!layout->page_page_type.known)
		return;
	if (layout->page_private.known)
		layout->buddy_type = layout->buddy_number;
	layout->hugetlb_type = type_in(layout->hugetlb_number);
	layout->slab_type = slab_type(layout);
}

bool layout_tells_slabs(const struct layout *layout)
{
	return layout->slab_type.mask || (layout->pg_slab >= 0 && layout->pg_slab < PAGE_FLAGS);
}

void layout_resolve(struct layout *layout, const struct layout_lookup *lookup)
{
	memset(layout, 0, sizeof(*layout));
	resolve_all(layout, lookup, 0);
	resolve_enumerators(layout, lookup);
	resolve_numbers(layout, lookup);
	resolve_page_types(layout);
	layout->lru_folios_carry_objcg = layout->pn_orig_objcg.known;
	layout->pages_refer_singly = !layout->objcg_memcg.known;
	layout->kmem_pages_have_type = layout->page_memcg.known && !layout->page_memcg_data.known;
	layout->slabs_refer = layout->clone_memcg.known && !layout->clone_refcnt.known;
}

void layout_resolve_for(struct layout *layout, const struct layout_lookup *lookup,
			unsigned int needs)
{
	needs &= LATE_NEEDS;
	if (needs & NEED_REFERENCES)
		needs |= FOR_REFERENCES;
	if (needs & NEED_COSTS)
		needs |= FOR_COSTS;
	if (needs)
		resolve_all(layout, lookup, needs);
}

const char *layout_lacks(const struct layout *layout, unsigned int needs)
{
	static char name[128];

	/* Symbols first: without CONFIG_MEMCG the struct may exist and the controller not. */
	for (size_t i = 0; i < symbol_row_count; i++) {
		const struct value_row *row = &symbol_rows[i];

		if ((row->needed_by & needs) && !*symbol_slot(layout, row->slot)) {
			snprintf(name, sizeof(name), "symbol %s", row->name);
			return name;
		}
	}
	for (size_t i = 0; i < member_row_count; i++) {
		const struct member_row *row = &member_rows[i];

		if ((row->needed_by & needs) && !member_slot(layout, row->slot)->known) {
			snprintf(name, sizeof(name), "struct %s.%s", row->type, row->member);
			return name;
		}
	}
	for (size_t i = 0; i < size_row_count; i++) {
		const struct value_row *row = &size_rows[i];

		if ((row->needed_by & needs) && !*long_slot(layout, row->slot)) {
			snprintf(name, sizeof(name), "struct %s", row->name);
			return name;
		}
	}
	for (size_t i = 0; i < enumerator_row_count; i++) {
		const struct value_row *row = &enumerator_rows[i];

		if ((row->needed_by & needs) && *long_slot(layout, row->slot) < 0) {
			snprintf(name, sizeof(name), "enumerator %s", row->name);
			return name;
		}
	}
	if ((needs & NEED_SLAB) && !layout_tells_slabs(layout))
		return "enumerator PG_slab, nor a page type for slabs";
	return NULL;
}
