// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/inodes.h"

#include <stdio.h>
#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/paths.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/text.h"

/* include/linux/fs.h: mounted by the kernel for itself (memfd, SysV shm, /dev/zero). */
#define SB_KERNMOUNT	(1u << 22)

/* fs/btrfs: inodes of users start at 256 (BTRFS_FIRST_FREE_OBJECTID). */
#define BTRFS_FIRST_FREE	256

/* Names of one inode: more hard links than that have no dentry at the same time. */
#define ALIASES_LIMIT	1000

/* What of a filesystem stands in a bracket. */
struct filesystem {
	kaddr_t sb;
	char type[32], id[32];
	uint64_t flags;
};

struct files *files_new(struct run *run)
{
	struct files *files = arena_alloc(&run->arena, sizeof(*files));

	map_init(&files->by_mapping, &run->arena);
	map_init(&files->by_inode, &run->arena);
	files->paths = paths_new(run);
	return files;
}

static const char *bracket(struct run *run, const char *what, const char *name, size_t len,
			   const char *more)
{
	char escaped_what[4 * 32 + 1], escaped[4 * 256 + 1], text[1400];
	int length;

	escape(what, strnlen(what, 32), escaped_what);
	escape(name, len < 256 ? len : 255, escaped);
	length = snprintf(text, sizeof(text), "[%s%s%s%s]", escaped_what, len ? " " : "", escaped,
			  more);
	return arena_strndup(&run->arena, text, length);
}

static void read_type(struct run *run, kaddr_t sb, char type[32])
{
	const struct layout *l = run->layout;
	kaddr_t fstype, name;
	size_t len;

	if (read_object(run, sb, l->sb_type, &fstype) &&
	    read_object(run, fstype, l->fstype_name, &name))
		read_text(run, name, type, 32, &len);
}

bool files_is_of_type(struct run *run, kaddr_t sb, const char *type)
{
	char own[32] = "?";

	read_type(run, sb, own);
	return !strcmp(own, type);
}

static void read_filesystem(struct run *run, kaddr_t sb, struct filesystem *fs)
{
	size_t len;

	*fs = (struct filesystem){ .sb = sb, .type = "?", .id = "?" };
	read_member(run, sb, run->layout->sb_flags, &fs->flags);
	read_type(run, sb, fs->type);
	read_text(run, sb + run->layout->sb_id.offset, fs->id, sizeof(fs->id), &len);
}

static bool filesystem_of(struct run *run, kaddr_t inode, struct filesystem *fs)
{
	kaddr_t sb;

	if (!read_object(run, inode, run->layout->inode_sb, &sb))
		return false;
	read_filesystem(run, sb, fs);
	return true;
}

struct name files_filesystem_name(struct run *run, kaddr_t sb)
{
	struct filesystem fs;

	read_filesystem(run, sb, &fs);
	return (struct name){ .bracket = bracket(run, fs.type, fs.id, strlen(fs.id), "") };
}

/* block/bdev.c: the inode of a block device stands beside its block_device. */
static struct name bdev_name(struct run *run, kaddr_t inode)
{
	const struct layout *l = run->layout;
	kaddr_t bdev = inode - l->bdev_inode_inode.offset + l->bdev_inode_bdev.offset, string;
	uint64_t disk, partition = 0;
	char name[64], more[16] = "";
	size_t len = 0;

	if (l->bdev_device.known) {
		kaddr_t kobject = bdev + l->bdev_device.offset + l->device_kobj.offset;

		if (read_object(run, kobject, l->kobject_name, &string))
			read_text(run, string, name, sizeof(name), &len);
	} else if (read_object(run, bdev, l->bdev_disk, &disk)) {
		/* before 5.11: the disk's name, and the number of the partition */
		read_text(run, disk + l->disk_name.offset, name, 32, &len);
		if (read_member(run, bdev, l->bdev_partno, &partition) && partition)
			snprintf(more, sizeof(more), "%s%u",
				 len && name[len - 1] >= '0' && name[len - 1] <= '9' ? "p" : "",
				 (unsigned int)partition);
	}
	return (struct name){ .bracket = bracket(run, "bdev", name, len, more) };
}

