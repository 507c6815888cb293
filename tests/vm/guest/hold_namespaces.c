// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cgroup namespaces. Each remembers its root by the css_set of who made it; here one thing keeps it, and nothing else
 * holds the group.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include "zm.h"

#define OWN "/proc/self/ns/cgroup"

static struct group *group_of_namespace(const char *name)
{
	struct group *g = group(text("/references/%s.service", name), REMOVED);

	g->csets = 1;
	return g;
}

static void unshare_cgroups(void)
{
	if (unshare(CLONE_NEWCGROUP))
		die("unshare");
}

int opened(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		die("open %s", path);
	return fd;
}

int open_new_namespace(void)
{
	unshare_cgroups();
	return opened(OWN, O_RDONLY);
}

int open_from_new_namespace(const struct group *of)
{
	unshare_cgroups();
	return opened(group_file(of, "cgroup.procs"), O_RDONLY);
}

static void open_it(void *arg)
{
	(void)arg;
	open_new_namespace();
}

static void open_its_path(void *arg)
{
	(void)arg;
	unshare_cgroups();
	opened(OWN, O_PATH);
}

static void open_file_from_it(void *of)
{
	open_from_new_namespace(of);
}

static void unshare_and_leave(void *arg)
{
	own_memory();
	enter(arg);
	unshare_cgroups();
	leave();
}

static void bind_it(void *where)
{
	unshare_cgroups();
	if (mount(OWN, where, NULL, MS_BIND, NULL))
		die("mount %s", (char *)where);
}

/* The mount is in the process's own mount namespace, the process itself in neither of group and cgroup namespace. */
static void bind_it_elsewhere(void *arg)
{
	int home = opened(OWN, O_RDONLY | O_CLOEXEC);

	own_memory();
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		die("mount namespace");
	enter(arg);
	bind_it("/elsewhere");
	if (setns(home, CLONE_NEWCGROUP))
		die("setns");
	leave();
	close(home);
}

void make_mount_point(const char *path)
{
	close(opened(path, O_CREAT | O_EXCL | O_WRONLY));
}

/*
 * A file of cgroupfs remembers the namespace of who opened it, until it is closed or its own directory is removed
 * (kernel/cgroup/cgroup.c 6.1 cgroup_file_open(), kernfs_drain()).
 */
static void make_files_of_namespaces(void)
{
	struct group *released = group("/references/namespace-of-released-file.service", REMOVED);

	open_in(group_of_namespace("namespace-of-file"), open_file_from_it, NULL);
	open_in(released, open_file_from_it, released);
}

void make_cgroup_namespaces(void)
{
	struct group *of_process;

	make_mount_point("/elsewhere");
	make_mount_point("/namespace");
	keep(bind_it_elsewhere, group_of_namespace("namespace-mounted-elsewhere"));
	run_in(group_of_namespace("namespace-mounted"), bind_it, "/namespace");
	open_in(group_of_namespace("namespace"), open_it, NULL);
	open_in(group_of_namespace("namespace-by-path"), open_its_path, NULL);
	of_process = group_of_namespace("namespace-of-process");
	goes_with(of_process, keep(unshare_and_leave, of_process));
	make_files_of_namespaces();
}
