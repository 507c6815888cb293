// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The cgroups of /live. Each has a number that no other ever had, and a kind, which is what will hold it:
 *
 *     /live/file-12.scope        pages of /mnt/shared, read by it first
 *     /live/shmem-13.scope       pages of /shm/shared
 *     /live/swap-14.scope        the same, swapped out
 *     /live/inotify-15.scope     a descriptor
 *     /live/socket-16.scope      a descriptor
 *     /live/nested-17/...-18.scope   one of them, inside a parent that dies with it
 *     /live/kept-0.scope         a descriptor, for as long as the guest lives
 *
 * A dying cgroup is released when what holds it is given up: by name, or all at once by drop_caches. When it is gone the
 * kernel does not say, but for all of them together: `clean` is when none is dying but the one that is kept.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <unistd.h>

#include "live.h"

#define ROOT "/sys/fs/cgroup"
#define MOST 120		/* cgroups at a time */
#define KEPT 1			/* dying for as long as the guest lives */
#define KEPT_OWNER 1000
#define MOST_PAGES 8L		/* of one cgroup */
#define FILE_PAGES (1L << 26)	/* of a shared file: more than all cgroups of a run */

enum kind { OF_FILE, OF_SHMEM, OF_SWAP, OF_INOTIFY, OF_SOCKET, KINDS };

static const char *const kind_names[] = {
	[OF_FILE] = "file", [OF_SHMEM] = "shmem", [OF_SWAP] = "swap", [OF_INOTIFY] = "inotify", [OF_SOCKET] = "socket",
};

static struct cgroup {
	char *path;		/* NULL: a free place */
	char *parent;		/* that dies with it, or NULL */
	enum kind kind;
	bool removed;
	long first, pages;	/* of the shared file */
	int fd;			/* or a descriptor */
} cgroups[MOST];

static int events, files[2];	/* /mnt/shared, /shm/shared */
static const char *swap;
static long numbers, pages_used;
static uint64_t chance = 1;

/* The same in each boot: Knuth's MMIX constants. */
static long random_below(long n)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (long)((chance >> 33) % (uint64_t)n);
}

static void event(int64_t begin, const char *what, const char *path, long pages)
{
	say(events, "%lld %lld %s %s %ld\n", (long long)begin, (long long)now(), what, path, pages);
}

static void write_in(const char *path, const char *name, const char *value)
{
	char *file = text(ROOT "%s/%s", path, name);

	write_text(file, value);
	free(file);
}

static void make_cgroup(const char *path)
{
	/* Every other directory remembers times: those that were given an owner. */
	const bool dated = numbers % 2;
	int64_t begin = now();
	char *folder = text(ROOT "%s", path);

	if (mkdir(folder, 0755))
		die("mkdir %s", folder);
	if (dated && chown(folder, 0, 0))
		die("chown %s", folder);
	event(begin, "make", path, dated);
	free(folder);
}

static void remove_cgroup(const char *path)
{
	int64_t begin = now();
	char *folder = text(ROOT "%s", path);

	if (rmdir(folder))
		die("rmdir %s", folder);
	event(begin, "remove", path, 0);
	free(folder);
}

static void enter(const char *path)
{
	write_in(path, "cgroup.procs", "0");
}

static void touch(const struct cgroup *g)
{
	char byte = 1;

	for (long page = g->first; page < g->first + g->pages; page++) {
		if (g->kind == OF_FILE ? pread(files[0], &byte, 1, page * PAGE) != 1 :
		    pwrite(files[1], &byte, 1, page * PAGE) != 1)
			die("page %ld of %s", page, g->path);
	}
}

/* Inside: nothing but the holder may be charged to it. */
static void hold(struct cgroup *g)
{
	switch (g->kind) {
	case OF_INOTIFY:
		g->fd = inotify_init1(IN_CLOEXEC);
		break;
	case OF_SOCKET:
		g->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		break;
	default:
		g->pages = 1 + random_below(MOST_PAGES);
		g->first = pages_used;
		pages_used += g->pages;
		touch(g);
		return;
	}
	if (g->fd < 0)
		die("descriptor");
}

static struct cgroup *free_place(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cgroups); i++)
		if (!cgroups[i].path)
			return &cgroups[i];
	return NULL;
}

/* One in the given state, at random; NULL when there is none. */
static struct cgroup *any(bool removed)
{
	long at = random_below(ARRAY_SIZE(cgroups));

	for (size_t i = 0; i < ARRAY_SIZE(cgroups); i++) {
		struct cgroup *g = &cgroups[(at + i) % ARRAY_SIZE(cgroups)];

		if (g->path && g->removed == removed)
			return g;
	}
	return NULL;
}

/* memory.reclaim is there since 5.19; it says EAGAIN when it got less than it was asked for. */
static void swap_out(const struct cgroup *g)
{
	char *file = text(ROOT "%s/memory.reclaim", g->path);

	try_write_text(file, "1M");
	free(file);
}

/* Holds it from inside. */
static void fill(struct cgroup *g)
{
	int64_t begin = now();

	enter(g->path);
	hold(g);
	enter("");
	event(begin, "hold", g->path, g->pages);
}

/* Of another user's: what -w tells of it is the same all the time. */
static void make_kept(void)
{
	struct cgroup g = { .path = text("/live/kept-%ld.scope", numbers++), .kind = OF_INOTIFY };
	char *folder = text(ROOT "%s", g.path);

	make_cgroup(g.path);
	if (chown(folder, KEPT_OWNER, KEPT_OWNER))
		die("chown %s", folder);
	fill(&g);
	remove_cgroup(g.path);
	free(folder);
}

