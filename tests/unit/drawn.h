/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ages as -s draws them, and the last line, which is the verdict.
 */
#ifndef DRAWN_H
#define DRAWN_H

#include "test.h"

#include <stdio.h>
#include <string.h>

#include "written.h"
#include "zmemcg/histogram.h"

#define DAY 86400

static const char *drawn_of(const struct age_list *ages)
{
	static struct text text;

	start_writing(&text);
	histogram_write(&text, ages);
	text_flush(&text);
	return written;
}

static const char *drawn(const int64_t *ages, size_t count)
{
	return drawn_of(&(struct age_list){ .seconds = ages, .exact = count });
}

static const char *last_line(const char *text)
{
	const char *line = text;

	for (; *text; text++)
		line = *text == '\n' && text[1] ? text + 1 : line;
	return line;
}

static const char *last_line_of(const int64_t *ages, size_t exact, size_t inferred, size_t without)
{
	return last_line(drawn_of(&(struct age_list){ ages, exact, inferred, without }));
}

#endif
