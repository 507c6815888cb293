/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Damages by which the reports were once found to hide something, or worse. Each is told in
 * words of the kernel, so that it stays what it is whatever the image, and says what the
 * report has to say of it.
 */
#ifndef ZMEMCG_FUZZ_FOUND_H
#define ZMEMCG_FUZZ_FOUND_H

#include <stdbool.h>
#include <stddef.h>

#include "facts.h"

/* What the reports showed of the image as it was: zombies of the list, files of -f, pages of -p -S. */
struct before {
	const struct facts *zombies, *files, *pages;
};

extern const struct found {
	const char *name;
	const char *command;
	/* Does it to the image; false where this kernel has no such thing. */
	bool (*damage)(const struct before *before);
	const char *says;	/* part of the output */
} founds[];

extern const size_t found_count;

/* Whether the output says so: "# unreadable" is any number that is not 0, and the word. */
bool found_says(const char *output, const char *words);

#endif
