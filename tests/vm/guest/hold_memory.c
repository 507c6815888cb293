// SPDX-License-Identifier: GPL-2.0-or-later
/* Memory without a disk file: tmpfs, memfd, SysV, shared and private mappings, swap. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/swap.h>
#include <unistd.h>

#include "zm.h"

#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

struct filling {
	int fd;
	long npages;
};

static void fill(void *arg)
{
	const struct filling *filling = arg;

	fill_pages(filling->fd, 0, filling->npages);
}

static void hold_shmem(struct group *g, int fd, long npages, const char *shown)
{
	if (fd < 0)
		die("open %s", shown);
	run_in(g, fill, &(struct filling){ fd, npages });
	holds(g, "shmem", npages, shown);
}

void make_tmpfs_files(void)
{
	int fd;

	make_dirs("/mnt/tmpfs");
	if (mount("tmpfs", "/mnt/tmpfs", "tmpfs", 0, NULL))
		die("mount tmpfs");
	fd = open("/mnt/tmpfs/file", O_RDWR | O_CREAT, 0644);
	hold_shmem(group("/memory/tmpfs.scope", REMOVED), fd, 14, "/mnt/tmpfs/file");
	close(fd);
	fd = open("/mnt/tmpfs/removed", O_RDWR | O_CREAT, 0644);
	hold_shmem(group("/memory/tmpfs-deleted.scope", REMOVED), fd, 15, deleted("/mnt/tmpfs/removed"));
	known_by_descriptor(fd, deleted("/mnt/tmpfs/removed"));
	if (unlink("/mnt/tmpfs/removed"))
		die("unlink");
}

/* Page cache with nothing behind it: never written, never clean, never dropped. */
void make_ramfs_file(void)
{
	struct group *g = group("/memory/ramfs.scope", REMOVED);
	int fd;

	make_dirs("/mnt/ramfs");
	if (mount("ramfs", "/mnt/ramfs", "ramfs", 0, NULL))
		die("mount ramfs");
	fd = open("/mnt/ramfs/file", O_RDWR | O_CREAT, 0644);
	if (fd < 0)
		die("open ramfs");
	run_in(g, fill, &(struct filling){ fd, 13 });
	holds(g, "file", 13, "/mnt/ramfs/file");
	close(fd);
}

/* One folio: a line of 512 pages of 4 KB. */
void make_huge_tmpfs_file(void)
{
	struct group *g;
	int fd;

	if (!huge_page())
		return;
	g = group("/memory/tmpfs-huge.scope", REMOVED);
	make_dirs("/mnt/hugetmpfs");
	if (mount("tmpfs", "/mnt/hugetmpfs", "tmpfs", 0, "huge=always"))
		die("mount huge tmpfs");
	fd = open("/mnt/hugetmpfs/file", O_RDWR | O_CREAT, 0644);
	hold_shmem(g, fd, huge_page() / PAGE, "/mnt/hugetmpfs/file");
	hold_besides(g);
	close(fd);
}

void make_memfd(void)
{
	struct group *g = group("/memory/memfd.scope", REMOVED);
	int plain = memfd_create("zmfd", 0), blank = memfd_create("zm fd", 0);

	hold_shmem(g, plain, 16, "[memfd zmfd]");
	hold_besides(g);
	hold_shmem(group("/memory/memfd-blank.scope", REMOVED), blank, 2, "[memfd zm\\040fd]");
	known_by_descriptor(plain, "[memfd zmfd]");
	known_by_descriptor(blank, "[memfd zm\\040fd]");
}

static void touch(char *memory, long npages)
{
	for (long i = 0; i < npages; i++)
		memory[i * PAGE] = 'z';
}

static void fill_segment(void *id)
{
	char *memory = shmat((int)(intptr_t)id, NULL, 0);

	if (memory == (void *)-1)
		die("shmat");
	touch(memory, 17);
}

void make_sysv_segment(void)
{
	struct group *g = group("/memory/sysv.scope", REMOVED);
	int id = shmget(0x2a, 17 * PAGE, IPC_CREAT | 0600);

	if (id < 0)
		die("shmget");
	run_in(g, fill_segment, (void *)(intptr_t)id);
	holds(g, "shmem", 17, "[shmem SYSV0000002a]");
}

static void touch_shared(void *memory)
{
	touch(memory, 18);
}

