// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/folded.h"

#include <inttypes.h>

#include "zmemcg/text.h"

static void write_byte(struct text *out, char byte)
{
	if (byte == ';')
		text_string(out, "\\073");
	else
		text_escaped(out, &byte, 1);
}

/* What stands in brackets was escaped but for its blanks, which no frame can have, and semicolons. */
static void write_bracket(struct text *out, const char *bracket)
{
	for (; *bracket; bracket++) {
		if (*bracket == ' ')
			text_string(out, "_");
		else if (*bracket == ';')
			write_byte(out, *bracket);
		else
			text_bytes(out, bracket, 1);
	}
}

static void write_leaf(struct text *out, const struct name *leaf)
{
	if (leaf->bracket)
		write_bracket(out, leaf->bracket);
	for (size_t i = 0; leaf->path && i < leaf->path_len; i++)
		write_byte(out, leaf->path[i]);
	if (leaf->deleted)
		text_string(out, "_(deleted)");
	if (!leaf->bracket && !leaf->path)
		text_string(out, "-");
}

/* "/a/b" is "a;b". The root has no component: it is "/". */
static void write_frames(struct text *out, const struct name *path)
{
	if (!path->path)
		text_string(out, "-");
	else if (path->path_len == 1)
		text_string(out, "/");
	for (size_t i = 1; path->path && i < path->path_len; i++) {
		if (path->path[i] == '/')
			text_string(out, ";");
		else
			write_byte(out, path->path[i]);
	}
}

void folded_line(struct text *out, const struct name *path, const struct name *leaf,
		 uint64_t count)
{
	write_frames(out, path);
	if (leaf) {
		text_string(out, ";");
		write_leaf(out, leaf);
	}
	text_format(out, " %" PRIu64 "\n", count);
}
