/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Comma-separated values (RFC 4180), a record a line. Names are escaped as in text,
 * so that none has a newline. Plain C.
 */
#ifndef ZMEMCG_CSV_H
#define ZMEMCG_CSV_H

#include "zmemcg/table.h"

struct text;

/* The columns' titles in lower case. */
void csv_heading(struct text *out, const struct column *columns, int count);

/* Ages in seconds, the unknown is empty: a program reads a column of numbers as such. */
void csv_record(struct text *out, const struct cell *cells, int count);

#endif
