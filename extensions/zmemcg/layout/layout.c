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

static long *enumerator_slot(const struct layout *layout, size_t slot)
{
	return (long *)((char *)layout + slot);
}

/* Rows that -w alone asks for. */
static bool is_for_references(unsigned int needed_by)
{
	return needed_by && !(needed_by & ~(NEED_REFERENCES | FOR_REFERENCES));
}

static void resolve_members(struct layout *layout, const struct layout_lookup *lookup,
			    bool for_references)
{
	for (size_t i = 0; i < member_row_count; i++) {
		const struct member_row *row = &member_rows[i];
		struct member *slot = member_slot(layout, row->slot);

		if (!slot->known && is_for_references(row->needed_by) == for_references)
			lookup->member(lookup->from, row->type, row->member, slot);
	}
}

static void resolve_symbols(struct layout *layout, const struct layout_lookup *lookup,
			    bool for_references)
{
	for (size_t i = 0; i < symbol_row_count; i++) {
		const struct value_row *row = &symbol_rows[i];
		kaddr_t *slot = symbol_slot(layout, row->slot);

		if (!*slot && is_for_references(row->needed_by) == for_references)
			lookup->symbol(lookup->from, row->name, slot);
	}
}

static void resolve_enumerators(struct layout *layout, const struct layout_lookup *lookup)
{
	for (size_t i = 0; i < enumerator_row_count; i++) {
		long *slot = enumerator_slot(layout, enumerator_rows[i].slot);

		*slot = -1;
		lookup->enumerator(lookup->from, enumerator_rows[i].name, slot);
	}
}

void layout_resolve(struct layout *layout, const struct layout_lookup *lookup)
{
	long buddy;

	memset(layout, 0, sizeof(*layout));
	resolve_members(layout, lookup, false);
	resolve_symbols(layout, lookup, false);
	resolve_enumerators(layout, lookup);
	lookup->size(lookup->from, "page", &layout->page_size_bytes);
	/* kernel/vmcore_info.c; the same word whatever page types looked like at the time. */
	if (lookup->number(lookup->from, "PAGE_BUDDY_MAPCOUNT_VALUE", &buddy) &&
	    layout->page_page_type.known && layout->page_private.known)
		layout->buddy_type = buddy;
	layout->lru_folios_carry_objcg = layout->pn_orig_objcg.known;
	layout->pages_refer_singly = !layout->objcg_memcg.known;
	layout->kmem_pages_have_type = layout->page_memcg.known && !layout->page_memcg_data.known;
}

void layout_resolve_references(struct layout *layout, const struct layout_lookup *lookup)
{
	resolve_members(layout, lookup, true);
	resolve_symbols(layout, lookup, true);
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
	for (size_t i = 0; i < enumerator_row_count; i++) {
		const struct value_row *row = &enumerator_rows[i];

		if ((row->needed_by & needs) && *enumerator_slot(layout, row->slot) < 0) {
			snprintf(name, sizeof(name), "enumerator %s", row->name);
			return name;
		}
	}
	return NULL;
}
