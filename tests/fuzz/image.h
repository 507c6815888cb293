/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What record.c wrote of one dump: the pages that the reports read, and crash's answers.
 */
#ifndef ZMEMCG_FUZZ_IMAGE_H
#define ZMEMCG_FUZZ_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_PAGE	4096

struct image_page {
	uint64_t address, physical;
	bool gone;		/* can't be read */
	char bytes[IMAGE_PAGE];
};

struct section {
	uint64_t nr, flags, first;
};

struct image {
	char *answers;		/* of zmemcg -L */
	struct image_page *pages;
	size_t page_count;
	struct section *sections;
	size_t section_count;
	uint64_t total_pages, present_pages, last_section, pages_per_section, direct_map, now, hz;
	uint64_t percpu[64];
	int cpus;
	char release[64], machine[64];
};

extern struct image image;

/* What stands in a file, with a NUL behind it. Ends the program when that can't be had. */
char *file_text(const char *folder, const char *name, size_t *len);

void image_load(const char *folder);

/* The page that an address is in, or NULL: it was not recorded. */
struct image_page *image_page(uint64_t address);

/* Bytes that may cross pages. False, and nothing or a part is done, where a page was not recorded. */
bool image_get(uint64_t address, void *bytes, size_t len);
bool image_put(uint64_t address, const void *bytes, size_t len);

/* One or two numbers behind "key:" in the answers; false for "absent". */
bool image_answer(const char *key, uint64_t numbers[2]);

/* Whether a member of the type is among them, and not absent. */
bool image_has_type(const char *type);

#endif
