// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets: open ones of each kind, those that no task has, and what one leaves behind in the stock of a CPU. */
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "zm.h"

int open_socket(int family, int type)
{
	int fd = socket(family, type, 0);

	if (fd < 0)
		die("socket of family %d", family);
	return fd;
}

static void bring_loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = open_socket(AF_INET, SOCK_DGRAM);

	if (ioctl(fd, SIOCSIFFLAGS, &request))
		die("loopback");
	close(fd);
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static const struct sockaddr_un unix_address = { AF_UNIX, "\0zm" };

static int bound_socket(int type, const void *address, size_t size)
{
	int fd = open_socket(*(const sa_family_t *)address, type);

	if (bind(fd, address, size))
		die("bind");
	return fd;
}

static void connect_to(int fd, const void *address, size_t size)
{
	if (connect(fd, address, size))
		die("connect");
}

/* The one that waits, and both ends: accept() gives the second of them its memcg. */
static void open_tcp(void *arg)
{
	struct sockaddr_in address = loopback(1000);
	int listening = bound_socket(SOCK_STREAM, &address, sizeof(address));

	(void)arg;
	if (listen(listening, 1))
		die("listen");
	connect_to(open_socket(AF_INET, SOCK_STREAM), &address, sizeof(address));
	if (accept(listening, NULL, NULL) < 0)
		die("accept");
}

static void open_udp(void *arg)
{
	(void)arg;
	open_socket(AF_INET, SOCK_DGRAM);
}

static void open_unix(void *arg)
{
	(void)arg;
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){ 0 }))
		die("socketpair");
}

/* The last two have no slab cache of their own. */
static void open_netlink(void *arg)
{
	(void)arg;
	open_socket(AF_NETLINK, SOCK_RAW);
}

static void open_packet(void *arg)
{
	(void)arg;
	open_socket(AF_PACKET, SOCK_RAW);
}

static const struct kind {
	const char *name;
	void (*open)(void *);
	long count;
} kinds[] = {
	{ "tcp",	open_tcp,	3 },
	{ "udp",	open_udp,	1 },
	{ "unix",	open_unix,	2 },
	{ "netlink",	open_netlink,	1 },
	{ "packet",	open_packet,	1 },
};

struct group *group_of_sockets(const char *name, long count)
{
	struct group *g = group(text("/references/%s.service", name), REMOVED);

	if (!cgroup_v1 || try_write_text(group_file(g, "memory.kmem.tcp.limit_in_bytes"), "1000000000"))
		g->sockets = count;
	return g;
}

void make_sockets(void)
{
	bring_loopback_up();
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		open_in(group_of_sockets(text("%s-sockets", kinds[i].name), kinds[i].count), kinds[i].open, NULL);
	if (cgroup_v1)
		open_in(group("/references/without-limit.service", REMOVED), open_udp, NULL);
}

static void connect_unix(void *arg)
{
	(void)arg;
	connect_to(open_socket(AF_UNIX, SOCK_STREAM), &unix_address, sizeof(unix_address));
}

/* Who connects makes both ends. When it has exited before anybody accepts, no task has any of the two. */
void make_unaccepted_connection(void)
{
	struct group *g = group_of_sockets("unaccepted", 2);

	if (listen(bound_socket(SOCK_STREAM, &unix_address, sizeof(unix_address)), 1))
		die("listen");
	run_in(g, connect_unix, NULL);
}

#define STOCK_PORT 2000	/* of CPU 0 */

static void bind_udp(void *address)
{
	bound_socket(SOCK_DGRAM, address, sizeof(struct sockaddr_in));
}

static int charged_cpus(void)
{
	return cgroup_v1 ? 0 : (int)sysconf(_SC_NPROCESSORS_ONLN);	/* v1's counter for TCP has no stock */
}

void make_stocks(void)
{
	for (int cpu = 0; cpu < charged_cpus(); cpu++) {
		struct group *g = group_of_sockets(text("stock-%d", cpu), 1);
		struct sockaddr_in address = loopback(STOCK_PORT + cpu);

		open_in(g, bind_udp, &address);
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

/*
 * A message that waits to be received is charged to the receiving socket's memcg, and with it a supply for this CPU. It
 * stays: the memcg is offline, nobody drains it again, and nobody charges another one to take its place.
 */
void fill_stocks(void)
{
	pause_ms(500);		/* what the removal frees after a grace period takes the same place */
	for (int cpu = 0; cpu < charged_cpus(); cpu++) {
		struct sockaddr_in address = loopback(STOCK_PORT + cpu);
		int fd = open_socket(AF_INET, SOCK_DGRAM);

		run_on(cpu);
		connect_to(fd, &address, sizeof(address));
		if (write(fd, "", 1) != 1)
			die("send");
	}
}
