// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Network namespaces. Each has sockets of the kernel's own, charged to who made it: how many is not for us to say, but
 * for those of netlink. They are there as long as anything keeps the namespace: here what that is differs.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "zm.h"

#define OWN "/proc/self/ns/net"

/* /proc/net/netlink has one a line behind its heading. */
static long netlink_sockets(void)
{
	long count = -1;

	for (const char *at = read_text("/proc/self/net/netlink"); (at = strchr(at, '\n')); at++)
		count++;
	return count;
}

static void unshare_network(void)
{
	if (unshare(CLONE_NEWNET))
		die("unshare");
}

static void print_netlink(const struct group *g)
{
	if (g->sockets)
		printf("ZM netlink sockets=%ld path=%s\n", netlink_sockets(), escaped(g->path));
	fflush(stdout);
}

/* What it needs to count them is not the group's: it lives on. */
static void unshare_and_leave(void *arg)
{
	own_memory();
	enter(arg);
	unshare_network();
	leave();
	print_netlink(arg);
}

void make_network_namespace(void)
{
	struct group *g = group_of_sockets("network-namespace", UNKNOWN);

	open_in(g, open_inotify, NULL);
	g->fsnotify = 1;
	goes_with(g, keep(unshare_and_leave, g));
}

static void bind_own(const char *where)
{
	if (mount(OWN, where, NULL, MS_BIND, NULL))
		die("mount %s", where);
}

static void mount_it(void *of)
{
	unshare_network();
	print_netlink(of);
	bind_own(NETWORK);
}

static void mount_it_and_stay(void *of)
{
	unshare_and_leave(of);
	bind_own(NETWORK_OF_MEMBER);
}

static void open_it(void *of)
{
	unshare_network();
	print_netlink(of);
	opened(OWN, O_RDONLY);
}

/* The socket is charged to nobody, and keeps the namespace that it was opened in. */
static void open_socket_there_and_return(void *of)
{
	int home = opened(OWN, O_RDONLY | O_CLOEXEC);

	unshare_and_leave(of);
	open_socket(AF_INET, SOCK_DGRAM);
	if (setns(home, CLONE_NEWNET))
		die("setns");
	close(home);
	unmap_shared();
}

void make_kept_networks(void)
{
	struct group *mounted = group_of_sockets("network-mounted", UNKNOWN);
	struct group *of_member = group_of_sockets("network-mounted-with-member", UNKNOWN);
	struct group *opened = group_of_sockets("network-by-descriptor", UNKNOWN);
	struct group *of_socket = group_of_sockets("network-of-socket", UNKNOWN);

	make_mount_point(NETWORK);
	make_mount_point(NETWORK_OF_MEMBER);
	goes_with_descriptors(of_socket, keep(open_socket_there_and_return, of_socket));
	goes_with(of_member, keep(mount_it_and_stay, of_member));
	goes_with_mount(of_member, NETWORK_OF_MEMBER);
	run_in(mounted, mount_it, mounted);
	goes_with_mount(mounted, NETWORK);
	open_in(opened, open_it, opened);
	goes_with_descriptors(opened, getpid());
}
