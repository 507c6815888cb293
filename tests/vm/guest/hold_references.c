// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * References without a page: descriptors, tasks, namespaces, inodes, mms. Each is the only thing that holds its group,
 * as far as that can be: then the kernel's own count of the dying proves it.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zm.h"

void open_inotify(void *arg)
{
	(void)arg;
	if (inotify_init1(0) < 0)
		die("inotify");
}

static void open_fanotify(void *arg)
{
	(void)arg;
	if (fanotify_init(FAN_CLASS_NOTIF, O_RDONLY) < 0)
		die("fanotify");
}

void make_fsnotify_groups(void)
{
	struct group *one = group("/references/inotify.service", REMOVED);
	struct group *two = group("/references/fsnotify-both.service", REMOVED);

	open_in(one, open_inotify, NULL);
	open_in(two, open_inotify, NULL);
	open_in(two, open_fanotify, NULL);
	one->fsnotify = 1;
	two->fsnotify = 2;
}

void hold_besides(struct group *g)
{
	if (kernel_before(7, 1))
		return;
	open_in(g, open_inotify, NULL);
	g->fsnotify++;
}

static void enter_only(void *arg)
{
	enter(arg);
}

#define UNREAPED 103	/* more than the report names */

/* Their parent, this process, never asks how they ended. All are in one css_set. */
void make_unreaped_tasks(void)
{
	struct group *g = group("/references/unreaped.service", REMOVED);

	for (int i = 0; i < UNREAPED; i++)
		run_unreaped(enter_only, g);
	g->csets = 1;
	goes_with_parent(g, getpid());
}

static void leave_one_unreaped(void *group)
{
	run_unreaped(enter_only, group);
}

void make_unreaped_task_elsewhere(void)
{
	struct group *g = group("/references/unreaped-elsewhere.service", REMOVED);

	goes_with_parent(g, keep(leave_one_unreaped, g));
	g->csets = 1;
}

static void read_directory(void *path)
{
	DIR *directory = opendir(path);

	if (!directory)
		die("open %s", (char *)path);
	while (readdir(directory))
		;
	closedir(directory);
}

static void change_mode(void *path)
{
	if (chmod(path, 0711))
		die("chmod %s", (char *)path);
}

ino_t opened_inode;

/* An inode in use: no drop_caches has it. Its descriptor stays. */
static void make_opened_inode(void)
{
	struct group *g = group("/references/opened-inode.service", REMOVED);
	struct stat st;

	if (open(OPENED, O_RDONLY | O_DIRECTORY) < 0 || stat(OPENED, &st))
		die("open %s", OPENED);
	opened_inode = st.st_ino;
	run_in(g, change_mode, OPENED);
	g->writebacks = 1;
}

/*
 * The first who dirties an inode has it attached to a writeback of its own, be it by a change or by the time of a read.
 * lost+found is an inode on each disk that nobody has dirtied yet. Root reads its blocks.
 */
void make_dirty_inodes(void)
{
	struct group *changes, *reads;

	if (cgroup_v1)
		return;
	changes = group("/references/changed-inode.service", REMOVED);
	reads = group("/references/read-inode.service", REMOVED);
	/* They stay dirty: a clean inode would be handed to the parent's writeback. */
	write_text("/proc/sys/vm/dirty_writeback_centisecs", "0");
	make_dirs("/mnt/atime");
	if (mount(text("/dev/%s", disk("nodentry")), "/mnt/atime", "ext4", MS_STRICTATIME, NULL))
		die("mount");
	read_directory("/mnt/lost+found");
	read_directory("/mnt/nodentry/lost+found");
	run_in(changes, change_mode, "/mnt/lost+found");
	run_in(reads, read_directory, "/mnt/atime/lost+found");
	changes->writebacks = reads->writebacks = 1;
	make_opened_inode();
}

#define PROCESSES 3

/*
 * A process takes its mm's reference along into another memcg. But when a memory controller is turned off, all processes
 * of the cgroup change over at once, and mem_cgroup_attach() looks at the first alone: the others' mms stay behind.
 */
void make_left_mms(void)
{
	struct group *g;

	if (cgroup_v1 || access("/sys/kernel/mm/lru_gen", F_OK))
		return;
	g = group("/mms/child", UNHOOKED);
	for (int i = 0; i < PROCESSES; i++)
		goes_with(g, keep(enter_only, g));
	g->keeps_anon = true;
	g->mms = PROCESSES - 1;
}
