// SPDX-License-Identifier: GPL-2.0-or-later
/* Pages that something else refers to: pipes that nobody reads, and a CPU's batch of the LRU lists. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/uio.h>
#include <unistd.h>

#include "zm.h"

#define MAX_PIPES 8

static int read_ends[MAX_PIPES];
static int pipe_count;

/* The pipe has the cached pages themselves, as long as this process has the pipe. */
static void splice_pages(const char *path, long first, long npages)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ends[2];
	loff_t at = first * PAGE, end = (first + npages) * PAGE - 1;	/* where a file of make_file() may end */

	if (fd < 0 || posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM) || pipe_count == MAX_PIPES ||
	    pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		die("open %s", path);
	while (at < end) {
		ssize_t got = splice(fd, &at, ends[1], NULL, end - at, 0);

		if (got <= 0)
			die("splice %s", path);
	}
	close(fd);
	read_ends[pipe_count++] = ends[0];
}

void read_pipes(void)
{
	char buffer[4096];

	for (int i = 0; i < pipe_count; i++)
		while (read(read_ends[i], buffer, sizeof(buffer)) > 0)
			;
}

/* Clean, not mapped, and drop_caches leaves the two. */
void make_spliced_file(void)
{
	struct group *g = group("/spliced/file.scope", REMOVED);

	make_file("/mnt/srv/spliced", 6);
	hold_file(g, "/mnt/srv/spliced", 6);
	splice_pages("/mnt/srv/spliced", 0, 2);
	hold_besides(g);
}

/* The head of a large folio counts the references to all its pages. */
void make_spliced_large_folio(void)
{
	struct group *g = group("/spliced/large.scope", REMOVED);

	hold_whole_file(g, "/mnt/xfs/spliced", 200);
	splice_pages("/mnt/xfs/spliced", 100, 1);
	hold_besides(g);
}

static void fill(void *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		die("create %s", (char *)path);
	fill_pages(fd, 0, 4);
	close(fd);
}

/* To truncate the file takes away those alone that the pipe does not have. */
void make_spliced_tmpfs_file(void)
{
	struct group *g = group("/spliced/tmpfs.scope", REMOVED);

	make_dirs("/mnt/splicedfs");
	if (mount("tmpfs", "/mnt/splicedfs", "tmpfs", 0, NULL))
		die("mount tmpfs");
	run_in(g, fill, "/mnt/splicedfs/file");
	holds(g, "shmem", 4, "/mnt/splicedfs/file");
	splice_pages("/mnt/splicedfs/file", 0, 1);
	hold_besides(g);
}

static void read_it(void *path)
{
	read_pages(path, 0, 3);
}

/* They are of no file any more, and charged. */
void make_spliced_and_truncated_file(void)
{
	struct group *g = group("/spliced/truncated.scope", REMOVED);
	const char *path = "/mnt/srv/truncated";

	make_file(path, 3);
	run_in(g, read_it, (void *)path);
	holds(g, "other", 3, "[truncated]");
	splice_pages(path, 0, 3);
	if (truncate(path, 0))
		die("truncate %s", path);
	hold_besides(g);
}

#define MEMORY_PAGES 3

static void splice_memory(void *end)
{
	struct iovec memory = { NULL, MEMORY_PAGES * PAGE };

	memory.iov_base = mmap(NULL, memory.iov_len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory.iov_base == MAP_FAILED)
		die("mmap");
	madvise(memory.iov_base, memory.iov_len, MADV_NOHUGEPAGE);
	memset(memory.iov_base, 'z', memory.iov_len);
	if (vmsplice(*(int *)end, &memory, 1, 0) != (ssize_t)memory.iov_len)
		die("vmsplice");
}

/* Anonymous memory that nobody maps: the pipe has it, and who had it has exited. */
void make_spliced_memory(void)
{
	struct group *g = group("/spliced/memory.scope", REMOVED);
	int ends[2];

	if (pipe_count == MAX_PIPES || pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		die("pipe");
	run_in(g, splice_memory, &ends[1]);
	holds(g, "anon", MEMORY_PAGES, "[anon]");
	read_ends[pipe_count++] = ends[0];
	hold_besides(g);
}

struct mapped_and_spliced {
	const struct group *group;
	int end;
};

static void splice_and_stay(void *arg)
{
	const struct mapped_and_spliced *work = arg;
	struct iovec memory = { NULL, MEMORY_PAGES * PAGE };

	own_memory();
	memory.iov_base = own_pages(MEMORY_PAGES);
	enter(work->group);
	memset(memory.iov_base, 'z', memory.iov_len);
	leave();
	if (vmsplice(work->end, &memory, 1, 0) != (ssize_t)memory.iov_len)
		die("vmsplice");
	close_all();
}

/* The same while a process maps it, too. */
void make_mapped_and_spliced_memory(void)
{
	struct group *g = group("/spliced/mapped-memory.scope", REMOVED);
	int ends[2];

	if (pipe_count == MAX_PIPES || pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		die("pipe");
	goes_with(g, keep(splice_and_stay, &(struct mapped_and_spliced){ g, ends[1] }));
	holds(g, "anon", MEMORY_PAGES, "[anon]");
	read_ends[pipe_count++] = ends[0];
	hold_besides(g);
}

#define BATCHED "/mnt/srv/batched"

void make_batched_file(void)
{
	struct group *g = group("/spliced/batched.scope", REMOVED);

	make_file(BATCHED, 2);
	hold_file(g, BATCHED, 2);
}

/* Who is read again becomes active: by a batch of this CPU, which refers to it until it is full or drained. */
void fill_batches(void)
{
	try_write_text("/proc/sys/vm/compaction_proactiveness", "0");	/* it drains them, too */
	for (int i = 0; i < 3; i++)
		read_pages(BATCHED, 0, 2);
}