/* A file of a mount that only the kernel has: its dentry's name tells what it is. */
static struct name internal_name(struct run *run, kaddr_t dentry, const struct filesystem *fs)
{
	static const char memfd[] = "memfd:";	/* mm/memfd.c, mm/shmem.c, ipc/shm.c */
	const size_t prefix = sizeof(memfd) - 1;
	const char *what = strcmp(fs->type, "tmpfs") ? fs->type : "shmem";
	char name[256];
	size_t len;

	if (!dentry || !dentry_name(run, dentry, name, &len))
		return (struct name){ .bracket = bracket(run, what, "", 0, "") };
	if (len >= prefix && !memcmp(name, memfd, prefix))
		return (struct name){ .bracket = bracket(run, "memfd", name + prefix,
							 len - prefix, "") };
	return (struct name){ .bracket = bracket(run, what, name, len, "") };
}

static bool is_metadata(const struct filesystem *fs, uint64_t ino)
{
	return !strcmp(fs->type, "btrfs") && ino < BTRFS_FIRST_FREE;
}

bool files_is_metadata(struct run *run, kaddr_t mapping)
{
	struct filesystem fs;
	uint64_t ino;
	kaddr_t inode;

	return read_object(run, mapping, run->layout->mapping_host, &inode) &&
	       read_member(run, inode, run->layout->inode_ino, &ino) &&
	       filesystem_of(run, inode, &fs) && is_metadata(&fs, ino);
}

static struct name inode_number_name(struct run *run, kaddr_t inode,
				     const struct filesystem *fs)
{
	uint64_t ino = 0;
	char more[32];

	read_member(run, inode, run->layout->inode_ino, &ino);
	if (is_metadata(fs, ino))
		strcpy(more, " metadata");
	else
		snprintf(more, sizeof(more), " ino %llu", (unsigned long long)ino);
	return (struct name){ .bracket = bracket(run, fs->type, fs->id, strlen(fs->id), more) };
}

/* include/linux/dcache.h d_unhashed(), which d_path() prints as "(deleted)". */
static bool dentry_unhashed(struct run *run, kaddr_t dentry)
{
	const struct layout *l = run->layout;
	kaddr_t parent, pprev;

	return read_member(run, dentry + l->dentry_hash.offset, l->hash_pprev, &pprev) &&
	       !pprev && read_member(run, dentry, l->dentry_parent, &parent) &&
	       parent != dentry;
}

static bool shorter(const struct name *a, const struct name *b)
{
	if (a->path_len != b->path_len)
		return a->path_len < b->path_len;
	return memcmp(a->path, b->path, a->path_len) < 0;
}

/* A name that exists before one that was removed; then as paths.h says. */
static bool preferred(const struct name *a, const struct name *b)
{
	if (!b->path || a->deleted != b->deleted)
		return !b->path || !a->deleted;
	return shorter(a, b);
}

static void try_alias(struct run *run, struct files *files, kaddr_t dentry,
		      const struct filesystem *fs, struct name *best)
{
	struct name name = { 0 };
	bool mounted;

	if (!paths_of_dentry(run, files->paths, dentry, fs->sb, &name, &mounted))
		return;
	if (!mounted)
		name.bracket = bracket(run, fs->type, fs->id, strlen(fs->id), "");
	name.deleted = dentry_unhashed(run, dentry);
	if (preferred(&name, best))
		*best = name;
}

/* On a live system: an alias keeps its parents, so what was read of them was theirs while it was one. */
static bool aliases_changed(struct run *run, kaddr_t inode, kaddr_t before)
{
	kaddr_t now;

	return !read_pointer(run, inode + run->layout->inode_dentries.offset, &now) || now != before;
}

static struct name file_name(struct run *run, struct files *files, kaddr_t inode,
			     const struct filesystem *fs)
{
	const struct layout *l = run->layout;
	kaddr_t first = 0, link;
	struct name best = { 0 };

	read_pointer(run, inode + l->inode_dentries.offset, &first);
	link = first;
	if (fs->flags & SB_KERNMOUNT)
		return internal_name(run, link ? link - l->dentry_alias.offset : 0, fs);
	for (int i = 0; link; i++) {
		if (i == ALIASES_LIMIT) {
			run->counts.cut++;
			break;
		}
		try_alias(run, files, link - l->dentry_alias.offset, fs, &best);
		if (!read_pointer(run, link, &link))
			break;
	}
	if (session_live() && aliases_changed(run, inode, first))
		best.path = NULL;
	return best.path ? best : inode_number_name(run, inode, fs);
}

