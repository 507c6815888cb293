// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live.h"

long option_number(const char *name, long otherwise)
{
	const char *value = option(name, NULL);

	return value ? atol(value) : otherwise;
}

int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void say(int port, const char *format, ...)
{
	char line[4096];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (write(port, line, len) != len)
		die("write to port");
}

/* The file of a port with this name, or NULL. */
static char *find_port(const char *wanted)
{
	const char *folder = "/sys/class/virtio-ports";
	DIR *ports = opendir(folder);
	struct dirent *entry;
	char *found = NULL;

	while (ports && !found && (entry = readdir(ports))) {
		char *file = text("%s/%s/name", folder, entry->d_name);

		if (!access(file, R_OK) && !strncmp(read_text(file), wanted, strlen(wanted)))
			found = text("/dev/%s", entry->d_name);
		free(file);
	}
	if (ports)
		closedir(ports);
	return found;
}

/* The driver makes the device a little after it was loaded. */
static int port(const char *name)
{
	for (int tries = 0; tries < 100; tries++) {
		char *path = find_port(name);
		int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

		free(path);
		if (fd >= 0)
			return fd;
		pause_ms(50);
	}
	die("no port %s", name);
}

static pid_t start_churn(void)
{
	pid_t child = fork();

	if (child < 0)
		die("fork");
	if (!child) {
		churn(port("events"), text("/dev/%s", disk("swap")));
		_exit(0);
	}
	return child;
}

int main(int argc, char **argv)
{
	pid_t churning;

	/* popen() of glibc 2.38 and later has "--" in front of the command. */
	if (argc >= 3 && !strcmp(argv[1], "-c"))
		return shell(argv[argc - 1]);
	start_system();
	mount_new("cgroup2", "/sys/fs/cgroup", NULL);
	mount_new("tmpfs", "/tmp", NULL);
	mount_new("tmpfs", "/shm", NULL);
	if (mount(text("/dev/%s", disk("crash")), "/crash", "ext4", MS_RDONLY, NULL))
		die("mount /crash");
	mount_disk("main", "/mnt", "ext4");
	/* crash looks for its way in the kernel for a minute: with all the processors that there are. */
	start_session(port("session"));
	churning = start_churn();
	session(option_number("rounds", 1));
	if (waitpid(churning, NULL, WNOHANG))
		die("churn ended before the session");
	kill(churning, SIGKILL);
	printf("ZM done\n");
	fflush(stdout);
	for (;;)
		pause();
}
