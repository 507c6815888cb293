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
			 FOR_BATCHES)

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

static void resolve_all(struct layout *layout, const struct layout_lookup *lookup,
			unsigned int needs)
{
	resolve_members(layout, lookup, needs);
	resolve_symbols(layout, lookup, needs);
	resolve_sizes(layout, lookup, needs);
}

void layout_resolve(struct layout *layout, const struct layout_lookup *lookup)
{
	long buddy, hugetlb;

	memset(layout, 0, sizeof(*layout));
	resolve_all(layout, lookup, 0);
	resolve_enumerators(layout, lookup);
	/* kernel/vmcore_info.c; the same word whatever page types looked like at the time. */
	if (lookup->number(lookup->from, "PAGE_BUDDY_MAPCOUNT_VALUE", &buddy) &&
	    layout->page_page_type.known && layout->page_private.known)
		layout->buddy_type = buddy;
	if (lookup->number(lookup->from, "PAGE_HUGETLB_MAPCOUNT_VALUE", &hugetlb) &&
	    layout->page_page_type.known)
		layout->hugetlb_type = hugetlb & 0xff000000;
	layout->lru_folios_carry_objcg = layout->pn_orig_objcg.known;
	layout->pages_refer_singly = !layout->objcg_memcg.known;
	layout->kmem_pages_have_type = layout->page_memcg.known && !layout->page_memcg_data.known;
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
	return NULL;
}