/* ipc/shm.c newseg(): "SYSV%08x", of its key, in tmpfs or hugetlbfs. */
static bool is_segment(const struct name *name)
{
	const char *key = name->bracket ? strstr(name->bracket, " SYSV") : NULL;

	return key && strlen(key) == strlen(" SYSV01234567]") && strncmp(name->bracket, "[memfd ", 7) != 0;
}

static struct file *look_at(struct run *run, struct files *files, kaddr_t inode,
			    const char *type)
{
	struct file *file = arena_alloc(&run->arena, sizeof(*file));
	struct filesystem fs;
	uint64_t nlink;

	file->inode = inode;
	file->type = type;
	map_init(&file->other_holders, &run->arena);
	if (!filesystem_of(run, inode, &fs))
		return file;
	if (!strcmp(fs.type, "bdev")) {
		file->type = "bdev";
		file->name = bdev_name(run, inode);
		return file;
	}
	if (!strcmp(fs.type, "hugetlbfs"))
		file->type = "hugetlb";
	file->unlinked = read_member(run, inode, run->layout->inode_nlink, &nlink) && !nlink;
	file->name = file_name(run, files, inode, &fs);
	if (fs.flags & SB_KERNMOUNT)
		file->segment = is_segment(&file->name);
	else if (file->unlinked)
		file->name.deleted = true;
	return file;
}

/*
 * On a live system: whether the page still is of that mapping, and the mapping of that inode. Until
 * then the page's charge held neither, but the page was in the mapping, which kept its inode.
 */
static bool still_there(struct run *run, const struct folio *folio, kaddr_t inode)
{
	const struct layout *l = run->layout;
	uint64_t mapping, host;

	return !session_live() ||
	       (read_member(run, folio->page, l->page_mapping, &mapping) && mapping == folio->mapping &&
		read_member(run, folio->mapping, l->mapping_host, &host) && host == inode);
}

struct file *files_of_inode(struct run *run, struct files *files, kaddr_t inode)
{
	struct file *file = map_get(&files->by_inode, inode);

	if (file)
		return file;
	file = look_at(run, files, inode, "file");
	map_put(&files->by_inode, inode, file);
	if (read_member(run, inode, run->layout->inode_mapping, &file->mapping) && file->mapping)
		map_put(&files->by_mapping, file->mapping, file);
	return file;
}

struct file *files_of_folio(struct run *run, struct files *files, const struct folio *folio)
{
	struct file *file;
	kaddr_t inode;

	if (!folio->mapping)
		return NULL;
	file = map_get(&files->by_mapping, folio->mapping);
	if (file)
		return file;
	if (!read_object(run, folio->mapping, run->layout->mapping_host, &inode))
		return NULL;
	file = map_get(&files->by_inode, inode);
	if (!file)
		file = look_at(run, files, inode, folio->kind == FOLIO_SHMEM ? "shmem" : "file");
	if (!still_there(run, folio, inode)) {
		run->counts.cut++;
		return NULL;
	}
	file->mapping = folio->mapping;
	map_put(&files->by_inode, inode, file);
	map_put(&files->by_mapping, folio->mapping, file);
	return file;
}

struct file *files_of_mapping(const struct files *files, kaddr_t mapping)
{
	return map_get(&files->by_mapping, mapping);
}

const char *folio_type_name(const struct folio *folio)
{
	static const char *const names[] = {
		[FOLIO_CACHE] = "file",
		[FOLIO_SHMEM] = "shmem",
		[FOLIO_ANON] = "anon",
		[FOLIO_KMEM] = "kmem",
		[FOLIO_SLAB] = "slab",
		[FOLIO_OTHER] = "other",
	};

	return names[folio->kind];
}

struct name folio_name(const struct folio *folio)
{
	static const char *const names[] = {
		[FOLIO_CACHE] = "[unreadable]",
		[FOLIO_SHMEM] = "[swapcache]",
		[FOLIO_ANON] = "[anon]",
		[FOLIO_KMEM] = "[kmem]",
		[FOLIO_SLAB] = "[slab]",
		[FOLIO_OTHER] = "[truncated]",
	};

	return (struct name){ .bracket = names[folio->kind] };
}
