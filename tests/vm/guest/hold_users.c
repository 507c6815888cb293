// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Processes that have files open or mapped, in the ways in which tasks share what they have. They touch no page: who is
 * charged, and what drop_caches would free, stays as it is.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zm.h"

static int open_file(const char *path, int flags)
{
	int fd = open(path, flags);

	if (fd < 0)
		die("open %s", path);
	return fd;
}

static void map_file(const char *path, int protection, int flags)
{
	int fd = open_file(path, protection & PROT_WRITE ? O_RDWR : O_RDONLY);

	if (mmap(NULL, PAGE, protection, flags, fd, 0) == MAP_FAILED)
		die("map %s", path);
	close(fd);
}

static void call_it(const char *name)
{
	if (prctl(PR_SET_NAME, name))
		die("name");
}

static int only_stay(void *arg)
{
	(void)arg;
	stay_beside();
}

static int open_own(void *arg)
{
	(void)arg;
	call_it("back\\slash");
	if (unshare(CLONE_FILES) || syscall(SYS_close_range, 3, ~0u, 0))
		die("unshare");
	open_file("/mnt/srv/nested", O_RDONLY);
	stay_beside();
}

/* One thread is as its process, one has descriptors of its own. */
static void use_with_threads(void *arg)
{
	(void)arg;
	call_it("two words");
	open_file("/mnt/srv/plain", O_RDONLY);
	open_file("/mnt/srv/plain", O_WRONLY);
	open_file("/mnt/srv/plain", O_RDWR);
	open_file("/mnt/srv/plain", O_PATH);
	map_file("/mnt/srv/plain", PROT_READ | PROT_EXEC, MAP_PRIVATE);
	map_file("/mnt/srv/plain", PROT_READ | PROT_WRITE, MAP_PRIVATE);
	map_file("/mnt/srv/shared", PROT_READ | PROT_WRITE, MAP_SHARED);
	start_beside(new_stack(), only_stay, THREAD);
	start_beside(new_stack(), open_own, THREAD);
}

/* More than the report has room for. */
static void use_often(void *arg)
{
	(void)arg;
	call_it("");
	for (int i = 0; i < 20; i++)
		open_file("/mnt/srv/nested", O_RDONLY);
}

/* Another process, the same descriptors and the same memory. */
static void use_in_two_processes(void *arg)
{
	(void)arg;
	open_file("/mnt/srv/shared", O_RDONLY);
	map_file("/mnt/srv/nested", PROT_NONE, MAP_SHARED);
	start_beside(new_stack(), only_stay, CLONE_FILES | SIGCHLD);
}

/* The thread goes on where its process's first has ended. */
static void use_without_leader(void *arg)
{
	(void)arg;
	call_it("leaderless");
	open_file("/mnt/volume/data", O_RDONLY);
	map_file("/mnt/volume/data", PROT_READ, MAP_SHARED);
	start_beside(new_stack(), only_stay, THREAD);
}

/* As a container does: the pages are those of the files below. */
static void use_through_overlay(void *arg)
{
	(void)arg;
	call_it("overlay");
	open_file("/mnt/merged/low", O_RDONLY);
	open_file("/mnt/merged/up", O_RDWR);
	map_file("/mnt/merged/low", PROT_READ | PROT_EXEC, MAP_PRIVATE);
}

void make_users(void)
{
	known_as("/mnt/merged/low", "/mnt/overlay/lower/low");
	known_as("/mnt/merged/up", "/mnt/overlay/upper/up");
	keep(use_with_threads, NULL);
	keep(use_often, NULL);
	keep(use_in_two_processes, NULL);
	keep_without_leader(use_without_leader, NULL);
	keep(use_through_overlay, NULL);
}
