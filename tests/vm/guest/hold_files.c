// SPDX-License-Identifier: GPL-2.0-or-later
/* Page cache of files on disk: by name, without a name, behind other mounts, and of the disk itself. */
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zm.h"

#define SESSIONS 210

/* The case from the field: each ssh session leaves its one page of wtmp behind. */
void make_sessions(void)
{
	const char *wtmp = "/mnt/var/log/wtmp";

	make_dirs("/mnt/var/log");
	make_file(wtmp, SESSIONS);
	for (int i = 0; i < SESSIONS; i++) {
		struct group *g = group(text("/user.slice/user-1000.slice/session-%s%d.scope", i % 7 ? "" : "c", i + 1), REMOVED);

		hold_pages(g, wtmp, i, 1, wtmp);
	}
}

void make_plain_files(void)
{
	struct group *one = group("/system.slice/one.service", REMOVED);
	struct group *two = group("/system.slice/two.service", REMOVED);
	struct group *three = group("/system.slice/three.service", REMOVED);

	make_dirs("/mnt/srv");
	make_file("/mnt/srv/plain", 12);
	make_file("/mnt/srv/shared", 30);
	hold_file(one, "/mnt/srv/plain", 12);
	hold_pages(one, "/mnt/srv/shared", 0, 5, "/mnt/srv/shared");
	hold_pages(two, "/mnt/srv/shared", 5, 10, "/mnt/srv/shared");
	hold_pages(three, "/mnt/srv/shared", 15, 15, "/mnt/srv/shared");
}

void make_deleted_file(void)
{
	struct group *g = group("/system.slice/deleted.service", REMOVED);

	int fd;

	make_file("/mnt/srv/deleted", 4);
	fd = open("/mnt/srv/deleted", O_RDONLY);
	if (fd < 0)
		die("open");
	known_by_descriptor(fd, deleted("/mnt/srv/deleted"));
	hold_pages(g, "/mnt/srv/deleted", 0, 4, deleted("/mnt/srv/deleted"));
	if (unlink("/mnt/srv/deleted"))
		die("unlink");
}

/* The shorter of two names is shown; of two equally long ones the first in byte order. */
void make_links(void)
{
	struct group *g = group("/system.slice/links.service", REMOVED);

	make_file("/mnt/srv/link-with-a-longer-name", 3);
	make_file("/mnt/srv/link-y", 2);
	if (link("/mnt/srv/link-with-a-longer-name", "/mnt/srv/link-short") || link("/mnt/srv/link-y", "/mnt/srv/link-x"))
		die("link");
	hold_pages(g, "/mnt/srv/link-with-a-longer-name", 0, 3, "/mnt/srv/link-short");
	hold_pages(g, "/mnt/srv/link-y", 0, 2, "/mnt/srv/link-x");
}

/* The same rule for two mounts: the path through the shorter one is shown, whichever of them was read. */
void make_bind_mount(void)
{
	struct group *g = group("/system.slice/bind.service", REMOVED);

	make_dirs("/mnt/srv/container/volume");
	make_dirs("/mnt/volume");
	make_dirs("/mnt/v");
	make_dirs("/mnt/srv/container/bound-below");
	make_file("/mnt/srv/container/volume/data", 3);
	make_file("/mnt/v/data", 2);
	if (mount("/mnt/srv/container/volume", "/mnt/volume", NULL, MS_BIND, NULL) ||
	    mount("/mnt/v", "/mnt/srv/container/bound-below", NULL, MS_BIND, NULL))
		die("bind mount");
	hold_pages(g, "/mnt/srv/container/volume/data", 0, 3, "/mnt/volume/data");
	hold_pages(g, "/mnt/srv/container/bound-below/data", 0, 2, "/mnt/v/data");
}

