/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON, as far as records need it (RFC 8259). Plain C.
 */
#ifndef ZMEMCG_JSON_H
#define ZMEMCG_JSON_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct text;

/*
 * A string in quotes. UTF-8 stays; a byte that is none is written as the lone
 * surrogate \udcXX, so that the bytes of a name survive (Python's "surrogateescape").
 */
void json_string(struct text *out, const char *bytes, size_t len);

/* An address as a string of hex digits, counts and seconds as numbers, the unknown as null. */
void json_cell(struct text *out, const struct cell *cell);

/* A line {"memcg": "ffff...", "refs": 1, ...}: keys are the columns' titles in lower case. */
void json_record(struct text *out, const struct column *columns, int count,
		 const struct cell *cells);

/* The same in parts, so that arrays of such objects can stand behind its own members. */
void json_begin(struct text *out, const struct column *columns, int count,
		const struct cell *cells);
void json_array(struct text *out, const char *key, const struct column *columns, int count,
		const struct cell *cells, size_t rows);
void json_end(struct text *out);

/* [{...}, ...], the value of such an array. */
void json_objects(struct text *out, const struct column *columns, int count,
		  const struct cell *cells, size_t rows);

#endif
