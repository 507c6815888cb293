// SPDX-License-Identifier: GPL-2.0-or-later
#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

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
	if (getpid() == 1) {
		sync();
		reboot(RB_POWER_OFF);
	}
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

char *read_text(const char *path)
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

const char *option(const char *name, const char *otherwise)
{
	char *key = text("zm.%s=", name);
	char *found = strstr(read_text("/proc/cmdline"), key);

	return found ? text("%.*s", (int)strcspn(found + strlen(key), " \n"), found + strlen(key)) : otherwise;
}

void make_dirs(const char *path)
{
	char *copy = text("%s", path);

	for (char *slash = copy + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(copy, 0755);
	}
	if (mkdir(copy, 0755) && errno != EEXIST)
		die("mkdir %s", path);
	free(copy);
}

const char *disk(const char *serial)
{
	static char name[] = "vdX";

	for (name[2] = 'a'; name[2] <= 'z'; name[2]++) {
		char *file = text("/sys/block/%s/serial", name);

		if (access(file, R_OK))
			return NULL;
		if (!strncmp(read_text(file), serial, strlen(serial)))
			return strdup(name);
	}
	return NULL;
}

void mount_new(const char *type, const char *where, const char *options)
{
	make_dirs(where);
	if (mount(type, where, type, 0, options))
		die("mount %s on %s", type, where);
}

void mount_disk(const char *serial, const char *where, const char *type)
{
	const char *name = disk(serial);

	if (!name)
		die("no disk %s", serial);
	make_dirs(where);
	if (mount(text("/dev/%s", name), where, type, MS_NOATIME, NULL))
		die("mount %s on %s", name, where);
}

/* In the order in which the initramfs names them: that in which they load. */
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

void start_system(void)
{
	mount_new("devtmpfs", "/dev", NULL);
	if (!freopen("/dev/console", "w", stdout))
		die("console");
	mount_new("proc", "/proc", NULL);
	mount_new("sysfs", "/sys", NULL);
	write_text("/proc/sys/kernel/printk", "1");
	load_modules();
}

void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ ms / 1000, ms % 1000 * 1000000 }, NULL);
}
