/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a report has to say, in the form that -o asks for: text, JSON Lines, CSV or
 * folded stacks. A report says everything once, as records, sentences and sums;
 * each form takes what fits it.
 */
#ifndef ZMEMCG_OUTPUT_H
#define ZMEMCG_OUTPUT_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct run;

/* A table: its heading (text, CSV), its records (text, CSV; an object each in JSON). */
void output_heading(struct run *run, const struct column *columns, int count);
void output_row(struct run *run, const struct column *columns, int count,
		const struct cell *cells);

/* Records that belong to one of another table, or to the summary. */
struct inner_table {
	const char *key;		/* what an array of them is called in JSON */
	const struct column *columns;
	int count;
	const struct cell *cells;	/* count of them each */
	size_t rows;
};

/*
 * A table with an inner one. Text: the inner one's lines, its heading too, are indented
 * below those that they belong to. JSON: an array in the object. CSV has the inner records
 * alone, each behind the first cell of the one that it belongs to.
 */
void output_heading_around(struct run *run, const struct column *columns, int count,
			   const struct inner_table *inner);
void output_row_around(struct run *run, const struct column *columns, int count,
		       const struct cell *cells, const struct inner_table *inner);

/*
 * Whether a report may have one table alone: CSV, whose readers take each line for a record of the
 * first heading.
 */
bool output_has_one_table(const struct run *run);

/*
 * A record of folded stacks: count of something in a cgroup, of which leaf (NULL: the
 * cgroup's own). Nothing in the other forms.
 */
void output_folded(struct run *run, const struct name *cgroup, const struct name *leaf,
		   uint64_t count);

/*
 * A sentence, or part of one: the text brings its own newline. Behind a "# " in CSV;
 * JSON has the sums instead.
 */
void output_says(struct run *run, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * From here on lines of text are broken at blanks, so that they are no longer than width; what
 * follows a break is indented.
 */
void output_wrap(struct run *run, size_t width);

/* Behind a line of text that was written past these functions. */
void output_line_ends(struct run *run);

/* A blank and a name, inside a sentence. */
void output_name(struct run *run, const struct name *name);

/* Some of them, with commas between; in JSON an array in the summary. */
void output_names(struct run *run, const char *key, const struct name *names, size_t count);

/*
 * A sum, as a member of JSON's last object {"summary": {...}}; nothing in the other
 * forms. No record may follow the first one.
 */
void output_sum(struct run *run, const char *key, uint64_t count);

/* "key: value", a line of text; in JSON a string in the summary. */
void output_pair(struct run *run, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same of a count; words, or NULL, stand behind it in text: "key: 3 (words)". */
void output_pair_count(struct run *run, const char *key, uint64_t count, const char *words);

/* The same of what is not known: "-", null. */
void output_pair_unknown(struct run *run, const char *key);

/* An object with the columns' titles as keys, in JSON's summary; nothing in the other forms. */
void output_object(struct run *run, const char *key, const struct column *columns, int count,
		   const struct cell *cells);

/* Several of them, as an array. */
void output_objects(struct run *run, const struct inner_table *records);

/* Part of a record as a line: the cell under a title, and the words around it. */
struct phrase {
	const char *title;	/* NULL behind the last of them */
	const char *before, *behind;
	const char *behind_one;	/* behind a count of 1; NULL: the same */
};

/*
 * A record: "key: " and its phrases, a line of text; in JSON an object in the summary, with
 * the columns' titles as keys.
 */
void output_record(struct run *run, const char *key, const struct column *columns, int count,
		   const struct cell *cells, const struct phrase *phrases);

/* The same of several: lines "one 1: ", "one 2: " and so on; in JSON an array. */
void output_records(struct run *run, const char *one, const struct inner_table *records,
		    const struct phrase *phrases);

/* Behind the last word of a report. */
void output_end(struct run *run);

#endif
