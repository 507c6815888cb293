/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comma-separated values (RFC 4180), a record a line. Names are escaped as in text,
 * so that none has a newline. Plain C.
 */
#ifndef ZMEMCG_CSV_H
#define ZMEMCG_CSV_H

#include "zmemcg/table.h"

struct text;

/* The columns' titles in lower case, but for those that JSON alone has. */
void csv_heading(struct text *out, const struct column *columns, int count);

/* Ages in seconds, inferred ones behind a ~; the unknown is empty. */
void csv_record(struct text *out, const struct column *columns, int count,
		const struct cell *cells);

#endif
