// SPDX-License-Identifier: GPL-2.0-or-later
/* Any path, bracket and numbers in each form of a record. */
#include "json_check.h"
#include "plain.h"
#include "zmemcg/csv.h"
#include "zmemcg/folded.h"
#include "zmemcg/json.h"
#include "zmemcg/table.h"

static const struct column columns[] = {
	{ "MEMCG", 16, false }, { "REFS", 6, true }, { "REST", 4, true }, { "AGE", 11, true },
	{ "STATE", 6, false }, { "CGROUP", 0, false }, { "PATH", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

static size_t count_of(const char *bytes, size_t len, char byte)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += bytes[i] == byte;
	return count;
}

/* One line, and no byte in it that a terminal obeys. */
static void demand_a_line(const struct written *written)
{
	demand(written->len && written->bytes[written->len - 1] == '\n');
	for (size_t i = 0; i + 1 < written->len; i++)
		demand((unsigned char)written->bytes[i] >= ' ' && written->bytes[i] != 0x7f);
}

static void as_table(const struct cell *cells)
{
	struct written written;

	table_row(start_writing(&written), columns, COLUMNS, cells);
	text_flush(&written.text);
	demand_a_line(&written);
	free(written.bytes);
}

static void as_json(const struct cell *cells)
{
	struct written written;
	const char *end;

	json_record(start_writing(&written), columns, COLUMNS, cells);
	text_flush(&written.text);
	demand_a_line(&written);
	end = written.bytes + written.len - 1;
	demand(json_value_end(written.bytes, end) == end);
	free(written.bytes);
}

static void as_csv(const struct cell *cells)
{
	struct written written;
	bool quoted = false;
	int commas = 0;

	csv_record(start_writing(&written), cells, COLUMNS);
	text_flush(&written.text);
	demand_a_line(&written);
	for (size_t i = 0; i < written.len; i++) {
		quoted ^= written.bytes[i] == '"';
		commas += !quoted && written.bytes[i] == ',';
	}
	demand(!quoted && commas == COLUMNS - 1);
	free(written.bytes);
}

/* A frame for each component, one for the leaf, a blank, a number. */
static void as_folded(const struct name *path, const struct name *leaf, uint64_t count)
{
	const size_t frames = path->path_len <= 1 ? 1 :
			      count_of(path->path + 1, path->path_len - 1, '/') + 1;
	struct written written;

	folded_line(start_writing(&written), path, leaf, count);
	text_flush(&written.text);
	demand_a_line(&written);
	demand(count_of(written.bytes, written.len, ' ') == 1);
	demand(count_of(written.bytes, written.len, ';') == frames);
	free(written.bytes);
}

/* Where a name has its bracket, as files/inodes.c makes it: escaped, with our words around. */
static char *bracket_of(const uint8_t *data, size_t size)
{
	char *bracket = malloc(4 * size + 16);

	strcpy(bracket, "[memfd ");
	escape((const char *)data, size, bracket + 7);
	strcat(bracket, "]");
	return bracket;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t numbers[4] = { 0 };
	char *bracket, *path;
	size_t half;

	if (size < sizeof(numbers) + 2)
		return 0;
	memcpy(numbers, data, sizeof(numbers));
	data += sizeof(numbers);
	size -= sizeof(numbers);
	half = data[0] % size;
	bracket = bracket_of(data, half < 256 ? half : 255);
	path = string_of(data, size);
	*path = '/';
	const struct name cgroup = { .path = path, .path_len = size };
	const struct name file = { .bracket = numbers[3] & 1 ? bracket : NULL,
				   .path = numbers[3] & 2 ? path : NULL, .path_len = size,
				   .deleted = numbers[3] & 4 };
	const struct cell cells[COLUMNS] = {
		cell_address(numbers[0]), cell_count(numbers[1]), cell_difference((int64_t)numbers[2]),
		cell_age(numbers[3], numbers[3] & 8 ? '~' : '\0'), cell_word("ZOMBIE"), cell_name(cgroup), cell_name(file),
	};

	as_table(cells);
	as_json(cells);
	as_csv(cells);
	as_folded(&cgroup, &file, numbers[1]);
	free(bracket);
	free(path);
	return 0;
}
