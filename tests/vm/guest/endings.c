// SPDX-License-Identifier: GPL-2.0-or-later
/* Which processes have to end before a group goes, written down by the holders. */
#include <stdio.h>

#include "zm.h"

#define MAX_ENDINGS 64

static struct ending {
	const struct group *group;
	pid_t pid;
	bool parent;		/* of tasks that exited: to ask for them will do */
} endings[MAX_ENDINGS];
static int ending_count;

static void note(struct ending ending)
{
	if (ending_count == MAX_ENDINGS)
		die("more than %d endings", MAX_ENDINGS);
	endings[ending_count++] = ending;
}

void goes_with(const struct group *g, pid_t pid)
{
	note((struct ending){ g, pid, false });
}

void goes_with_parent(const struct group *g, pid_t pid)
{
	note((struct ending){ g, pid, true });
}

/* Where pages leave a removed group, memory holds none: its mms may. */
static bool counts(const struct ending *ending)
{
	const struct group *g = ending->group;

	return g->held && (kernel_before(7, 1) || g->mms || !g->own.anon);
}

bool is_to_end(pid_t pid)
{
	for (int i = 0; i < ending_count; i++)
		if (endings[i].pid == pid && counts(&endings[i]))
			return true;
	return false;
}

void print_endings(void)
{
	for (int i = 0; i < ending_count; i++)
		if (counts(&endings[i]))
			printf("ZM %s pid=%d path=%s\n", endings[i].parent ? "reap" : "end", endings[i].pid,
			       escaped(endings[i].group->path));
}
