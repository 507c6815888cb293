// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zm.many=N: so many zombies, of the names that services leave behind, each held by a single page of a file.
 * zm.fill=MB: so much memory in use as well, by services that live.
 * zm.shmem=MB: and so much that they take and never touch, which costs the host nothing (init_on_alloc=0).
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "zm.h"

#define FILES 40

/* Of every so many zombies, one holds a page of a second file. */
#define SECOND_FILE 11

#define SERVICES 4

/* The files are holes: nothing is read from the disk. */
static struct held_file {
	int fd;
	long pages, zombies, sole;
} files[FILES];

/* Digits that look as if by chance, and are the same each time. */
static char *digits(long seed, int count)
{
	uint64_t state = seed;
	char *result = calloc(1, count + 1);

	for (int i = 0; i < count; i++) {
		state = state * 6364136223846793005ull + 1442695040888963407ull;
		result[i] = "0123456789abcdef"[state >> 60];
	}
	return result;
}

static char *session(long n)
{
	return text("/user.slice/user-%ld.slice/session-%ld.scope", 1000 + n % 12, n);
}

static char *transient(long n)
{
	return text("/system.slice/run-r%s.scope", digits(n, 32));
}

static char *instance(long n)
{
	return text("/system.slice/job@%ld.service", n);
}

static char *container(long n)
{
	return text("/machine.slice/libpod-%s.scope", digits(n, 64));
}

/* The pod's own group goes with its container, which then holds it. */
static char *pod(long n)
{
	return text("/kubepods.slice/pod%s-%s-%s-%s-%s.slice/cri-containerd-%s.scope", digits(n, 8), digits(n + 1, 4),
		    digits(n + 2, 4), digits(n + 3, 4), digits(n + 4, 12), digits(n, 64));
}

static char *backup(long n)
{
	return text("/system.slice/backup-%ld.service", n);
}

static char *(*const templates[])(long n) = { session, transient, instance, container, pod, backup };

static struct group named(const char *path)
{
	return (struct group){ .path = (char *)path };
}

/* Turning a controller on waits for the removed groups below to go offline: once for each parent. */
static void make_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct group parent;

	if (slash == path)
		return;
	parent = named(text("%.*s", (int)(slash - path), path));
	if (!access(group_file(&parent, ""), F_OK))
		return;
	make_parent(parent.path);
	make_dirs(group_file(&parent, ""));
	write_text(group_file(&parent, "cgroup.subtree_control"), "+memory");
}

static void make_group(const char *path)
{
	const struct group g = named(path);

	make_parent(path);
	if (mkdir(group_file(&g, ""), 0755))
		die("mkdir %s", path);
}

/* A scope, and the pod around it. Returns how many zombies that makes. */
static long remove_group(char *path)
{
	long removed = 0;

	do {
		const struct group g = named(path);

		if (rmdir(group_file(&g, "")))
			die("rmdir %s", path);
		*strrchr(path, '/') = '\0';
		removed++;
	} while (!strncmp(path, "/kubepods.slice/", strlen("/kubepods.slice/")));
	free(path);
	return removed;
}

static void hold_one_page(struct held_file *file)
{
	char byte;

	if (pread(file->fd, &byte, 1, file->pages * PAGE) != 1)
		die("read page %ld", file->pages);
	file->pages++;
	file->zombies++;
}

/* Nothing but the pages may be charged: what else needs memory is done outside. */
static void hold_pages_of(const char *path, long n)
{
	const struct group g = named(path);
	struct held_file *file = &files[n % FILES], *second = &files[(n + 1 + n / FILES % (FILES - 1)) % FILES];

	enter(&g);
	hold_one_page(file);
	if (n % SECOND_FILE)
		file->sole++;
	else
		hold_one_page(second);
	leave();
}

static char *file_path(int number)
{
	return text("/mnt/many/log-%02d", number);
}

static void make_files(long zombies)
{
	make_dirs("/mnt/many");
	for (int i = 0; i < FILES; i++) {
		int fd = open(file_path(i), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

		if (fd < 0 || ftruncate(fd, zombies * PAGE) || posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM))
			die("make file %d", i);
		files[i].fd = fd;
	}
}

