// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "zmemcg/text.h"

struct cell cell_unknown(void)
{
	return (struct cell){ .kind = CELL_UNKNOWN };
}

struct cell cell_address(kaddr_t address)
{
	return (struct cell){ .kind = CELL_ADDRESS, .number = address };
}

struct cell cell_count(uint64_t count)
{
	return (struct cell){ .kind = CELL_COUNT, .number = count };
}

struct cell cell_difference(int64_t difference)
{
	return (struct cell){ .kind = CELL_DIFFERENCE, .number = difference };
}

struct cell cell_age(uint64_t seconds, char mark)
{
	return (struct cell){ .kind = CELL_AGE, .mark = mark, .number = seconds };
}

struct cell cell_word(const char *word)
{
	return (struct cell){ .kind = CELL_WORD, .word = word };
}

struct cell cell_name(struct name name)
{
	return (struct cell){ .kind = CELL_NAME, .name = name };
}

void table_name(struct text *out, const struct name *name)
{
	if (!name->bracket && !name->path)
		text_string(out, "-");
	if (name->bracket)
		text_string(out, name->bracket);
	if (name->path)
		text_escaped(out, name->path, name->path_len);
	if (name->deleted)
		text_string(out, " (deleted)");
}

void table_age(char *word, size_t size, uint64_t seconds)
{
	snprintf(word, size, "%" PRIu64 "+%02u:%02u:%02u", seconds / 86400,
		 (unsigned)(seconds / 3600 % 24), (unsigned)(seconds / 60 % 60),
		 (unsigned)(seconds % 60));
}

const char *cell_plain(const struct cell *cell, char room[CELL_ROOM])
{
	switch (cell->kind) {
	case CELL_ADDRESS:
		if (!cell->number)
			return "-";
		snprintf(room, CELL_ROOM, "%" PRIx64, cell->number);
		return room;
	case CELL_COUNT:
	case CELL_AGE:
		snprintf(room, CELL_ROOM, "%" PRIu64, cell->number);
		return room;
	case CELL_DIFFERENCE:
		snprintf(room, CELL_ROOM, "%" PRId64, (int64_t)cell->number);
		return room;
	case CELL_WORD:
		return cell->word;
	default:
		return "-";
	}
}

const char *table_word(const struct cell *cell, char room[CELL_ROOM])
{
	const bool marked = cell->mark;

	if (cell->kind != CELL_AGE)
		return cell_plain(cell, room);
	room[0] = cell->mark;
	table_age(room + marked, CELL_ROOM - marked, cell->number);
	return room;
}

static void write_padded(struct text *out, const struct column *column,
			 const char *word, bool last)
{
	int padding = column->width - (int)strlen(word);

	if (column->right)
		text_spaces(out, padding);
	text_string(out, word);
	if (last)
		return;
	if (!column->right)
		text_spaces(out, padding);
	text_string(out, "  ");
}

void table_heading(struct text *out, const struct column *columns, int count)
{
	for (int i = 0; i < count; i++) {
		if (columns[i].width != NOT_IN_TEXT)
			write_padded(out, &columns[i], columns[i].title, i == count - 1);
	}
	text_string(out, "\n");
}

void table_row(struct text *out, const struct column *columns, int count,
	       const struct cell *cells)
{
	char room[CELL_ROOM];

	for (int i = 0; i < count; i++) {
		if (columns[i].width == NOT_IN_TEXT)
			continue;
		if (cells[i].kind == CELL_NAME) {
			table_name(out, &cells[i].name);
			if (i < count - 1)
				text_string(out, "  ");
		} else {
			write_padded(out, &columns[i], table_word(&cells[i], room),
				     i == count - 1);
		}
	}
	text_string(out, "\n");
}
