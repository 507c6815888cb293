// SPDX-License-Identifier: GPL-2.0-or-later
#include "facts.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_check.h"

static uint64_t hash_of(uint64_t hash, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
	return hash;
}

static bool begins(const char *line, const char *with)
{
	return !strncmp(line, with, strlen(with));
}

/* A line in capitals: the columns. Records begin with an address or a number. */
static bool is_heading(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (islower((unsigned char)line[i]))
			return false;
	}
	return len && isupper((unsigned char)line[0]);
}

/* Sentences of which the report is not silent about something. */
static bool is_word(const char *line)
{
	return begins(line, "The kernel counts ") || strstr(line, " no evidence of ") || strstr(line, " references that ") ||
	       strstr(line, " that nothing explains") || strstr(line, " more than references") ||
	       strstr(line, " not found: lost with what is ") || strstr(line, " on no list (mlocked");
}

static void take_coverage(struct facts *facts, const char *line)
{
	const char *rest;

	facts->ended = true;
	sscanf(line, "Found %" SCNu64 " of %" SCNu64, &facts->found, &facts->charged);
	sscanf(line, "The slab has %" SCNu64 " of the %" SCNu64, &facts->slab_has, &facts->slab_of);
	rest = strstr(line, " unreadable object");
	while (rest && rest > line && isdigit((unsigned char)rest[-1]))
		rest--;
	if (rest)
		sscanf(rest, "%" SCNu64 " unreadable %*[a-z], %" SCNu64 " damaged", &facts->unreadable,
		       &facts->cut);
	rest = strstr(line, " pages of the memory map are not");
	if (!rest)
		rest = strstr(line, " page of the memory map is not");
	while (rest && rest > line && isdigit((unsigned char)rest[-1]))
		rest--;
	if (rest)
		facts->missing = strtoull(rest, NULL, 10);
}

static void take_sentence(struct facts *facts, const char *line, size_t len)
{
	sscanf(line, "There are %" SCNu64 " active and %" SCNu64 " dying", &facts->active,
	       &facts->dying);
	if (begins(line, "Found ") || begins(line, "The slab has "))
		take_coverage(facts, line);
	if (is_word(line))
		facts->words = hash_of(facts->words, line, len);
}

/* The indented rows are of tasks, whose name may be empty: prctl(PR_SET_NAME). */
static bool has_name(const char *line, size_t len)
{
	return line[0] != ' ' && !(len > 2 && line[len - 1] == '-' && line[len - 2] == ' ');
}

static void add_row(struct facts *facts, const char *line, size_t len, char kind)
{
	const struct row row = {
		.key = strtoull(line, NULL, 16),
		.named = has_name(line, len),
	};
	unsigned long long number = 0;

	facts->rows = realloc(facts->rows, (facts->count + 1) * sizeof(row));
	facts->rows[facts->count++] = row;
	if (kind == 'g')
		sscanf(line, "%llu", &number);
	else if (kind == 'f')
		sscanf(line, "%*s %llu", &number);
	facts->sum += number;
}

static int by_key(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	return (a->key > b->key) - (a->key < b->key);
}

static bool begins_the_end(const char *line)
{
	return begins(line, "There are ") || begins(line, "These ") || begins(line, "This file ");
}

struct facts facts_of(const char *output, char kind)
{
	struct facts facts = { .words = 0xcbf29ce484222325 };
	bool in_rows = false, ending = false;

	for (const char *line = output, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			break;
		if (begins(line, "zmemcg: "))
			facts.refused = true;
		ending |= begins_the_end(line);
		if (ending)
			take_sentence(&facts, line, end - line);
		else if (is_heading(line, end - line))
			in_rows = !in_rows || begins(line, "ZOMBIES");	/* the second one is of details */
		else if (in_rows)
			add_row(&facts, line, end - line, kind);
	}
	if (facts.count)
		qsort(facts.rows, facts.count, sizeof(*facts.rows), by_key);
	return facts;
}

static const struct row *row_of(const struct facts *facts, uint64_t key)
{
	const struct row row = { .key = key };

	return facts->count ? bsearch(&row, facts->rows, facts->count, sizeof(row), by_key) : NULL;
}

