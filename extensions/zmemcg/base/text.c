// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void text_flush(struct text *text)
{
	size_t used = text->used;

	text->used = 0;		/* first: flush() may not come back */
	if (used)
		text->flush(text->arg, text->block, used);
}

/* Up to the last line's end. */
static size_t whole_lines(const struct text *text)
{
	size_t len = text->used;

	while (len && text->block[len - 1] != '\n')
		len--;
	return len;
}

void text_flush_lines(struct text *text)
{
	text->used = whole_lines(text);
	text_flush(text);
}

static void make_room(struct text *text)
{
	const size_t used = text->used, whole = whole_lines(text);

	text->used = whole ? whole : used;
	text_flush(text);
	text->used = whole ? used - whole : 0;
	memmove(text->block, text->block + whole, text->used);
}

void text_bytes(struct text *text, const char *bytes, size_t len)
{
	while (len) {
		size_t part = sizeof(text->block) - text->used;

		if (part > len)
			part = len;
		memcpy(text->block + text->used, bytes, part);
		text->used += part;
		bytes += part;
		len -= part;
		if (text->used == sizeof(text->block))
			make_room(text);
	}
}

void text_string(struct text *text, const char *string)
{
	text_bytes(text, string, strlen(string));
}

void text_format(struct text *text, const char *format, ...)
{
	char line[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len >= (int)sizeof(line))
		len = sizeof(line) - 1;
	if (len > 0)
		text_bytes(text, line, len);
}

void text_lower(struct text *text, const char *string)
{
	for (; *string; string++) {
		const char letter = *string >= 'A' && *string <= 'Z' ? *string + ('a' - 'A') : *string;

		text_bytes(text, &letter, 1);
	}
}

void text_spaces(struct text *text, int count)
{
	for (; count > 0; count--)
		text_bytes(text, " ", 1);
}

/* Where the last line begins, which has ended. */
static size_t last_line(const struct text *text)
{
	size_t at = text->used;

	if (at)
		at--;
	while (at && text->block[at - 1] != '\n')
		at--;
	return at;
}

/*
 * The last blank that leaves no more than width before it: one behind a part of an enumeration,
 * if that leaves more than half of the width; or else the first one. NULL: there is none.
 */
static char *place_to_break(char *begin, size_t words, size_t len, size_t width)
{
	char *last = NULL;

	for (size_t at = width; at > words; at--) {
		if (begin[at] != ' ')
			continue;
		if (!last)
			last = begin + at;
		if (at > width / 2 && strchr(",;:", begin[at - 1]))
			return begin + at;
	}
	return last ? last : memchr(begin + width, ' ', len - width);
}

void text_wrap(struct text *text, size_t width, size_t indentation)
{
	size_t at = last_line(text), words = 0;
	char *blank;

	while (text->used - at > width + 1) {
		blank = place_to_break(text->block + at, words, text->used - at, width);
		if (!blank || text->used + indentation >= sizeof(text->block))
			return;
		*blank++ = '\n';
		at = blank - text->block;
		memmove(blank + indentation, blank, text->used - at);
		memset(blank, ' ', indentation);
		text->used += indentation;
		words = indentation;
	}
}

const char *by_count(uint64_t count, const char *one, const char *several)
{
	return count == 1 ? one : several;
}

static size_t escape_byte(unsigned char byte, char *out)
{
	if (byte > ' ' && byte != '\\' && byte != 0x7f) {
		*out = byte;
		return 1;
	}
	out[0] = '\\';
	out[1] = '0' + (byte >> 6);
	out[2] = '0' + (byte >> 3 & 7);
	out[3] = '0' + (byte & 7);
	return 4;
}

size_t text_escaped(struct text *text, const char *bytes, size_t len)
{
	size_t written = 0;
	char piece[4];

	for (size_t i = 0; i < len; i++) {
		size_t n = escape_byte(bytes[i], piece);

		text_bytes(text, piece, n);
		written += n;
	}
	return written;
}

size_t escape(const char *bytes, size_t len, char *out)
{
	size_t written = 0;

	for (size_t i = 0; i < len; i++)
		written += escape_byte(bytes[i], out + written);
	out[written] = '\0';
	return written;
}
