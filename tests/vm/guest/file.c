// SPDX-License-Identifier: GPL-2.0-or-later
/* Files whose pages are charged to the reader that we choose: root makes the file and drops its data again. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zm.h"

static char page[64 << 10];	/* as large as any */

void fill_pages(int fd, long first, long npages)
{
	memset(page, 'z', PAGE);
	for (long i = first; i < first + npages; i++)
		if (pwrite(fd, page, PAGE, i * PAGE) != PAGE)
			die("write page %ld", i);
}

void drop_pages(int fd)
{
	if (fsync(fd) || posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		die("drop pages");
}

/*
 * POSIX_FADV_DONTNEED calls lru_add_drain_all() when it could not drop a page: give it one that is mapped. Compaction
 * would drain too, and then fill the batches again with the pages that it moved.
 */
void drain(void)
{
	static int fd = -1;

	if (fd < 0) {
		make_file("/mnt/mapped", 1);
		fd = open("/mnt/mapped", O_RDONLY | O_CLOEXEC);
		*(volatile char *)mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
	}
	if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		die("drain");
}

void make_file(const char *path, long npages)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0)
		die("create %s", path);
	fill_pages(fd, 0, npages);
	/* The last page is a partial one: a read() up to the end of the file then touches no page behind it. */
	if (ftruncate(fd, npages * PAGE - 1))
		die("truncate %s", path);
	drop_pages(fd);
	close(fd);
}

void read_pages(const char *path, long first, long npages)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM))
		die("open %s", path);
	for (long i = first; i < first + npages; i++)
		if (pread(fd, page, PAGE, i * PAGE) < PAGE - 1)
			die("read page %ld of %s", i, path);
	close(fd);
}

struct range {
	const char *path;
	long first, npages;
};

static void read_range(void *arg)
{
	const struct range *range = arg;

	read_pages(range->path, range->first, range->npages);
}

void hold_pages(struct group *g, const char *path, long first, long npages, const char *shown)
{
	run_in(g, read_range, &(struct range){ path, first, npages });
	holds(g, "file", npages, shown);
}

static uint64_t word_of(const char *table, uint64_t index)
{
	int fd = open(table, O_RDONLY | O_CLOEXEC);
	uint64_t word;

	if (fd < 0 || pread(fd, &word, sizeof(word), index * sizeof(word)) != sizeof(word))
		die("read %s", table);
	close(fd);
	return word;
}

/* Faulting a page in asks the cache for it: one that is there keeps its owner, one that is not becomes root's. */
long charged_pages(const struct group *g, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t npages = fd < 0 ? -1 : lseek(fd, 0, SEEK_END) / PAGE;
	volatile char *map = mmap(NULL, npages * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	long charged = 0;
	struct stat st;

	if (map == MAP_FAILED || stat(group_file(g, ""), &st))
		die("map %s", path);
	for (off_t i = 0; i < npages; i++) {
		uint64_t frame;

		(void)map[i * PAGE];
		frame = word_of("/proc/self/pagemap", (uintptr_t)map / PAGE + i) & ((1ULL << 55) - 1);
		charged += word_of("/proc/kpagecgroup", frame) == st.st_ino;
	}
	munmap((void *)map, npages * PAGE);
	close(fd);
	return charged;
}

void hold_file(struct group *g, const char *path, long npages)
{
	hold_pages(g, path, 0, npages, escaped(path));
}
