// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/output.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "zmemcg/csv.h"
#include "zmemcg/folded.h"
#include "zmemcg/json.h"
#include "zmemcg/options.h"
#include "zmemcg/run.h"

/* A sentence or a value; longer ones are cut. */
#define SENTENCE_ROOM	2048

/* Of the lines of an inner table, and of what follows a break, in blanks. */
#define INDENTATION	4

/* More columns than a table and an inner one have. */
#define COLUMNS_LIMIT	32

static bool is(const struct run *run, enum format format)
{
	return run->options->format == format;
}

static bool has_sentences(const struct run *run)
{
	return is(run, FORMAT_TEXT) || is(run, FORMAT_CSV);
}

bool output_has_one_table(const struct run *run)
{
	return is(run, FORMAT_CSV);
}

void output_heading(struct run *run, const struct column *columns, int count)
{
	if (is(run, FORMAT_TEXT))
		table_heading(&run->out, columns, count);
	else if (is(run, FORMAT_CSV))
		csv_heading(&run->out, columns, count);
}

void output_row(struct run *run, const struct column *columns, int count,
		const struct cell *cells)
{
	switch (run->options->format) {
	case FORMAT_TEXT:
		table_row(&run->out, columns, count, cells);
		return;
	case FORMAT_JSON:
		json_record(&run->out, columns, count, cells);
		return;
	case FORMAT_CSV:
		csv_record(&run->out, cells, count);
		return;
	case FORMAT_FOLDED:
		return;
	}
}

/* Where there are no lines inside a record, the inner ones stand behind its first column. */
static int join_columns(struct column joined[COLUMNS_LIMIT], const struct column *outer,
			const struct inner_table *inner)
{
	*joined = *outer;
	memcpy(joined + 1, inner->columns, inner->count * sizeof(*joined));
	return 1 + inner->count;
}

void output_heading_around(struct run *run, const struct column *columns, int count,
			   const struct inner_table *inner)
{
	struct column joined[COLUMNS_LIMIT];

	if (is(run, FORMAT_TEXT)) {
		table_heading(&run->out, columns, count);
		text_spaces(&run->out, INDENTATION);
		table_heading(&run->out, inner->columns, inner->count);
	} else if (is(run, FORMAT_CSV)) {
		csv_heading(&run->out, joined, join_columns(joined, columns, inner));
	}
}

static void write_lines(struct run *run, const struct inner_table *inner)
{
	for (size_t i = 0; i < inner->rows; i++) {
		text_spaces(&run->out, INDENTATION);
		table_row(&run->out, inner->columns, inner->count, inner->cells + i * inner->count);
	}
}

static void write_joined(struct run *run, const struct cell *outer,
			 const struct inner_table *inner)
{
	struct cell joined[COLUMNS_LIMIT] = { *outer };

	for (size_t i = 0; i < inner->rows; i++) {
		memcpy(joined + 1, inner->cells + i * inner->count, inner->count * sizeof(*joined));
		csv_record(&run->out, joined, 1 + inner->count);
	}
}

void output_row_around(struct run *run, const struct column *columns, int count,
		       const struct cell *cells, const struct inner_table *inner)
{
	switch (run->options->format) {
	case FORMAT_TEXT:
		table_row(&run->out, columns, count, cells);
		write_lines(run, inner);
		return;
	case FORMAT_JSON:
		json_begin(&run->out, columns, count, cells);
		json_array(&run->out, inner->key, inner->columns, inner->count, inner->cells,
			   inner->rows);
		json_end(&run->out);
		return;
	case FORMAT_CSV:
		write_joined(run, cells, inner);
		return;
	case FORMAT_FOLDED:
		return;
	}
}

void output_folded(struct run *run, const struct name *cgroup, const struct name *leaf,
		   uint64_t count)
{
	if (is(run, FORMAT_FOLDED))
		folded_line(&run->out, cgroup, leaf, count);
}

void output_wrap(struct run *run, size_t width)
{
	run->output.width = width;
}

void output_line_ends(struct run *run)
{
	if (run->output.width && is(run, FORMAT_TEXT))
		text_wrap(&run->out, run->output.width, INDENTATION);
}

void output_says(struct run *run, const char *format, ...)
{
	char sentence[SENTENCE_ROOM];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof(sentence), format, args);
	va_end(args);
	if (!has_sentences(run) || !*sentence)
		return;
	if (is(run, FORMAT_CSV) && !run->output.inside_sentence)
		text_string(&run->out, "# ");
	text_string(&run->out, sentence);
	run->output.inside_sentence = sentence[strlen(sentence) - 1] != '\n';
	if (!run->output.inside_sentence)
		output_line_ends(run);
}

