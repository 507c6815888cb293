// SPDX-License-Identifier: GPL-2.0-or-later
#include "json_check.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	return at;
}

static const char *escape_end(const char *at, const char *end)
{
	if (at == end)
		return NULL;
	if (*at != 'u')
		return strchr("\"\\/bfnrt", *at) && *at ? at + 1 : NULL;
	for (int i = 1; i <= 4; i++) {
		if (at + i >= end || !isxdigit((unsigned char)at[i]))
			return NULL;
	}
	return at + 5;
}

/* Bytes of a UTF-8 character, 0 for none. The writer's tests have its finer rules. */
static size_t character_length(const char *at, const char *end)
{
	const unsigned char first = *at;
	size_t len = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 :
		     first < 0xf5 ? 4 : 0;

	if (first < ' ' || len > (size_t)(end - at))
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	return len;
}

static const char *string_end(const char *at, const char *end)
{
	if (at == end || *at != '"')
		return NULL;
	at++;
	while (at && at < end && *at != '"') {
		const size_t len = character_length(at, end);

		if (*at == '\\')
			at = escape_end(at + 1, end);
		else
			at = len ? at + len : NULL;
	}
	return at && at < end ? at + 1 : NULL;
}

/* Integers are all that there is. */
static const char *number_end(const char *at, const char *end)
{
	const char *digits = at < end && *at == '-' ? at + 1 : at;

	at = digits;
	while (at < end && isdigit((unsigned char)*at))
		at++;
	return at == digits || (*digits == '0' && at > digits + 1) ? NULL : at;
}

static const char *object_end(const char *at, const char *end)
{
	do {
		at = string_end(skip_blanks(at + 1, end), end);
		if (!at || at >= end || *at != ':')
			return NULL;
		at = json_value_end(skip_blanks(at + 1, end), end);
		if (!at)
			return NULL;
		at = skip_blanks(at, end);
	} while (at < end && *at == ',');
	return at < end && *at == '}' ? at + 1 : NULL;
}

static const char *array_end(const char *at, const char *end)
{
	if (end - at >= 2 && at[1] == ']')
		return at + 2;
	do {
		at = json_value_end(skip_blanks(at + 1, end), end);
		if (!at)
			return NULL;
		at = skip_blanks(at, end);
	} while (at < end && *at == ',');
	return at < end && *at == ']' ? at + 1 : NULL;
}

const char *json_value_end(const char *text, const char *end)
{
	if (text >= end)
		return NULL;
	if (*text == '{')
		return object_end(text, end);
	if (*text == '[')
		return array_end(text, end);
	if (*text == '"')
		return string_end(text, end);
	if (end - text >= 4 && !memcmp(text, "null", 4))
		return text + 4;
	return number_end(text, end);
}
