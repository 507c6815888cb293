/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text on its way out: collected in large blocks, since crash's output streams
 * are unbuffered and a write for each line is slow. Each block ends with a line, if that is no
 * longer than a block.
 */
#ifndef ZMEMCG_TEXT_H
#define ZMEMCG_TEXT_H

#include "zmemcg/types.h"

struct text {
	char block[65536];
	size_t used;
	void (*flush)(void *arg, const char *bytes, size_t len);
	void *arg;
};

void text_bytes(struct text *text, const char *bytes, size_t len);
void text_string(struct text *text, const char *string);
void text_format(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void text_lower(struct text *text, const char *string);	/* ASCII letters in lower case */
void text_spaces(struct text *text, int count);
void text_flush(struct text *text);
void text_flush_lines(struct text *text);	/* and forgets what is behind the last of them */

/*
 * Breaks the last line, which has ended, at blanks, behind a comma, semicolon or colon if it can:
 * none of its parts is longer than width, where it has blanks enough. All but the first are indented.
 */
void text_wrap(struct text *text, size_t width, size_t indentation);

/* The word for so many: by_count(n, "page", "pages"). */
const char *by_count(uint64_t count, const char *one, const char *several);

/*
 * Bytes of a name, escaped as the kernel escapes mount tables
 * (fs/proc_namespace.c mangle(), seq_escape()): blank, backslash and control
 * bytes in octal. UTF-8 stays. Returns the number of bytes written.
 */
size_t text_escaped(struct text *text, const char *bytes, size_t len);

/* The same into a buffer of at least 4 * len + 1 bytes; returns its length. */
size_t escape(const char *bytes, size_t len, char *out);

#endif