/* Whether a count says that something could not be had. */
static bool counted(const struct facts *facts)
{
	return facts->unreadable || facts->cut || facts->missing;
}

/* Whether the report says in any way that it does not have all. */
static bool speaks(const struct facts *before, const struct facts *now)
{
	return counted(now) || now->words != before->words || now->slab_has != now->slab_of ||
	       (now->found < now->charged &&
		(now->found != before->found || now->charged != before->charged));
}

static size_t rows_lost(const struct facts *before, const struct facts *now)
{
	size_t lost = 0;

	for (size_t i = 0; i < before->count; i++)
		lost += !row_of(now, before->rows[i].key);
	return lost;
}

static bool names_lost(const struct facts *before, const struct facts *now)
{
	for (size_t i = 0; i < before->count; i++) {
		const struct row *row = row_of(now, before->rows[i].key);

		if (row && before->rows[i].named && !row->named)
			return true;
	}
	return false;
}

/* A memcg whose flags say that it is online is one: it is not lost. */
static bool changed_sides(const struct facts *before, const struct facts *now, uint64_t lost)
{
	return now->active >= before->active + lost;
}

const char *facts_hidden(const struct facts *before, const struct facts *now, char kind)
{
	uint64_t lost;

	if (now->refused)
		return NULL;
	if (!now->ended)
		return "it has no last line";
	if (now->active + now->dying < before->active + before->dying && !speaks(before, now))
		return "memcgs are gone without a word";
	if (kind != 'g' && names_lost(before, now) && !counted(now))
		return "names are gone without a word";
	if (speaks(before, now))
		return NULL;
	lost = rows_lost(before, now);
	if ((kind == 0 || kind == 'w') && lost && !changed_sides(before, now, lost))
		return "zombies are gone without a word";
	/* Pages that are held by nobody who counts them are none when their struct page says so. */
	if (kind == 'p' && !before->charged)
		return NULL;
	if ((kind == 'p' || kind == 'k') && lost && !changed_sides(before, now, 1))
		return "rows are gone without a word";
	if (kind == 'g' && now->sum < before->sum &&
	    !changed_sides(before, now, before->sum - now->sum))
		return "zombies are missing in the sum without a word";
	return NULL;
}

static const char *trouble_of_text(const char *output, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		const unsigned char byte = output[i];

		if ((byte < ' ' && byte != '\n') || byte == 0x7f)
			return "a control byte";
	}
	return len && output[len - 1] != '\n' ? "the last line has no end" : NULL;
}

/* Commas outside of quotes: the same number in each line that is a record. */
static const char *trouble_of_csv(const char *output)
{
	int wanted = -1;

	for (const char *line = output; *line; line++) {
		bool quoted = false;
		int commas = 0;
		const bool comment = *line == '#' || begins(line, "zmemcg: ");

		for (; *line && (quoted || *line != '\n'); line++) {
			quoted ^= !comment && *line == '"';
			commas += !quoted && *line == ',';
		}
		if (!comment && wanted < 0)
			wanted = commas;
		if (!comment && commas != wanted)
			return "a record with another number of cells";
		if (!*line)
			return "the last line has no end";
	}
	return NULL;
}

static const char *trouble_of_json(const char *output)
{
	for (const char *line = output; *line; line++) {
		const char *end = strchr(line, '\n');

		if (!end)
			return "the last line has no end";
		if (!begins(line, "zmemcg: ") && json_value_end(line, end) != end)
			return "a line that is not JSON";
		line = end;
	}
	return NULL;
}

/* A path's blanks are \040: the word is a STATE. */
static const char *trouble_of_states(const char *output, const char *command)
{
	const bool asked_for = strstr(command, "-a") || strchr(command, '/');

	return !asked_for && strstr(output, " ONLINE ") ? "an online memcg that nobody asked for" : NULL;
}

const char *form_trouble(const char *output, size_t len, const char *command)
{
	const char *trouble = trouble_of_text(output, len);

	if (!trouble)
		trouble = trouble_of_states(output, command);
	if (trouble)
		return trouble;
	if (strstr(command, "-o csv"))
		return trouble_of_csv(output);
	return strstr(command, "-o json") ? trouble_of_json(output) : NULL;
}
