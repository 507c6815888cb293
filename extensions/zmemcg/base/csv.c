// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/csv.h"

#include <string.h>

#include "zmemcg/text.h"

static void write_quoted(struct text *out, const char *string)
{
	for (; *string; string++) {
		text_bytes(out, string, 1);
		if (*string == '"')
			text_bytes(out, string, 1);
	}
}

/* The path is the only part that is not escaped yet. */
static void write_path(struct text *out, const char *path, size_t len)
{
	char piece[4 + 1];

	for (size_t i = 0; i < len; i++) {
		escape(path + i, 1, piece);
		write_quoted(out, piece);
	}
}

static void write_name(struct text *out, const struct name *name)
{
	if (!name->bracket && !name->path)
		return;
	text_string(out, "\"");
	if (name->bracket)
		write_quoted(out, name->bracket);
	if (name->path)
		write_path(out, name->path, name->path_len);
	text_string(out, name->deleted ? " (deleted)\"" : "\"");
}

static void write_cell(struct text *out, const struct cell *cell)
{
	char room[CELL_ROOM];
	const char *word = cell_plain(cell, room);

	if (cell->kind == CELL_NAME)
		write_name(out, &cell->name);
	else if (strchr(word, ','))
		text_format(out, "\"%s\"", word);
	else if (strcmp(word, "-") != 0)
		text_string(out, word);
}

void csv_heading(struct text *out, const struct column *columns, int count)
{
	for (int i = 0; i < count; i++) {
		text_string(out, i ? "," : "");
		text_lower(out, columns[i].title);
	}
	text_string(out, "\n");
}

void csv_record(struct text *out, const struct cell *cells, int count)
{
	for (int i = 0; i < count; i++) {
		text_string(out, i ? "," : "");
		write_cell(out, &cells[i]);
	}
	text_string(out, "\n");
}
