// SPDX-License-Identifier: GPL-2.0-or-later
/* What is left in the stock of a CPU by the last who was charged there, or who gave back. */
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "zm.h"

#define MAX_CPUS 8
#define STOCK_PORT 2000	/* of CPU 0 */

static struct group *stocked[MAX_CPUS];
static int pipes[MAX_CPUS][2];

/* On v1 sockets have a counter without a stock. Before 5.13 the kernel's own pages go back through it. */
static bool sockets_fill(void)
{
	return !cgroup_v1;
}

static bool pages_fill(void)
{
	return cgroup_v1 && kernel_before(5, 13);
}

static int charged_cpus(void)
{
	const int cpus = (int)sysconf(_SC_NPROCESSORS_ONLN);

	if (cpus > MAX_CPUS)
		die("%d CPUs", cpus);
	return sockets_fill() || pages_fill() ? cpus : 0;
}

static void bind_udp(void *address)
{
	bound_socket(SOCK_DGRAM, address, sizeof(struct sockaddr_in));
}

static void write_byte(void *pipe)
{
	if (write(*(int *)pipe, "", 1) != 1)
		die("write to a pipe");
}

/* The page of a pipe is the kernel's, and charged to who writes into it. */
static struct group *group_of_pipe(int ends[2], int cpu)
{
	struct group *g = group(text("/references/stock-%d.service", cpu), REMOVED);

	if (pipe(ends))
		die("pipe");
	run_in(g, write_byte, &ends[1]);
	open_in(g, open_inotify, NULL);
	g->fsnotify = 1;
	return g;
}

static struct group *group_of_port(int cpu)
{
	struct group *g = group_of_sockets(text("stock-%d", cpu), 1);
	struct sockaddr_in address = loopback(STOCK_PORT + cpu);

	open_in(g, bind_udp, &address);
	return g;
}

void make_stocks(void)
{
	for (int cpu = 0; cpu < charged_cpus(); cpu++) {
		stocked[cpu] = pages_fill() ? group_of_pipe(pipes[cpu], cpu) : group_of_port(cpu);
		stocked[cpu]->stocks = 1;
	}
}

void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		die("run on CPU %d", cpu);
}

/* A message that waits to be received is charged to the receiving socket's memcg, and with it a supply for this CPU. */
static void send_to(int cpu)
{
	struct sockaddr_in address = loopback(STOCK_PORT + cpu);
	int fd = open_socket(AF_INET, SOCK_DGRAM);

	connect_to(fd, &address, sizeof(address));
	if (write(fd, "", 1) != 1)
		die("send");
}

/* Nobody else has it open. Its page goes with it: fs/pipe.c 5.10 free_pipe_info(). */
static void close_pipe(int cpu)
{
	struct group *g = stocked[cpu];

	close(pipes[cpu][0]);
	close(pipes[cpu][1]);
	g->own.kmem--;
	g->refs--;
	holds(g, "kmem", -1, "[kmem]");
}

/* It stays there: the memcg is offline, nobody drains it again, and nobody charges another one to take its place. */
void fill_stocks(void)
{
	pause_ms(500);		/* what the removal frees after a grace period takes the same place */
	for (int cpu = 0; cpu < charged_cpus(); cpu++) {
		run_on(cpu);
		if (pages_fill())
			close_pipe(cpu);
		else
			send_to(cpu);
	}
}
