// SPDX-License-Identifier: GPL-2.0-or-later
/* Cgroups that are held by each other, by a descriptor, or not at all. */
#include <fcntl.h>
#include <unistd.h>

#include "zm.h"

/* Two of the three levels are held by nothing but their child. */
void make_nested(void)
{
	struct group *leaf, *other;

	group("/nested", REMOVED);
	group("/nested/middle", REMOVED);
	leaf = group("/nested/middle/leaf", REMOVED);
	other = group("/nested/other", REMOVED);
	make_file("/mnt/srv/nested", 6);
	hold_pages(leaf, "/mnt/srv/nested", 0, 4, "/mnt/srv/nested");
	hold_pages(other, "/mnt/srv/nested", 4, 2, "/mnt/srv/nested");
}

/* A zombie in a zombie, one file in both: what they were charged with belongs to the group above. */
void make_nested_former(void)
{
	struct group *outer, *inner;

	if (kernel_before(7, 1))
		return;
	make_file("/mnt/srv/former", 7);
	outer = group("/former/outer", REMOVED);
	hold_pages(outer, "/mnt/srv/former", 0, 3, "/mnt/srv/former");
	hold_besides(outer);
	inner = group("/former/outer/inner", REMOVED);	/* from now on no process can enter the outer one */
	hold_pages(inner, "/mnt/srv/former", 3, 4, "/mnt/srv/former");
	hold_besides(inner);
}

/* The cgroup lives, its memory css does not: `-memory` in the parent's subtree_control. */
void make_unhooked(void)
{
	struct group *g;

	if (cgroup_v1)
		return;
	g = group("/unhooked/child", UNHOOKED);
	make_file("/mnt/srv/unhooked", 5);
	hold_file(g, "/mnt/srv/unhooked", 5);
}

/* A descriptor holds the directory's node, not the memcg. */
void make_open_directory(void)
{
	struct group *g = group("/open-directory", REMOVED);

	if (open(group_file(g, ""), O_RDONLY | O_DIRECTORY) < 0)
		die("open directory");
}

static void stay(void *arg)
{
	enter(arg);
}

void make_online(void)
{
	struct group *idle = group("/online/idle", STAYS);
	struct group *cached = group("/online/cached", STAYS);
	struct group *busy = group("/online/busy", STAYS);

	(void)idle;
	make_file("/mnt/srv/online", 10);
	hold_file(cached, "/mnt/srv/online", 10);
	keep(stay, busy);
}
