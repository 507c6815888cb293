// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/json.h"

#include <string.h>

#include "zmemcg/text.h"

static bool is_continuation(unsigned char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Bytes of the UTF-8 character at the start, or 0: it is none (RFC 3629, section 4). */
static size_t utf8_length(const unsigned char *s, size_t len)
{
	size_t length = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 :
			s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;

	if (length > len)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if (!is_continuation(s[i]))
			return 0;
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||	/* overlong, surrogate */
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

static void write_characters(struct text *out, const char *bytes, size_t len)
{
	const unsigned char *s = (const unsigned char *)bytes;

	for (size_t i = 0, length; i < len; i += length ? length : 1) {
		length = utf8_length(s + i, len - i);
		if (!length)
			text_format(out, "\\udc%02x", s[i]);
		else if (s[i] < ' ' || s[i] == 0x7f)
			text_format(out, "\\u%04x", s[i]);
		else if (s[i] == '"' || s[i] == '\\')
			text_format(out, "\\%c", s[i]);
		else
			text_bytes(out, bytes + i, length);
	}
}

void json_string(struct text *out, const char *bytes, size_t len)
{
	text_string(out, "\"");
	write_characters(out, bytes, len);
	text_string(out, "\"");
}

/* What stands in brackets is escaped already; JSON has its own escapes. */
static void write_bracket(struct text *out, const char *bracket)
{
	char bytes[1024];
	size_t len = 0;

	for (; *bracket && len < sizeof(bytes); bracket++) {
		bytes[len] = *bracket;
		if (*bracket == '\\' && strlen(bracket) > 3) {
			bytes[len] = (bracket[1] - '0') << 6 | (bracket[2] - '0') << 3 | (bracket[3] - '0');
			bracket += 3;
		}
		len++;
	}
	write_characters(out, bytes, len);
}

static void write_name(struct text *out, const struct name *name)
{
	if (!name->bracket && !name->path) {
		text_string(out, "null");
		return;
	}
	text_string(out, "\"");
	if (name->bracket)
		write_bracket(out, name->bracket);
	if (name->path)
		write_characters(out, name->path, name->path_len);
	if (name->deleted)
		text_string(out, " (deleted)");
	text_string(out, "\"");
}

void json_cell(struct text *out, const struct cell *cell)
{
	char room[CELL_ROOM];
	const char *word = cell_plain(cell, room);
	const bool none = strcmp(word, "-") == 0;

	if (cell->kind == CELL_NAME)
		write_name(out, &cell->name);
	else if (cell->kind == CELL_WORD)	/* none is an empty one: no flag */
		json_string(out, word, none ? 0 : strlen(word));
	else if (none)
		text_string(out, "null");
	else if (cell->kind == CELL_ADDRESS)
		json_string(out, word, strlen(word));
	else
		text_string(out, word);
}

void json_begin(struct text *out, const struct column *columns, int count,
		const struct cell *cells)
{
	for (int i = 0; i < count; i++) {
		text_string(out, i ? ", \"" : "{\"");
		text_lower(out, columns[i].title);
		text_string(out, "\": ");
		json_cell(out, &cells[i]);
	}
}

void json_array(struct text *out, const char *key, const struct column *columns, int count,
		const struct cell *cells, size_t rows)
{
	text_string(out, ", ");
	json_string(out, key, strlen(key));
	text_string(out, ": ");
	json_objects(out, columns, count, cells, rows);
}

void json_objects(struct text *out, const struct column *columns, int count,
		  const struct cell *cells, size_t rows)
{
	text_string(out, "[");
	for (size_t i = 0; i < rows; i++) {
		text_string(out, i ? ", " : "");
		json_begin(out, columns, count, cells + i * count);
		text_string(out, "}");
	}
	text_string(out, "]");
}

void json_end(struct text *out)
{
	text_string(out, "}\n");
}

void json_record(struct text *out, const struct column *columns, int count,
		 const struct cell *cells)
{
	json_begin(out, columns, count, cells);
	json_end(out);
}
