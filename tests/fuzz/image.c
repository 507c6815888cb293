// SPDX-License-Identifier: GPL-2.0-or-later
#include "image.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct image image;

static struct image_page **table;
static size_t table_room;

char *file_text(const char *folder, const char *name, size_t *len)
{
	char path[1024], *text = NULL;
	size_t room = 0, used = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "r");
	if (!file) {
		perror(path);
		exit(2);
	}
	do {
		room = room ? 2 * room : 1 << 16;
		text = realloc(text, room + 1);
		used += fread(text + used, 1, room - used, file);
	} while (used == room);
	fclose(file);
	text[used] = '\0';
	if (len)
		*len = used;
	return text;
}

static void take_machine_line(const char *line)
{
	struct section section;
	uint64_t percpu;

	if (sscanf(line, "section %" SCNx64 " %" SCNx64 " %" SCNx64, &section.nr, &section.flags,
		   &section.first) == 3) {
		image.sections = realloc(image.sections,
					 (image.section_count + 1) * sizeof(section));
		image.sections[image.section_count++] = section;
	} else if (sscanf(line, "percpu %" SCNx64, &percpu) == 1 && image.cpus < 64) {
		image.percpu[image.cpus++] = percpu;
	}
	sscanf(line, "release %63s", image.release);
	sscanf(line, "machine %63s", image.machine);
	sscanf(line, "hz %" SCNx64, &image.hz);
	sscanf(line, "now %" SCNx64, &image.now);
	sscanf(line, "total_pages %" SCNx64, &image.total_pages);
	sscanf(line, "present_pages %" SCNx64, &image.present_pages);
	sscanf(line, "last_section %" SCNx64, &image.last_section);
	sscanf(line, "pages_per_section %" SCNx64, &image.pages_per_section);
	sscanf(line, "direct_map %" SCNx64, &image.direct_map);
}

static size_t home(uint64_t page)
{
	return (page / IMAGE_PAGE * 0x9e3779b97f4a7c15ull >> 32) & (table_room - 1);
}

static void take_pages(char *bytes, size_t len)
{
	const size_t record = 2 * sizeof(uint64_t) + IMAGE_PAGE;

	image.page_count = len / record;
	image.pages = calloc(image.page_count, sizeof(*image.pages));
	for (table_room = 1024; table_room < 4 * image.page_count;)
		table_room *= 2;
	table = calloc(table_room, sizeof(*table));
	for (size_t i = 0; i < image.page_count; i++) {
		struct image_page *page = &image.pages[i];
		const char *from = bytes + i * record;
		size_t at;

		memcpy(&page->address, from, sizeof(uint64_t));
		memcpy(&page->physical, from + sizeof(uint64_t), sizeof(uint64_t));
		memcpy(page->bytes, from + 2 * sizeof(uint64_t), IMAGE_PAGE);
		for (at = home(page->address); table[at]; at = (at + 1) & (table_room - 1))
			;
		table[at] = page;
	}
	free(bytes);
}

void image_load(const char *folder)
{
	char *machine = file_text(folder, "machine", NULL), *pages;
	size_t len;

	for (char *line = strtok(machine, "\n"); line; line = strtok(NULL, "\n"))
		take_machine_line(line);
	free(machine);
	image.answers = file_text(folder, "answers", NULL);
	pages = file_text(folder, "pages", &len);
	take_pages(pages, len);
}

struct image_page *image_page(uint64_t address)
{
	const uint64_t page = address & ~(uint64_t)(IMAGE_PAGE - 1);

	for (size_t at = home(page); table[at]; at = (at + 1) & (table_room - 1)) {
		if (table[at]->address == page)
			return table[at];
	}
	return NULL;
}

static bool transfer(uint64_t address, char *get, const char *put, size_t len)
{
	while (len) {
		struct image_page *page = image_page(address);
		const size_t at = address % IMAGE_PAGE;
		const size_t part = len < IMAGE_PAGE - at ? len : IMAGE_PAGE - at;

		if (!page)
			return false;
		if (get) {
			memcpy(get, page->bytes + at, part);
			get += part;
		} else {
			memcpy(page->bytes + at, put, part);
			put += part;
		}
		address += part;
		len -= part;
	}
	return true;
}

bool image_get(uint64_t address, void *bytes, size_t len)
{
	return transfer(address, bytes, NULL, len);
}

bool image_put(uint64_t address, const void *bytes, size_t len)
{
	return transfer(address, NULL, bytes, len);
}

bool image_answer(const char *key, uint64_t numbers[2])
{
	const size_t len = strlen(key);

	numbers[0] = numbers[1] = 0;
	for (const char *line = image.answers; line; line = strchr(line, '\n')) {
		char *end;

		line += *line == '\n';
		if (strncmp(line, key, len) || line[len] != ':')
			continue;
		line += len + 1;
		numbers[0] = strtoull(line, &end, 0);
		if (end == line)
			return false;
		numbers[1] = strtoull(end, NULL, 0);
		return true;
	}
	return false;
}

bool image_has_type(const char *type)
{
	const size_t len = strlen(type);

	for (const char *line = image.answers; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, type, len) && line[len] == '.' &&
		    strncmp(line + strcspn(line, ":\n"), ": absent", 8) != 0)
			return true;
	}
	return false;
}
