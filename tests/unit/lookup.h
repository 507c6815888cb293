/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's layout as a text, in the form that zmemcg -L prints (zmemcg/answers.h; the
 * colon may be left out). Of two lines of one key the first counts. "present" is a member or a struct
 * whose place or size is not known.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmemcg/answers.h"
#include "zmemcg/layout.h"

/* What stands behind a key, up to the end of its line; NULL where no line has it. */
static const char *find_line(const char *text, const char *key)
{
	const size_t len = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, len) && (line[len] == ' ' || line[len] == ':'))
			return line + len + 1 + strspn(line + len + 1, " ");
	}
	return NULL;
}

/* One or two numbers; of what has one, the second is 0. False for "absent". */
static bool find(const char *text, const char *key, long long numbers[2])
{
	const char *value = find_line(text, key);
	char *end;

	numbers[0] = numbers[1] = 0;
	if (!value)
		return false;
	if (!strncmp(value, "present", 7)) {
		numbers[0] = numbers[1] = sizeof(long);
		return true;
	}
	numbers[0] = (long long)strtoull(value, &end, 0);
	if (*end == ' ')
		numbers[1] = (long long)strtoull(end, NULL, 0);
	return end != value;
}

static bool member(void *from, const char *type, const char *name, struct member *found)
{
	char key[ANSWER_ROOM];
	long long numbers[2];

	snprintf(key, sizeof(key), "%s.%s", type, name);
	if (!find(from, key, numbers))
		return false;
	*found = (struct member){ true, numbers[0], numbers[1] };
	return true;
}

static bool value(void *from, const char *kind, const char *name, long long *found)
{
	char key[ANSWER_ROOM];
	long long numbers[2];

	snprintf(key, sizeof(key), "%s %s", kind, name);
	if (!find(from, key, numbers))
		return false;
	*found = numbers[0];
	return true;
}

static bool size(void *from, const char *type, long *bytes)
{
	long long found;

	if (!value(from, "sizeof", type, &found))
		return false;
	*bytes = found;
	return true;
}

static bool symbol(void *from, const char *name, kaddr_t *address)
{
	long long found;

	if (!value(from, "symbol", name, &found))
		return false;
	*address = found;
	return true;
}

static bool enumerator(void *from, const char *name, long *number)
{
	long long found;

	if (!value(from, "enum", name, &found))
		return false;
	*number = found;
	return true;
}

static bool number(void *from, const char *name, long *found)
{
	long long value_found;

	if (!value(from, "number", name, &value_found))
		return false;
	*found = value_found;
	return true;
}

static struct layout_lookup lookup_in(const char *text)
{
	return (struct layout_lookup){ (void *)text, member, size, symbol, enumerator, number };
}

/* Each group that layout.h can resolve, as zmemcg -L does. */
static inline struct layout resolve_asking(const struct layout_lookup *lookup)
{
	struct layout layout;

	layout_resolve(&layout, lookup);
	layout_resolve_for(&layout, lookup, NEED_EVERYTHING);
	return layout;
}

static inline struct layout resolve(const char *text)
{
	const struct layout_lookup lookup = lookup_in(text);

	return resolve_asking(&lookup);
}
