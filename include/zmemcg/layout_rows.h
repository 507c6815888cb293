/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tables that layout.c walks: one row a name.
 */
#ifndef ZMEMCG_LAYOUT_ROWS_H
#define ZMEMCG_LAYOUT_ROWS_H

#include "zmemcg/types.h"

/*
 * Rows of the same slot are names that a member has had: the first that exists is
 * taken, and the absence of all of them is what a report complains of, under the
 * first name.
 */
struct member_row {
	size_t slot;			/* offset in struct layout */
	const char *type, *member;	/* a dot inside member: in a struct without a name */
	unsigned int needed_by;		/* enum layout_need */
};

/* Symbols, enumerators, sizes of structs, and numbers of vmcoreinfo. */
struct value_row {
	size_t slot;
	const char *name;
	unsigned int needed_by;
};

extern const struct member_row member_rows[];
extern const struct value_row symbol_rows[], enumerator_rows[], size_rows[], number_rows[];
extern const size_t member_row_count, symbol_row_count, enumerator_row_count, size_row_count,
		    number_row_count;

#endif
