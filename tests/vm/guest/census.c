// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which pages are charged to which cgroup, from /proc/kpagecgroup and /proc/kpageflags: exact at once and in every
 * version, where memory.stat waits for per-CPU counts, counts the children too, and has other words on v1.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zm.h"

/* include/uapi/linux/kernel-page-flags.h */
enum { LRU = 5, SLAB = 7, ANON = 12, SWAPBACKED = 14, COMPOUND_TAIL = 16, HUGE = 17, UNEVICTABLE = 18 };

/* The file has no size that could be asked for: it ends where memory does. */
struct table read_table(const char *path)
{
	struct table table = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t space = 0, used = 0;
	ssize_t got;

	if (fd < 0)
		die("open %s", path);
	do {
		if (used == space && !(table.words = realloc(table.words, space += 1 << 20)))
			die("no memory");
		got = read(fd, (char *)table.words + used, space - used);
		used += got > 0 ? got : 0;
	} while (got > 0);
	close(fd);
	table.count = used / sizeof(uint64_t);
	return table;
}

const char *type_of_page(uint64_t flags)
{
	if (flags & 1ULL << ANON)
		return "anon";
	return flags & 1ULL << SWAPBACKED ? "shmem" : "file";
}

bool is_tail_page(uint64_t flags)
{
	return flags & 1ULL << COMPOUND_TAIL;
}

static void count_folio(struct usage *usage, uint64_t flags, long npages)
{
	if (flags & 1ULL << ANON)
		usage->anon += npages;
	else if (flags & 1ULL << SWAPBACKED)
		usage->shmem += npages;
	else
		usage->file += npages;
	if (flags & 1ULL << UNEVICTABLE)
		usage->unevictable += npages;
	usage->folios++;
}

void count_pages(struct usage *(*usage_of)(ino_t inode))
{
	const struct table flags = read_table("/proc/kpageflags"), cgroups = read_table("/proc/kpagecgroup");
	size_t next;

	for (size_t page = 0; page < cgroups.count && page < flags.count; page = next) {
		struct usage *usage;

		for (next = page + 1; next < flags.count && is_tail_page(flags.words[next]); next++)
			;
		usage = cgroups.words[page] ? usage_of(cgroups.words[page]) : NULL;
		if (usage && flags.words[page] & (1ULL << LRU | 1ULL << HUGE))
			count_folio(usage, flags.words[page], next - page);
		else if (usage && !(flags.words[page] & 1ULL << SLAB))
			usage->kmem += next - page;
	}
	free(flags.words);
	free(cgroups.words);
}

static struct usage *usage_of(ino_t inode)
{
	for (int i = 0; i < group_count; i++)
		if (groups[i].inode == inode)
			return &groups[i].own;
	return NULL;
}

void take_census(void)
{
	for (int i = 0; i < group_count; i++)
		groups[i].own = (struct usage){ 0 };
	count_pages(usage_of);
}