void output_name(struct run *run, const struct name *name)
{
	if (!has_sentences(run))
		return;
	text_string(&run->out, " ");
	table_name(&run->out, name);
}

static void begin_member(struct run *run, const char *key)
{
	text_string(&run->out, run->output.summary_begun ? ", " : "{\"summary\": {");
	run->output.summary_begun = true;
	json_string(&run->out, key, strlen(key));
	text_string(&run->out, ": ");
}

static void write_names(struct run *run, const struct name *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct cell cell = cell_name(names[i]);

		text_string(&run->out, i ? ", " : "");
		json_cell(&run->out, &cell);
	}
}

void output_names(struct run *run, const char *key, const struct name *names, size_t count)
{
	if (is(run, FORMAT_JSON)) {
		begin_member(run, key);
		text_string(&run->out, "[");
		write_names(run, names, count);
		text_string(&run->out, "]");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (i)
			output_says(run, ",");
		output_name(run, &names[i]);
	}
}

void output_sum(struct run *run, const char *key, uint64_t count)
{
	if (!is(run, FORMAT_JSON))
		return;
	begin_member(run, key);
	text_format(&run->out, "%" PRIu64, count);
}

void output_pair(struct run *run, const char *key, const char *format, ...)
{
	char value[SENTENCE_ROOM];
	va_list args;

	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	if (is(run, FORMAT_JSON)) {
		begin_member(run, key);
		json_string(&run->out, value, strlen(value));
	} else {
		output_says(run, "%s: %s\n", key, value);
	}
}

void output_pair_count(struct run *run, const char *key, uint64_t count, const char *words)
{
	output_sum(run, key, count);
	output_says(run, words ? "%s: %" PRIu64 " (%s)\n" : "%s: %" PRIu64 "\n", key, count, words);
}

void output_pair_unknown(struct run *run, const char *key)
{
	if (is(run, FORMAT_JSON)) {
		begin_member(run, key);
		text_string(&run->out, "null");
	} else {
		output_says(run, "%s: -\n", key);
	}
}

void output_object(struct run *run, const char *key, const struct column *columns, int count,
		   const struct cell *cells)
{
	if (!is(run, FORMAT_JSON))
		return;
	begin_member(run, key);
	json_begin(&run->out, columns, count, cells);
	text_string(&run->out, "}");
}

static const struct cell *cell_under(const char *title, const struct column *columns,
				     const struct cell *cells)
{
	while (strcmp(columns->title, title) != 0) {
		columns++;
		cells++;
	}
	return cells;
}

/* A name may be longer than a sentence. */
static void say_cell(struct run *run, const struct cell *cell)
{
	char room[CELL_ROOM];

	if (cell->kind != CELL_NAME)
		output_says(run, "%s", table_word(cell, room));
	else if (has_sentences(run))
		table_name(&run->out, &cell->name);
}

static void say_record(struct run *run, const struct column *columns, const struct cell *cells,
		       const struct phrase *phrases)
{
	for (; phrases->title; phrases++) {
		const struct cell *cell = cell_under(phrases->title, columns, cells);
		const bool one = phrases->behind_one && cell->number == 1;

		output_says(run, "%s", phrases->before);
		say_cell(run, cell);
		output_says(run, "%s", one ? phrases->behind_one : phrases->behind);
	}
	output_says(run, "\n");
}

void output_record(struct run *run, const char *key, const struct column *columns, int count,
		   const struct cell *cells, const struct phrase *phrases)
{
	output_object(run, key, columns, count, cells);
	output_says(run, "%s: ", key);
	say_record(run, columns, cells, phrases);
}

void output_objects(struct run *run, const struct inner_table *records)
{
	if (!is(run, FORMAT_JSON))
		return;
	begin_member(run, records->key);
	json_objects(&run->out, records->columns, records->count, records->cells, records->rows);
}

void output_records(struct run *run, const char *one, const struct inner_table *records,
		    const struct phrase *phrases)
{
	output_objects(run, records);
	if (is(run, FORMAT_JSON))
		return;
	for (size_t i = 0; i < records->rows; i++) {
		output_says(run, "%s %zu: ", one, i + 1);
		say_record(run, records->columns, records->cells + i * records->count, phrases);
	}
}

void output_end(struct run *run)
{
	if (run->output.summary_begun)
		text_string(&run->out, "}}\n");
}
