// SPDX-License-Identifier: GPL-2.0-or-later
/* Which processes have to end before a group goes, or what else has to, written down by the holders. */
#include <stdio.h>

#include "zm.h"

#define MAX_ENDINGS 64

static struct ending {
	const struct group *group;
	const char *action;	/* as the lines call it */
	pid_t pid;
	bool may_end;		/* that frees the group, too */
	const char *mount;	/* NULL: it is of the process */
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
	note((struct ending){ g, "end", pid, true, NULL });
}

/* To ask for them will do. */
void goes_with_parent(const struct group *g, pid_t pid)
{
	note((struct ending){ g, "reap", pid, true, NULL });
}

void goes_with_descriptors(const struct group *g, pid_t pid)
{
	note((struct ending){ g, "close", pid, false, NULL });
}

void goes_with_mount(const struct group *g, const char *mount)
{
	note((struct ending){ g, "unmount", 0, false, mount });
}

/* Where pages leave a removed group, memory holds none: its mms may. */
static bool counts(const struct ending *ending)
{
	const struct group *g = ending->group;

	return g->held && (kernel_before(7, 1) || g->mms || !g->own.anon);
}

/* Who is to ask for others need not end, but can. */
bool is_to_end(pid_t pid)
{
	for (int i = 0; i < ending_count; i++)
		if (endings[i].pid == pid && endings[i].may_end && counts(&endings[i]))
			return true;
	return false;
}

static void print_ending(const struct ending *ending)
{
	printf("ZM %s ", ending->action);
	if (ending->mount)
		printf("mount=%s", escaped(ending->mount));
	else
		printf("pid=%d", ending->pid);
	printf(" path=%s\n", escaped(ending->group->path));
}

void print_endings(void)
{
	for (int i = 0; i < ending_count; i++)
		if (counts(&endings[i]))
			print_ending(&endings[i]);
}
