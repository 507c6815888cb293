// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * References without a page. Each process shares its descriptors with PID 1 and exits, so that of all that it made in
 * the group just the descriptor is left.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <unistd.h>

#include "zm.h"

struct errand {
	const struct group *group;
	int (*open)(void);
};

static void enter_and_open(void *arg)
{
	const struct errand *errand = arg;

	enter(errand->group);
	if (errand->open() < 0)
		die("open in %s", errand->group->path);
}

static void open_in(const struct group *g, int (*open)(void))
{
	run_sharing_files(enter_and_open, &(struct errand){ g, open });
}

static int open_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0);
}

/* On v1 sockets are charged only where memory.kmem.tcp has a limit. */
void make_socket(void)
{
	struct group *g = group("/references/socket.service", REMOVED);

	open_in(g, open_socket);
	g->sockets = !cgroup_v1;
}

static int open_inotify(void)
{
	return inotify_init1(0);
}

static int open_fanotify(void)
{
	return fanotify_init(0, O_RDONLY);
}

void make_fsnotify_groups(void)
{
	struct group *one = group("/references/inotify.service", REMOVED);
	struct group *two = group("/references/fsnotify-both.service", REMOVED);

	open_in(one, open_inotify);
	open_in(two, open_inotify);
	open_in(two, open_fanotify);
	one->fsnotify = 1;
	two->fsnotify = 2;
}

static void enter_only(void *arg)
{
	enter(arg);
}

/* Its parent, this process, never asks how it ended. */
void make_unreaped_task(void)
{
	struct group *g = group("/references/unreaped.service", REMOVED);

	run_unreaped(enter_only, g);
	g->csets = 1;
}

static int open_namespace(void)
{
	if (unshare(CLONE_NEWCGROUP))
		return -1;
	return open("/proc/self/ns/cgroup", O_RDONLY);
}

/* A namespace remembers its root by the css_set of who made it. */
void make_cgroup_namespace(void)
{
	struct group *g = group("/references/namespace.service", REMOVED);

	open_in(g, open_namespace);
	g->csets = 1;
}
