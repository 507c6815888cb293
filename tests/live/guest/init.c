// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live.h"

void die(const char *format, ...)
{
	int saved = errno;
	va_list args;

	va_start(args, format);
	printf("ZM FAIL ");
	vprintf(format, args);
	printf(": %s\n", strerror(saved));
	va_end(args);
	fflush(stdout);
	if (getpid() == 1)
		reboot(RB_POWER_OFF);
	_exit(1);
}

char *text(const char *format, ...)
{
	va_list args;
	char *result;

	va_start(args, format);
	if (vasprintf(&result, format, args) < 0)
		die("no memory");
	va_end(args);
	return result;
}

bool try_write_text(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done;

	if (fd < 0)
		return false;
	done = write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	close(fd);
	return done;
}

void write_text(const char *path, const char *value)
{
	if (!try_write_text(path, value))
		die("write %s to %s", value, path);
}

const char *read_text(const char *path)
{
	static char buffer[64 * 1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got, length = 0;

	if (fd < 0)
		die("open %s", path);
	while ((got = read(fd, buffer + length, sizeof(buffer) - 1 - length)) > 0)
		length += got;
	if (got < 0)
		die("read %s", path);
	close(fd);
	buffer[length] = '\0';
	return buffer;
}

long option(const char *name, long otherwise)
{
	char *key = text("zm.%s=", name);
	const char *found = strstr(read_text("/proc/cmdline"), key);
	long value = found ? atol(found + strlen(key)) : otherwise;

	free(key);
	return value;
}

int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
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

static void load_modules(void)
{
	char *list = strdup(read_text("/modules.list"));

	for (char *path = strtok(list, "\n"); path; path = strtok(NULL, "\n")) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
			die("module %s", path);
		close(fd);
		unlink(path);
	}
	free(list);
}

static void mount_new(const char *source, const char *where, const char *type, unsigned long flags,
		      const char *options)
{
	if (mkdir(where, 0755) && errno != EEXIST)
		die("mkdir %s", where);
	if (mount(source, where, type, flags, options))
		die("mount %s on %s", source, where);
}

static char *disk(const char *serial)
{
	for (char letter = 'a'; letter <= 'z'; letter++) {
		char *file = text("/sys/block/vd%c/serial", letter);
		bool found = !access(file, R_OK) && !strncmp(read_text(file), serial, strlen(serial));

		free(file);
		if (found)
			return text("/dev/vd%c", letter);
	}
	die("no disk %s", serial);
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
		churn(port("events"), disk("swap"));
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
	mount_new("dev", "/dev", "devtmpfs", 0, NULL);
	if (!freopen("/dev/console", "w", stdout))
		die("console");
	mount_new("proc", "/proc", "proc", 0, NULL);
	mount_new("sys", "/sys", "sysfs", 0, NULL);
	write_text("/proc/sys/kernel/printk", "1");
	load_modules();
	mount_new("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	mount_new("tmpfs", "/tmp", "tmpfs", 0, NULL);
	mount_new("shm", "/shm", "tmpfs", 0, NULL);
	mount_new(disk("crash"), "/crash", "ext4", MS_RDONLY, NULL);
	mount_new(disk("main"), "/mnt", "ext4", MS_NOATIME, NULL);
	/* crash looks for its way in the kernel for a minute: with all the processors that there are. */
	start_session(port("session"));
	churning = start_churn();
	session(option("rounds", 1));
	if (waitpid(churning, NULL, WNOHANG))
		die("churn ended before the session");
	kill(churning, SIGKILL);
	printf("ZM done\n");
	fflush(stdout);
	for (;;)
		pause();
}