static void make_one(void)
{
	struct cgroup *g = free_place();

	if (!g)
		return;
	*g = (struct cgroup){ .kind = random_below(KINDS), .fd = -1 };
	if (!random_below(4)) {
		g->parent = text("/live/nested-%ld", numbers++);
		make_cgroup(g->parent);
		write_in(g->parent, "cgroup.subtree_control", "+memory");
	}
	g->path = text("%s/%s-%ld.scope", g->parent ? g->parent : "/live", kind_names[g->kind], numbers++);
	make_cgroup(g->path);
	fill(g);
	if (g->kind == OF_SWAP)
		swap_out(g);
}

static void remove_one(void)
{
	struct cgroup *g = any(false);

	if (!g)
		return;
	remove_cgroup(g->path);
	if (g->parent)
		remove_cgroup(g->parent);
	g->removed = true;
}

static void forget(struct cgroup *g)
{
	free(g->path);
	free(g->parent);
	*g = (struct cgroup){ .fd = -1 };
}

static void say_released(const struct cgroup *g, int64_t begin)
{
	event(begin, "release", g->path, 0);
	if (g->parent)
		event(begin, "release", g->parent, 0);
}

/* A length of 0 would mean all that is behind. */
static void free_pages(const struct cgroup *g)
{
	off_t first = g->first * PAGE, length = g->pages * PAGE;

	if (!length)
		return;
	if (g->kind == OF_FILE)
		posix_fadvise(files[0], first, length, POSIX_FADV_DONTNEED);
	else if (fallocate(files[1], FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, first, length))
		die("punch a hole");
}

static void release(struct cgroup *g)
{
	int64_t begin = now();

	if (g->fd >= 0)
		close(g->fd);
	free_pages(g);
	say_released(g, begin);
	forget(g);
}

static void release_one(void)
{
	struct cgroup *g = any(true);

	if (g)
		release(g);
}

/* Folios go from list to list when they are used. What is swapped out would come back charged to another. */
static void use_one(void)
{
	const struct cgroup *g = any(random_below(2));

	if (g && g->pages && g->kind != OF_SWAP)
		touch(g);
}

static void drop_caches(void)
{
	int64_t begin = now();

	write_text("/proc/sys/vm/drop_caches", "1");
	for (size_t i = 0; i < ARRAY_SIZE(cgroups); i++) {
		struct cgroup *g = &cgroups[i];

		if (!g->path || g->kind != OF_FILE)
			continue;
		if (g->removed) {
			say_released(g, begin);
			forget(g);
		} else {
			touch(g);	/* charged to root from here on: it holds none */
			event(begin, "empty", g->path, 0);
			if (g->parent)
				event(begin, "empty", g->parent, 0);
			g->pages = 0;
		}
	}
}

static long dying(void)
{
	const char *found = strstr(read_text(ROOT "/cgroup.stat"), "nr_dying_descendants ");

	return found ? atol(strchr(found, ' ')) : -1;
}

/*
 * Kernel threads free them, some time after the last reference. Swap entries that were freed wait in a CPU's cache, still
 * charged, until there are 64 of them (mm/swap_slots.c 6.1): swapoff empties it. A page in another CPU's batch is not
 * dropped: once more, when it is on its list.
 */
static void clean(void)
{
	int64_t begin = now();

	while (any(false))
		remove_one();
	while (any(true))
		release_one();
	if (swapoff(swap) || swapon(swap, 0))
		die("swapoff");
	for (int tries = 0; tries < 200 && dying() > KEPT; tries++) {
		if (tries % 20 == 0)
			write_text("/proc/sys/vm/drop_caches", "3");
		pause_ms(50);
	}
	event(begin, dying() == KEPT ? "clean" : "unclean", "/live", dying());
}

static void step(void)
{
	switch (random_below(10)) {
	case 0 ... 3:
		make_one();
		return;
	case 4 ... 6:
		remove_one();
		return;
	case 7 ... 8:
		release_one();
		return;
	default:
		use_one();
	}
}

static int shared_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0 || ftruncate(fd, FILE_PAGES * PAGE) || posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM))
		die("make %s", path);
	return fd;
}

/* All that this process will write to is its own, and there: nothing of it is charged to a cgroup that it enters. */
static void own_memory(void)
{
	char stack[256 * 1024];

	memset(stack, 1, sizeof(stack));
	__asm__ volatile("" : : "r"(stack) : "memory");
	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		die("mlockall");
	free(memset(malloc(64 * 1024), 1, 64 * 1024));
}

#define SECOND 1000000000LL
#define PACE_SECONDS 4		/* how long one of pauses_ms lasts */
#define DROP_SECONDS 3
#define CLEAN_SECONDS 15

/* Whether such a period is over, and another begins. */
static bool is_time(int64_t *last, long seconds)
{
	if (now() < *last + seconds * SECOND)
		return false;
	*last = now();
	return true;
}

static void prepare(void)
{
	if (swapon(swap, 0))
		die("swapon");
	own_memory();
	files[0] = shared_file("/mnt/shared");
	files[1] = shared_file("/shm/shared");
	write_text(ROOT "/cgroup.subtree_control", "+memory");
	make_cgroup("/live");
	write_in("/live", "cgroup.subtree_control", "+memory");
	make_kept();
}

void churn(int port, const char *swap_disk)
{
	static const long pauses_ms[] = { 0, 2, 10, 100 };
	int64_t dropped = now(), cleaned = dropped;

	events = port;
	swap = swap_disk;
	prepare();
	for (;;) {
		step();
		pause_ms(pauses_ms[now() / SECOND / PACE_SECONDS % ARRAY_SIZE(pauses_ms)]);
		if (is_time(&dropped, DROP_SECONDS))
			drop_caches();
		if (is_time(&cleaned, CLEAN_SECONDS))
			clean();
	}
}
