// SPDX-License-Identifier: GPL-2.0-or-later
/* Child processes: those that end, and those that stay. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "zm.h"

static pid_t start(int flags, void (*work)(void *), void *arg)
{
	pid_t child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

	if (child < 0)
		die("clone");
	if (!child) {
		work(arg);
		_exit(0);
	}
	return child;
}

static void await(pid_t child, int options)
{
	siginfo_t info;

	if (waitid(P_PID, child, &info, WEXITED | options) || info.si_code != CLD_EXITED || info.si_status)
		die("child ended with code %d, status %d", info.si_code, info.si_status);
}

void run(void (*work)(void *), void *arg)
{
	await(start(0, work, arg), 0);
}

void run_sharing_files(void (*work)(void *), void *arg)
{
	await(start(CLONE_FILES, work, arg), 0);
}

void run_unreaped(void (*work)(void *), void *arg)
{
	await(start(0, work, arg), WNOWAIT);
}

struct keeper {
	void (*work)(void *);
	void *arg;
	int ready[2];
	bool leader_ends;	/* a thread of it goes on */
};

static void work_and_stay(void *arg)
{
	struct keeper *keeper = arg;

	close(keeper->ready[0]);
	keeper->work(keeper->arg);
	close(keeper->ready[1]);
	if (keeper->leader_ends)
		syscall(SYS_exit, 0);
	for (;;)
		pause();
}

static pid_t start_and_keep(struct keeper *keeper)
{
	pid_t child;
	char byte;

	if (pipe(keeper->ready))
		die("pipe");
	child = start(0, work_and_stay, keeper);
	close(keeper->ready[1]);
	/* The other end is closed by the child, be it alive or not. */
	if (read(keeper->ready[0], &byte, 1) || waitpid(child, NULL, WNOHANG))
		die("keeper");
	close(keeper->ready[0]);
	return child;
}

pid_t keep(void (*work)(void *), void *arg)
{
	return start_and_keep(&(struct keeper){ work, arg, { -1, -1 }, false });
}

void keep_without_leader(void (*work)(void *), void *arg)
{
	start_and_keep(&(struct keeper){ work, arg, { -1, -1 }, true });
}

void own_memory(void)
{
	if (mlockall(MCL_CURRENT) || munlockall())
		die("lock memory");
}

char *own_pages(long npages)
{
	char *memory = mmap(NULL, npages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		die("mmap");
	madvise(memory, npages * PAGE, MADV_NOHUGEPAGE);	/* a real-time kernel has no huge pages */
	return memory;
}

void close_all(void)
{
	syscall(SYS_close_range, 3, ~0u, 0);
}

static volatile int beside_done;

void stay_beside(void)
{
	beside_done = 1;
	for (;;)
		pause();
}

#define STACK (64 * 1024)

char *new_stack(void)
{
	char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (stack == MAP_FAILED)
		die("stack");
	return stack + STACK;
}

void start_beside(char *stack, int (*work)(void *), int flags)
{
	beside_done = 0;
	if (clone(work, stack, CLONE_VM | flags, NULL) < 0)
		die("clone");
	while (!beside_done)
		pause_ms(1);
}
