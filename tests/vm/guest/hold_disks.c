// SPDX-License-Identifier: GPL-2.0-or-later
/* Filesystems that bring metadata or large folios along. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "zm.h"

static void write_file(void *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		die("create %s", (char *)path);
	fill_pages(fd, 0, 20);
	if (fsync(fd))
		die("fsync");
	close(fd);
}

/*
 * The group that writes first is charged with metadata blocks, pages of the device that only umount frees, and with a
 * page of the block allocator's buddy cache, which is an inode of the filesystem with a number and no name.
 */
void make_ext4_writer(void)
{
	struct group *g = group("/disks/ext4-writer.service", REMOVED);
	const char *name = disk("writer");

	mount_disk("writer", "/mnt/writer", "ext4");
	run_in(g, write_file, "/mnt/writer/log");
	holds(g, "file", 20, "/mnt/writer/log");
	holds(g, "bdev", charged_pages(g, text("/dev/%s", name)), text("[bdev %s]", name));
	g->spill_type = "file";
	g->spill_path = text("[ext4 %s ino 1]", name);
	g->writes = true;
}

static void read_whole(void *path)
{
	static char buffer[64 * 1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("open %s", (char *)path);
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
}

void hold_whole_file(struct group *g, const char *path, long npages)
{
	make_file(path, npages);
	run_in(g, read_whole, (void *)path);
	holds(g, "file", npages, path);
}

/* Readahead makes large folios where the filesystem can have them. */
void make_xfs_file(void)
{
	struct group *g = group("/disks/xfs.service", REMOVED);

	mount_disk("xfs", "/mnt/xfs", "xfs");
	hold_whole_file(g, "/mnt/xfs/data", 300);
	hold_besides(g);
}

void make_btrfs_file(void)
{
	mount_disk("btrfs", "/mnt/btrfs", "btrfs");
	hold_whole_file(group("/disks/btrfs.service", REMOVED), "/mnt/btrfs/data", 100);
}

#define SMALL_FILES 400

static void stat_small_files(void *arg)
{
	(void)arg;
	for (int i = 0; i < SMALL_FILES; i++)
		if (access(text("/mnt/btree/small-%d", i), R_OK))
			die("access");
}

/* Leaves of the tree are pages of an inode without a name, charged to the group that walks there first. */
void make_btrfs_metadata(void)
{
	struct group *g = group("/disks/btrfs-metadata.service", REMOVED);

	mount_disk("btree", "/mnt/btree", "btrfs");
	for (int i = 0; i < SMALL_FILES; i++)
		close(open(text("/mnt/btree/small-%d", i), O_CREAT | O_WRONLY, 0644));
	if (umount("/mnt/btree"))
		die("umount");
	mount_disk("btree", "/mnt/btree", "btrfs");
	run_in(g, stat_small_files, NULL);
	g->spill_type = "file";
	g->spill_path = text("[btrfs %s metadata]", disk("btree"));
}
