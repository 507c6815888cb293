// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of the cgroups: foreseen from what the kernel counts, done, and compared with the kernel's count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "zm.h"

bool kernel_before(int major, int minor)
{
	int running_major, running_minor;
	struct utsname u;

	uname(&u);
	if (sscanf(u.release, "%d.%d", &running_major, &running_minor) != 2)
		die("release %s", u.release);
	return running_major < major || (running_major == major && running_minor < minor);
}

/* Known css references: all swap entries have one together; pages go to the parent since 7.1, kernel memory since 5.13. */
static long references(const struct group *g)
{
	long refs = !!g->own.swap + g->fsnotify + g->csets + g->writebacks + g->mms + g->stocks;

	if (g->sockets != UNKNOWN)
		refs += g->sockets;
	if (kernel_before(7, 1))
		refs += g->own.folios;
	if (kernel_before(5, 13))
		refs += g->own.kmem;
	for (int i = 0; i < group_count; i++)
		refs += groups[i].parent == g && groups[i].held;
	return refs;
}

/* Children stand behind their parents in the table. */
static void foresee(void)
{
	for (int i = group_count - 1; i >= 0; i--) {
		struct group *g = &groups[i];

		g->refs = references(g);
		g->held = g->fate != STAYS && (g->refs || g->writes || g->sockets == UNKNOWN);
		if (g->writes || g->sockets == UNKNOWN)
			g->refs = UNKNOWN;
	}
}

static void remove_group(struct group *g)
{
	if (rmdir(group_file(g, "")))
		die("rmdir %s", g->path);
	g->removed = time(NULL);
}

/* Only a directory whose owner was ever set remembers times. */
static void set_owner(struct group *g)
{
	if (chown(group_file(g, ""), 0, 0))
		die("chown %s", g->path);
	g->dated = true;
}

void retire(struct group *g, bool dated)
{
	if (dated)
		set_owner(g);
	remove_group(g);
}

/* The kernel's own count; v1 counts the living, root included, along with the dying. */
long dying_cgroups(void)
{
	const char *name = cgroup_v1 ? "\nmemory" : "nr_dying_descendants";
	const char *found = strstr(read_text(cgroup_v1 ? "/proc/cgroups" : group_file(NULL, "cgroup.stat")), name);
	long count;

	if (!found || sscanf(found + strlen(name), cgroup_v1 ? "%*d %ld" : "%ld", &count) != 1)
		die("no %s", name);
	for (int i = 0; i < group_count && cgroup_v1; i++)
		count -= groups[i].fate == STAYS;
	return cgroup_v1 ? count - 1 : count;
}

/* Offline and release are the work of kernel threads. */
void wait_for_dying(long expected)
{
	for (int tries = 0; tries < 600 && dying_cgroups() != expected; tries++) {
		drain();
		pause_ms(100);
	}
	if (dying_cgroups() != expected)
		printf("ZM FAIL %ld dying cgroups instead of %ld\n", dying_cgroups(), expected);
}

void remove_groups(void)
{
	int removed = 0, held = 0;

	foresee();
	for (int i = group_count - 1; i >= 0; i--) {
		struct group *g = &groups[i];

		if (g->fate == UNHOOKED) {
			write_text(group_file(g->parent, "cgroup.subtree_control"), "-io -memory");
			g->removed = time(NULL);
		}
		if (g->fate != REMOVED)
			continue;
		retire(g, removed % 2 && strncmp(g->path, "/ages/", strlen("/ages/")));
		held += g->held;
		/* Ages shall differ by more than their error. */
		if (++removed == 100)
			pause_ms(4000);
	}
	wait_for_dying(held);
	drain();
}
