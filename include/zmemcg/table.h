/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A report's lines: one heading, one record per line, every cell but the last
 * without a blank. What a cell is (an address, a count, a name) is kept apart
 * from how it is written.
 */
#ifndef ZMEMCG_TABLE_H
#define ZMEMCG_TABLE_H

#include "zmemcg/types.h"

struct text;

/*
 * What to call a file or a cgroup. Text writes it as
 *	[bracket]escaped-path (deleted)
 * each part only where it is there; one with neither part is "-".
 */
struct name {
	const char *bracket;	/* "[bdev vda]", escaped already where it holds names */
	const char *path;	/* raw bytes */
	size_t path_len;
	bool deleted;
};

enum cell_kind {
	CELL_UNKNOWN,		/* "-" */
	CELL_ADDRESS,		/* hex without 0x; 0 is "-" */
	CELL_COUNT,
	CELL_DIFFERENCE,	/* signed */
	CELL_AGE,		/* seconds, written D+HH:MM:SS behind its mark */
	CELL_WORD,		/* one word of ours */
	CELL_NAME,
};

struct cell {
	enum cell_kind kind;
	char mark;		/* of an age, in text: what it is worth; or NUL */
	union {
		uint64_t number;
		const char *word;
		struct name name;
	};
};

struct column {
	const char *title;
	int width;		/* least width; 0: as wide as its content; or NOT_IN_TEXT */
	bool right;		/* right-justified */
};

/* Of a column that text has no room for. */
#define NOT_IN_TEXT	(-1)

struct cell cell_unknown(void);
struct cell cell_address(kaddr_t address);
struct cell cell_count(uint64_t count);
struct cell cell_difference(int64_t difference);
struct cell cell_age(uint64_t seconds, char mark);
struct cell cell_word(const char *word);
struct cell cell_name(struct name name);

#define CELL_ROOM	64

/*
 * The word in a cell that is no name, for a program: an age in seconds, "-" for what is
 * not known or not there. In room, where it is not a constant.
 */
const char *cell_plain(const struct cell *cell, char room[CELL_ROOM]);

/* The same as a table writes it. */
const char *table_word(const struct cell *cell, char room[CELL_ROOM]);

/* A name as a table writes it. */
void table_name(struct text *out, const struct name *name);

/* Seconds as D+HH:MM:SS. */
void table_age(char *word, size_t size, uint64_t seconds);

void table_heading(struct text *out, const struct column *columns, int count);
void table_row(struct text *out, const struct column *columns, int count,
	       const struct cell *cells);

#endif
