// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets: open ones of each kind, and those that no task has. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
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

struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static const struct sockaddr_un unix_address = { AF_UNIX, "\0zm" };

int bound_socket(int type, const void *address, size_t size)
{
	int fd = open_socket(*(const sa_family_t *)address, type);

	if (bind(fd, address, size))
		die("bind");
	return fd;
}

void connect_to(int fd, const void *address, size_t size)
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

/* The ring for what it receives stays mapped when its descriptor is closed, and the mapping keeps the file. */
static void map_packet_socket(void *arg)
{
	struct tpacket_req ring = { .tp_block_size = PAGE, .tp_block_nr = 1, .tp_frame_size = PAGE, .tp_frame_nr = 1 };
	int fd;

	own_memory();
	enter(arg);
	fd = open_socket(AF_PACKET, SOCK_RAW);
	leave();
	if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)) ||
	    mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED)
		die("map packet socket");
	close(fd);
}

void make_mapped_socket(void)
{
	struct group *g = group_of_sockets("mapped-packet", 1);

	goes_with(g, keep(map_packet_socket, g));
}