/* An overlay has no pages of its own: those of the layer below are charged, and its path is shown. */
void make_overlay(void)
{
	struct group *g = group("/system.slice/overlay.service", REMOVED);

	make_dirs("/mnt/overlay/lower");
	make_dirs("/mnt/overlay/upper");
	make_dirs("/mnt/overlay/work");
	make_dirs("/mnt/merged");
	make_file("/mnt/overlay/lower/low", 6);
	if (mount("overlay", "/mnt/merged", "overlay", 0,
		  "lowerdir=/mnt/overlay/lower,upperdir=/mnt/overlay/upper,workdir=/mnt/overlay/work"))
		die("mount overlay");
	make_file("/mnt/merged/up", 5);
	hold_pages(g, "/mnt/merged/low", 0, 6, "/mnt/overlay/lower/low");
	hold_pages(g, "/mnt/merged/up", 0, 5, "/mnt/overlay/upper/up");
}

static unsigned long inode_number(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		die("stat %s", path);
	return st.st_ino;
}

/* A remount prunes the unused dentries; an inode that has pages stays. */
void make_inode_without_dentry(void)
{
	struct group *g = group("/system.slice/nodentry.service", REMOVED);
	char *shown;

	mount_disk("nodentry", "/mnt/nodentry", "ext4");
	make_file("/mnt/nodentry/nameless", 7);
	shown = text("[ext4 %s ino %lu]", disk("nodentry"), inode_number("/mnt/nodentry/nameless"));
	hold_pages(g, "/mnt/nodentry/nameless", 0, 7, shown);
	if (mount(NULL, "/mnt/nodentry", NULL, MS_REMOUNT | MS_NOATIME, NULL))
		die("remount");
}

static void read_in_other_namespace(void *arg)
{
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		die("unshare");
	mount_disk("private", "/mnt/private", "ext4");
	make_dirs("/mnt/private/inside");
	make_file("/mnt/private/inside/data", 8);
	hold_file(arg, "/mnt/private/inside/data", 8);	/* what it writes down is lost with the process */
}

void make_file_of_other_namespace(void)
{
	struct group *g = group("/system.slice/namespace.service", REMOVED);

	keep(read_in_other_namespace, g);
	holds(g, "file", 8, text("[ext4 %s]/inside/data", disk("private")));
}

void make_file_of_detached_mount(void)
{
	struct group *g = group("/system.slice/detached.service", REMOVED);
	char *shown = text("[ext4 %s]/was/here/data", disk("detached"));

	mount_disk("detached", "/mnt/detached", "ext4");
	make_dirs("/mnt/detached/was/here");
	make_file("/mnt/detached/was/here/data", 9);
	if (open("/mnt/detached/was/here/data", O_RDONLY) < 0)
		die("open");
	hold_pages(g, "/mnt/detached/was/here/data", 0, 9, shown);
	known_as("/mnt/detached/was/here/data", shown);
	if (umount2("/mnt/detached", MNT_DETACH))
		die("umount");
}

static void read_raw(void *device)
{
	read_pages(device, 40, 11);
}

/* The last close of a device drops its pages: keep it open. */
void make_raw_device(void)
{
	struct group *g = group("/system.slice/raw.service", REMOVED);
	char *device = text("/dev/%s", disk("raw"));

	if (open(device, O_RDONLY) < 0)
		die("open %s", device);
	run_in(g, read_raw, device);
	holds(g, "bdev", 11, text("[bdev %s]", disk("raw")));
	known_as(device, text("[bdev %s]", disk("raw")));
}

/* Locked from outside the group: its pages are on no list since 5.18. */
void make_mlocked_file(void)
{
	struct group *g = group("/system.slice/mlocked.service", REMOVED);
	const char *path = "/mnt/srv/mlocked";
	void *map;

	make_file(path, 13);
	hold_file(g, path, 13);
	map = mmap(NULL, 10 * PAGE, PROT_READ, MAP_SHARED, open(path, O_RDONLY), 0);
	if (map == MAP_FAILED || mlock(map, 10 * PAGE))
		die("mlock");
}
