// SPDX-License-Identifier: GPL-2.0-or-later
/* What is left in the stock of a CPU by the last who was charged there. */
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "zm.h"

#define STOCK_PORT 2000	/* of CPU 0 */

static int charged_cpus(void)
{
	return cgroup_v1 ? 0 : (int)sysconf(_SC_NPROCESSORS_ONLN);	/* v1's counter for TCP has no stock */
}

static void bind_udp(void *address)
{
	bound_socket(SOCK_DGRAM, address, sizeof(struct sockaddr_in));
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
		struct group *g = group_of_port(cpu);

		g->stocks = 1;
	}
}

static void run_on(int cpu)
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

/* It stays there: the memcg is offline, nobody drains it again, and nobody charges another one to take its place. */
void fill_stocks(void)
{
	pause_ms(500);		/* what the removal frees after a grace period takes the same place */
	for (int cpu = 0; cpu < charged_cpus(); cpu++) {
		run_on(cpu);
		send_to(cpu);
	}
}