/* This process keeps the mapping; the group's touches the pages first. */
void make_shared_mapping(void)
{
	struct group *g = group("/memory/shared-mapping.scope", REMOVED);
	void *memory = mmap(NULL, 18 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	run_in(g, touch_shared, memory);
	holds(g, "shmem", 18, "[shmem dev/zero]");
	known_by_mapping(memory, "[shmem dev/zero]");
}

struct mapping {
	const struct group *group;
	size_t bytes;
	int advice;
};

static char *map_aligned(size_t bytes)
{
	const uintptr_t align = huge_page() ? huge_page() : PAGE;
	char *memory = mmap(NULL, bytes + align, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	return (char *)(((uintptr_t)memory + align - 1) & -align);
}

static void touch_and_leave(void *arg)
{
	const struct mapping *mapping = arg;
	char *memory = map_aligned(mapping->bytes);

	madvise(memory, mapping->bytes, mapping->advice);
	enter(mapping->group);
	touch(memory, mapping->bytes / PAGE);
	leave();
}

/* A process takes its charges not along when it moves. */
void make_anon_left_behind(void)
{
	struct group *g = group("/memory/anon.scope", REMOVED);

	goes_with(g, keep(touch_and_leave, &(struct mapping){ g, 19 * PAGE, MADV_NOHUGEPAGE }));
	g->keeps_anon = true;
	hold_besides(g);
}

void make_huge_anon_left_behind(void)
{
	struct group *g;

	if (!huge_page())
		return;
	g = group("/memory/anon-huge.scope", REMOVED);
	/* A machine of less than 512 MiB begins with "never". */
	write_text("/sys/kernel/mm/transparent_hugepage/enabled", "madvise");
	goes_with(g, keep(touch_and_leave, &(struct mapping){ g, 2 * huge_page(), MADV_HUGEPAGE }));
	g->keeps_anon = true;
	hold_besides(g);
}

static void lock_and_leave(void *arg)
{
	const struct mapping *mapping = arg;
	char *memory = map_aligned(mapping->bytes);

	madvise(memory, mapping->bytes, mapping->advice);
	enter(mapping->group);
	touch(memory, mapping->bytes / PAGE);
	if (mlock(memory, mapping->bytes))
		die("mlock");
	leave();
}

/* On no list since 5.18, and the counters speak of its base pages: only a scan sees that they are one folio. */
void make_mlocked_huge_page(void)
{
	struct group *g;

	if (!huge_page())
		return;
	g = group("/memory/mlocked-huge.scope", REMOVED);
	goes_with(g, keep(lock_and_leave, &(struct mapping){ g, huge_page(), MADV_HUGEPAGE }));
	g->keeps_anon = true;
	hold_besides(g);
}

#define BASE_PAGES 512

static void open_many_sockets(void *arg)
{
	(void)arg;
	for (int i = 0; i < BASE_PAGES - 1; i++)
		open_socket(AF_UNIX, SOCK_DGRAM);
}

/* The huge page is one reference, and with its sockets the group has as many as the counters speak of pages. */
void make_mlocked_huge_page_and_sockets(void)
{
	struct group *g;

	if (!huge_page())
		return;
	g = group_of_sockets("mlocked-huge-and-sockets", BASE_PAGES - 1);
	goes_with(g, keep(lock_and_leave, &(struct mapping){ g, BASE_PAGES * PAGE, MADV_HUGEPAGE }));
	g->keeps_anon = true;
	open_in(g, open_many_sockets, NULL);
}

static void page_out_and_leave(void *arg)
{
	const struct mapping *mapping = arg;
	char *memory = map_aligned(mapping->bytes);

	madvise(memory, mapping->bytes, MADV_NOHUGEPAGE);
	enter(mapping->group);
	touch(memory, mapping->bytes / PAGE);
	if (madvise(memory, mapping->bytes, MADV_PAGEOUT))
		die("page out");
	leave();
}

static bool has_anon_pages(const struct group *g)
{
	take_census();
	return g->own.anon;
}

/* Pages stay in the swap cache until they are written and reclaim meets them again. */
void make_swapped_out(void)
{
	struct group *g = group("/memory/swap.scope", REMOVED);
	pid_t pid;

	if (swapon(text("/dev/%s", disk("swap")), 0))
		die("swapon");
	pid = keep(page_out_and_leave, &(struct mapping){ g, 64 * PAGE, 0 });
	for (int tries = 0; tries < 50 && has_anon_pages(g); tries++) {
		drain();
		try_write_text(group_file(g, cgroup_v1 ? "memory.force_empty" : "memory.high"), "0");
		pause_ms(50);
	}
	if (has_anon_pages(g))
		die("swap out");
	g->keeps_anon = true;
	if (kernel_before(5, 13))
		goes_with(g, pid);	/* has page tables of it */
}

/* Written to swap, not met again by reclaim: the process has entries, and the pages of these are still there. */
void make_swap_cache(void)
{
	struct group *g = group("/memory/swapcache.scope", REMOVED);

	goes_with(g, keep(page_out_and_leave, &(struct mapping){ g, 24 * PAGE, 0 }));
	pause_ms(200);
	drain();
	if (!has_anon_pages(g))
		die("swap cache");
	g->keeps_anon = true;
}
