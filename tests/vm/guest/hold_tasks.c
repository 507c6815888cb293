// SPDX-License-Identifier: GPL-2.0-or-later
/* What a process has that is charged to a group which it left: memory that it shares with some of its children, a stack. */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include "zm.h"

#define SHARED_PAGES 6

struct family {
	const struct group *group;
	int ends[2];		/* of a pipe, for the number of who shares */
};

static void tell(const struct family *family, pid_t pid)
{
	if (write(family->ends[1], &pid, sizeof(pid)) != sizeof(pid))
		die("write");
	close(family->ends[0]);
	close(family->ends[1]);
}

static pid_t hear(const struct family *family)
{
	pid_t pid;

	if (read(family->ends[0], &pid, sizeof(pid)) != sizeof(pid))
		die("read");
	close(family->ends[0]);
	close(family->ends[1]);
	return pid;
}

static void share_all(void *arg)
{
	(void)arg;
	close_all();
}

static void unmap_all(void *memory)
{
	if (munmap(memory, SHARED_PAGES * PAGE))
		die("munmap");
	close_all();
}

static void unmap_first(void *memory)
{
	if (munmap(memory, PAGE))
		die("munmap");
	close_all();
}

/* The first page is the group's; of three children one maps it. */
static void touch_and_share(void *arg)
{
	const struct family *family = arg;
	char *memory;
	pid_t sharer;

	own_memory();
	memory = own_pages(SHARED_PAGES);
	enter(family->group);
	memory[0] = 'z';
	leave();
	for (long i = 1; i < SHARED_PAGES; i++)
		memory[i * PAGE] = 'z';
	sharer = keep(share_all, NULL);
	keep(unmap_all, memory);
	keep(unmap_first, memory);
	tell(family, sharer);
}

void make_anon_shared_by_fork(void)
{
	struct group *g = group("/memory/anon-forked.scope", REMOVED);
	struct family family = { .group = g };

	if (pipe(family.ends))
		die("pipe");
	goes_with(g, keep(touch_and_share, &family));
	goes_with(g, hear(&family));
	holds(g, "anon", 1, "[anon]");
	hold_besides(g);
}

static void write_copy(void *memory)
{
	own_memory();
	*(char *)memory = 'y';
	close_all();
}

/* The page is the group's; the child's mapping covers it, and has a copy. */
static void touch_and_copy(void *group)
{
	char *memory;

	own_memory();
	memory = own_pages(1);
	enter(group);
	*memory = 'z';
	leave();
	keep(write_copy, memory);
}

void make_anon_copied_by_fork(void)
{
	struct group *g = group("/memory/anon-copied.scope", REMOVED);

	goes_with(g, keep(touch_and_copy, g));
	holds(g, "anon", 1, "[anon]");
	hold_besides(g);
}

#define MAPPED "/mnt/srv/mapped-there"
#define MAPPED_PAGES 3

static volatile char *map_file(void)
{
	const int fd = open(MAPPED, O_RDONLY | O_CLOEXEC);
	void *map = mmap(NULL, MAPPED_PAGES * PAGE, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		die("map %s", MAPPED);
	close(fd);
	return map;
}

static void only_map(void *arg)
{
	(void)arg;
	map_file();
}

static void map_and_read(void *arg)
{
	volatile char *map = map_file();

	(void)arg;
	for (long i = 0; i < MAPPED_PAGES; i++)
		(void)map[i * PAGE];
}

/* Two processes have it mapped, and one of them its pages. */
void make_mapped_file(void)
{
	struct group *g = group("/memory/file-mapped.scope", REMOVED);

	make_file(MAPPED, MAPPED_PAGES);
	hold_file(g, MAPPED, MAPPED_PAGES);
	keep(only_map, NULL);
	keep(map_and_read, NULL);
	hold_besides(g);
}

static int only_stay(void *arg)
{
	(void)arg;
	stay_beside();
}

/* Who starts a thread is charged for its stack, and takes the thread along when it leaves: not the stack. */
static void start_thread_and_leave(void *group)
{
	char *stack;

	own_memory();
	stack = new_stack();
	enter(group);
	start_beside(stack, only_stay, THREAD);
	leave();
}

/* Until 5.12 its pages refer to the group themselves. */
void make_stack_left_behind(void)
{
	struct group *g;

	if (!kernel_before(5, 13))
		return;
	g = group("/memory/stack.scope", REMOVED);
	goes_with(g, keep(start_thread_and_leave, g));
}
