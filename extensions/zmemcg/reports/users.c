// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The lines below a file of -f: who has it open or mapped.
 */
#include "zmemcg/users.h"

#include <stdio.h>

#include "zmemcg/options.h"
#include "zmemcg/output.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"

static const struct column columns[] = {
	{ "TASK", 16, false },
	{ "PID", 7, true },
	{ "OPEN", 16, false },
	{ "MAPPED", 6, false },
	{ "COMM", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

const struct inner_table report_users_columns = {
	.key = "users", .columns = columns, .count = COLUMNS,
};

/* What a line of text can bear; the other forms have all. */
#define DESCRIPTORS_SHOWN	16

/* At most seven digits, a letter and a comma. */
#define DESCRIPTOR_ROOM		9

/* ",+1048576" and the end of the word. */
#define REST_ROOM		32

/* As lsof has it; none of a descriptor that is for neither (O_PATH). */
static const char *access_of(unsigned int mode)
{
	static const char *const letters[] = {
		[FMODE_READ] = "r", [FMODE_WRITE] = "w", [FMODE_READ | FMODE_WRITE] = "u",
	};
	const char *letter = letters[mode & (FMODE_READ | FMODE_WRITE)];

	return letter ? letter : "";
}

/* "3r,5u,+12": the last is how many more there are. */
static struct cell open_of(struct run *run, const struct user *user)
{
	const bool all = run->options->format != FORMAT_TEXT || user->open_count <= DESCRIPTORS_SHOWN;
	const size_t shown = all ? user->open_count : DESCRIPTORS_SHOWN;
	const size_t room = shown * DESCRIPTOR_ROOM + REST_ROOM;
	char *word = arena_alloc(&run->arena, room);
	size_t len = 0;

	if (!shown)
		return cell_word("-");
	for (size_t i = 0; i < shown; i++)
		len += snprintf(word + len, room - len, "%s%u%s", i ? "," : "",
				user->open[i].number, access_of(user->open[i].mode));
	if (!all)
		snprintf(word + len, room - len, ",+%zu", user->open_count - shown);
	return cell_word(word);
}

/* As /proc/PID/maps has them, of all mappings together; L as in FLAGS. */
static struct cell mapped_of(struct run *run, const struct user *user)
{
	const uint64_t flags = user->mapped_flags;
	const char letters[] = {
		flags & VM_READ ? 'r' : '-', flags & VM_WRITE ? 'w' : '-',
		flags & VM_EXEC ? 'x' : '-', flags & VM_MAYSHARE ? 's' : 'p', 'L',
	};

	if (!user->mapped)
		return cell_word("-");
	return cell_word(arena_strndup(&run->arena, letters, flags & VM_LOCKED ? 5 : 4));
}

struct inner_table report_users(struct run *run, struct users *users, const struct file *file)
{
	struct inner_table table = report_users_columns;
	struct cell *cells;
	struct user *list;

	table.rows = users_of(run, users, file, &list);
	table.cells = cells = arena_alloc(&run->arena, (table.rows * COLUMNS + 1) * sizeof(*cells));
	for (size_t i = 0; i < table.rows; i++) {
		*cells++ = cell_address(list[i].task);
		*cells++ = cell_count(list[i].pid);
		*cells++ = open_of(run, &list[i]);
		*cells++ = mapped_of(run, &list[i]);
		*cells++ = cell_name(list[i].comm);
	}
	return table;
}
