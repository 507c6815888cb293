// SPDX-License-Identifier: GPL-2.0-or-later
/* PID 1: mounts, modules, and the holders one after the other. */
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
#include <unistd.h>

#include "zm.h"

static const struct holder {
	const char *name;
	void (*make)(void);
} holders[] = {
	{ "ages",			make_ages },
	{ "sessions",			make_sessions },
	{ "plain files",		make_plain_files },
	{ "deleted file",		make_deleted_file },
	{ "links",			make_links },
	{ "bind mount",			make_bind_mount },
	{ "overlay",			make_overlay },
	{ "inode without dentry",	make_inode_without_dentry },
	{ "file of other namespace",	make_file_of_other_namespace },
	{ "file of detached mount",	make_file_of_detached_mount },
	{ "raw device",			make_raw_device },
	{ "mlocked file",		make_mlocked_file },
	{ "names",			make_names },
	{ "hugetlb file",		make_hugetlb_file },
	{ "tmpfs files",		make_tmpfs_files },
	{ "huge tmpfs file",		make_huge_tmpfs_file },
	{ "memfd",			make_memfd },
	{ "SysV segment",		make_sysv_segment },
	{ "shared mapping",		make_shared_mapping },
	{ "anon left behind",		make_anon_left_behind },
	{ "mlocked huge page",		make_mlocked_huge_page },
	{ "mlocked huge page, sockets",	make_mlocked_huge_page_and_sockets },
	{ "swapped out",		make_swapped_out },
	{ "ext4 writer",		make_ext4_writer },
	{ "xfs file",			make_xfs_file },
	{ "btrfs file",			make_btrfs_file },
	{ "btrfs metadata",		make_btrfs_metadata },
	{ "sockets",			make_sockets },
	{ "unaccepted connection",	make_unaccepted_connection },
	{ "mapped socket",		make_mapped_socket },
	{ "network namespace",		make_network_namespace },
	{ "fsnotify groups",		make_fsnotify_groups },
	{ "passed files",		make_passed_files },
	{ "registered files",		make_registered_files },
	{ "unreaped tasks",		make_unreaped_tasks },
	{ "cgroup namespaces",		make_cgroup_namespaces },
	{ "dirty inodes",		make_dirty_inodes },
	{ "left mms",			make_left_mms },
	{ "nested",			make_nested },
	{ "nested, formerly charged",	make_nested_former },
	{ "unhooked",			make_unhooked },
	{ "open directory",		make_open_directory },
	{ "online",			make_online },
	{ "users",			make_users },
	{ "stocks",			make_stocks },	/* whoever is started later would inherit its pipes */
};

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

void mount_disk(const char *serial, const char *where, const char *type)
{
	const char *name = disk(serial);

	if (!name)
		die("no disk %s", serial);
	make_dirs(where);
	if (mount(text("/dev/%s", name), where, type, MS_NOATIME, NULL))
		die("mount %s on %s", name, where);
}

long huge_page(void)
{
	return atol(read_text("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size"));
}

/* The initramfs names the modules in the order in which they load. */
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

static void mount_new(const char *type, const char *where, const char *options)
{
	make_dirs(where);
	if (mount(type, where, type, 0, options))
		die("mount %s on %s", type, where);
}

static void choose_lru_gen(void)
{
	const char *wanted = option("lru_gen", NULL), *enabled = "/sys/kernel/mm/lru_gen/enabled";

	if (wanted)
		write_text(enabled, *wanted == '1' ? "7" : "0");
	printf("ZM lru_gen enabled=%ld\n", access(enabled, R_OK) ? 0 : strtol(read_text(enabled), NULL, 16));
}

static void make_holders(void)
{
	mount_cgroups();
	mount_disk("main", "/mnt", "ext4");
	for (size_t i = 0; i < ARRAY_SIZE(holders); i++) {
		printf("ZM make %s\n", holders[i].name);
		fflush(stdout);
		holders[i].make();
	}
	measure_groups();
	check_truth();
	remove_groups();
	fill_stocks();
}

int main(void)
{
	mount_new("devtmpfs", "/dev", NULL);
	if (!freopen("/dev/console", "w", stdout))
		die("console");
	mount_new("proc", "/proc", NULL);
	mount_new("sysfs", "/sys", NULL);
	write_text("/proc/sys/kernel/printk", "1");
	load_modules();
	choose_lru_gen();
	if (option("many", NULL)) {
		make_many(atol(option("many", NULL)));
	} else if (option("templates", NULL)) {
		make_templates(atol(option("templates", NULL)));
	} else {
		if (strcmp(option("cgroup", "v2"), "none"))
			make_holders();
		print_truth(0);
		follow_advice();
	}
	printf("ZM done\n");
	fflush(stdout);
	for (;;)
		pause();
}