static long dying_groups(void)
{
	const char *found = strstr(read_text(group_file(NULL, "cgroup.stat")), "nr_dying_descendants ");

	return found ? atol(strchr(found, ' ')) : UNKNOWN;
}

/* Compaction, which drain() asks for, leaves what it moved in the batches. A move to where the page is moves nothing. */
static void empty_batches(void)
{
	static int here;
	void *page = &here;
	int node = 0, status;

	if (syscall(SYS_move_pages, 0, 1, &page, &node, &status, 0) < 0)
		die("move_pages");
}

/* Groups go offline in the order of their removal: one that nothing holds is gone when all others are offline. */
static void wait_for_offline(long zombies)
{
	const struct group last = named("/last");

	make_group(last.path);
	remove_group(strdup(last.path));
	for (int tries = 0; tries < 600 && dying_groups() != zombies; tries++)
		pause_ms(100);
	if (dying_groups() != zombies)
		printf("ZM FAIL %ld dying cgroups instead of %ld\n", dying_groups(), zombies);
}

/* Pages of each kind that a busy machine is full of, a third each: page cache, small and huge anonymous ones. */
static void fill(const char *file, long npages)
{
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	const int advice[] = { MADV_NOHUGEPAGE, MADV_HUGEPAGE };
	char buffer[16 * PAGE];

	if (fd < 0 || ftruncate(fd, npages / 3 * PAGE))
		die("make %s", file);
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	for (size_t i = 0; i < ARRAY_SIZE(advice); i++) {
		char *memory = mmap(NULL, npages / 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				    -1, 0);

		if (memory == MAP_FAILED || madvise(memory, npages / 3 * PAGE, advice[i]))
			die("map %ld pages", npages / 3);
		for (long page = 0; page < npages / 3; page++)
			memory[page * PAGE] = 1;
	}
}

/* mm/shmem.c: pages that fallocate() takes are cleared when they are first used. */
static void take_shmem(const char *file, long npages)
{
	int fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	if (fd < 0 || fallocate(fd, 0, 0, npages * PAGE))
		die("allocate %s", file);
}

static long share_of(const char *name)
{
	return atol(option(name, "0")) * (1 << 20) / PAGE / SERVICES;
}

static void work_as_service(int number)
{
	if (share_of("fill"))
		fill(text("/mnt/many/app-%d", number), share_of("fill"));
	if (share_of("shmem"))
		take_shmem(text("/shm/app-%d", number), share_of("shmem"));
}

/* They run side by side, so that their pages lie side by side. */
static void start_services(void)
{
	int ready[2];
	char byte;

	make_dirs("/shm");
	if (pipe(ready) || mount("tmpfs", "/shm", "tmpfs", 0, "size=100%"))
		die("services");
	for (int i = 0; i < SERVICES; i++) {
		const struct group g = named(text("/system.slice/app-%d.service", i));

		make_group(g.path);
		if (fork())
			continue;
		enter(&g);
		work_as_service(i);
		if (write(ready[1], "", 1) != 1)
			die("ready");
		for (;;)
			pause();
	}
	close(ready[1]);
	for (int i = 0; i < SERVICES; i++)
		if (read(ready[0], &byte, 1) != 1)
			die("services");
}

static void print_many(long zombies, long scopes)
{
	printf("ZM many zombies=%ld scopes=%ld files=%d\n", zombies, scopes, FILES);
	for (int i = 0; i < FILES; i++)
		printf("ZM file pages=%ld zombies=%ld sole=%ld path=%s\n", files[i].pages, files[i].zombies, files[i].sole,
		       file_path(i));
}

void make_many(long wanted)
{
	long zombies = 0, n;

	mount_cgroups();
	mount_disk("main", "/mnt", "ext4");
	write_text(group_file(NULL, "cgroup.subtree_control"), "+memory");
	make_files(wanted);
	for (n = 0; zombies < wanted; n++) {
		char *path = templates[n % ARRAY_SIZE(templates)](n);

		make_group(path);
		hold_pages_of(path, n);
		zombies += remove_group(path);
	}
	if (share_of("fill") || share_of("shmem"))
		start_services();
	empty_batches();
	wait_for_offline(zombies);
	print_many(zombies, n);
}
