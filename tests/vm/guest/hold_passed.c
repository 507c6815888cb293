// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that no task has open any more: on their way through a unix socket, or registered with an io_uring. */
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "zm.h"

/* include/uapi/linux/io_uring.h: struct io_uring_params. */
#define RING_PARAMS_BYTES 120
#define IORING_REGISTER_FILES 2

/* One byte goes along: on a stream nothing is sent without. Nobody receives it. */
static void pass(int by, int fd)
{
	char space[CMSG_SPACE(sizeof(fd))] = { 0 };
	struct iovec byte = { "", 1 };
	struct msghdr message = { .msg_iov = &byte, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof(space) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(header), &fd, sizeof(fd));
	if (sendmsg(by, &message, 0) != 1)
		die("pass a descriptor");
	close(fd);
}

static int new_inotify(void)
{
	int fd = inotify_init1(IN_CLOEXEC);

	if (fd < 0)
		die("inotify");
	return fd;
}

static void make_pair(int type, int pair[2])
{
	if (socketpair(AF_UNIX, type, 0, pair))
		die("socketpair");
}

static void pass_socket(void *by)
{
	pass(*(int *)by, open_socket(AF_INET, SOCK_DGRAM));
}

static void pass_inotify(void *by)
{
	pass(*(int *)by, new_inotify());
}

/* A unix socket on its way, with an inotify group on its way to it. Its own other end is closed. */
static void pass_in_passed(void *by)
{
	int pair[2];

	make_pair(SOCK_STREAM, pair);
	pass(pair[1], new_inotify());
	pass(*(int *)by, pair[0]);
	close(pair[1]);
}

static void pass_namespace(void *by)
{
	pass(*(int *)by, open_new_namespace());
}

static const struct sockaddr_un unix_address = { AF_UNIX, "\0zm-passed" };

/* What is sent before anybody accepts waits at the end that accept() would give out. */
static void pass_to_nobody(void *arg)
{
	int fd = open_socket(AF_UNIX, SOCK_STREAM);

	(void)arg;
	if (connect(fd, (const void *)&unix_address, sizeof(unix_address)))
		die("connect");
	pass(fd, new_inotify());
}

void make_passed_files(void)
{
	struct group *g;
	int pair[2], listening = open_socket(AF_UNIX, SOCK_STREAM);

	make_pair(SOCK_DGRAM, pair);
	run_in(group_of_sockets("passed-socket", 1), pass_socket, &pair[1]);
	g = group("/references/passed-inotify.service", REMOVED);
	run_in(g, pass_inotify, &pair[1]);
	g->fsnotify = 1;
	g = group("/references/passed-namespace.service", REMOVED);
	run_in(g, pass_namespace, &pair[1]);
	g->csets = 1;
	g = group_of_sockets("passed-in-passed", 2);
	run_in(g, pass_in_passed, &pair[1]);
	g->fsnotify = 1;
	if (bind(listening, (const void *)&unix_address, sizeof(unix_address)) || listen(listening, 1))
		die("listen");
	g = group_of_sockets("passed-to-nobody", 2);
	run_in(g, pass_to_nobody, NULL);
	g->fsnotify = 1;
}

static int new_ring(void)
{
	char params[RING_PARAMS_BYTES] = { 0 };
	int fd = syscall(SYS_io_uring_setup, 1, params);

	if (fd < 0)
		die("io_uring_setup");
	return fd;
}

static void register_files(int ring, const int *fds, size_t count)
{
	if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, fds, count))
		die("io_uring_register");
}

static void register_several(void *ring)
{
	/* A gap in the table is a descriptor of -1. */
	const int fds[] = { open_socket(AF_INET, SOCK_DGRAM), -1, new_inotify() };

	register_files(*(int *)ring, fds, ARRAY_SIZE(fds));
}

/* Of the root's cgroupfs, opened from within a namespace that is rooted in the group. */
static void register_file_of_cgroup(void *ring)
{
	const int fd = open_from_new_namespace(NULL);

	register_files(*(int *)ring, &fd, 1);
}

void make_registered_files(void)
{
	struct group *g = group_of_sockets("registered", 1);
	int ring;

	try_write_text("/proc/sys/kernel/io_uring_disabled", "0");
	ring = new_ring();
	run_in(g, register_several, &ring);
	g->fsnotify = 1;
	g = group("/references/registered-file-of-cgroup.service", REMOVED);
	ring = new_ring();
	run_in(g, register_file_of_cgroup, &ring);
	g->csets = 1;
}
