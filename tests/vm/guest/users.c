// SPDX-License-Identifier: GPL-2.0-or-later
/* Who has files open or mapped: of each task of the machine, what the kernel itself says in /proc. */
#include <dirent.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "zm.h"

#define MAX_KNOWN 2048
#define MAX_THREADS 16

/* A file as stat() tells it from others, and as the report shows it. */
static struct known {
	dev_t device;
	ino_t inode;	/* 0: a block device */
	const char *shown;
} all_known[MAX_KNOWN];
static int known_count;

/* What one task has of one file. */
static struct use {
	char open[512], mapped[6];
	long mapped_kb;		/* that are in memory */
} uses[MAX_KNOWN];

static void add_known(dev_t device, ino_t inode, const char *shown)
{
	if (known_count == MAX_KNOWN)
		die("more than %d files", MAX_KNOWN);
	all_known[known_count++] = (struct known){ device, inode, strdup(shown) };
}

void known_as(const char *path, const char *shown)
{
	struct stat st;

	if (stat(path, &st))
		die("stat %s", path);
	if (S_ISBLK(st.st_mode))
		add_known(st.st_rdev, 0, shown);
	else
		add_known(st.st_dev, st.st_ino, shown);
}

void known_by_descriptor(int fd, const char *shown)
{
	known_as(text("/proc/self/fd/%d", fd), shown);
}

void known_if_there(const char *shown)
{
	char *path = unescaped(shown);
	struct stat st;

	if (*path == '/' && !stat(path, &st))
		add_known(st.st_dev, st.st_ino, shown);
	free(path);
}

/* One file can be known in two ways: its uses are the first one's. */
static struct use *use_of(dev_t device, ino_t inode)
{
	for (int i = 0; i < known_count; i++) {
		if (all_known[i].device != device || all_known[i].inode != inode)
			continue;
		for (int first = 0; ; first++)
			if (!strcmp(all_known[first].shown, all_known[i].shown))
				return &uses[first];
	}
	return NULL;
}

struct line {
	unsigned long start, end, inode;
	unsigned int major, minor;
	char access[5];
};

static bool read_line(const char *text, struct line *line)
{
	return sscanf(text, "%lx-%lx %4s %*x %x:%x %lu", &line->start, &line->end, line->access, &line->major, &line->minor,
		      &line->inode) == 6;
}

void known_by_mapping(const void *memory, const char *shown)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char text[8192];
	struct line line;

	while (maps && fgets(text, sizeof(text), maps))
		if (read_line(text, &line) && line.start <= (unsigned long)memory && (unsigned long)memory < line.end) {
			add_known(makedev(line.major, line.minor), line.inode, shown);
			fclose(maps);
			return;
		}
	die("no mapping of %s", shown);
}

/* Of all mappings of a file: what any of them may. */
static void add_access(char *mapped, const char *access)
{
	if (!*mapped)
		strcpy(mapped, "---p");
	for (int i = 0; i < 3; i++)
		if (access[i] != '-')
			mapped[i] = access[i];
	if (access[3] == 's')
		mapped[3] = 's';
}

/* False for a task without memory: it has ended. */
static bool look_at_mappings(const char *task)
{
	FILE *smaps = fopen(text("%s/smaps", task), "r");
	struct use *use = NULL;
	bool some = false;
	char text[8192];
	struct line line;
	long kb;

	while (smaps && fgets(text, sizeof(text), smaps)) {
		some = true;
		if (read_line(text, &line)) {
			use = line.inode ? use_of(makedev(line.major, line.minor), line.inode) : NULL;
			if (use)
				add_access(use->mapped, line.access);
		} else if (use && sscanf(text, "Rss: %ld", &kb) == 1) {
			use->mapped_kb += kb;
		} else if (use && !strncmp(text, "VmFlags:", 8) && strstr(text, " lo")) {
			use->mapped[4] = 'L';
		}
	}
	if (smaps)
		fclose(smaps);
	return some;
}

static const char *access_of(const char *task, const char *fd)
{
	static const char *const letters[] = { "r", "w", "u", "" };
	const char *flags = strstr(read_text(text("%s/fdinfo/%s", task, fd)), "flags:");
	unsigned long value;

	if (!flags)
		die("no flags of %s/fd/%s", task, fd);
	value = strtoul(flags + strlen("flags:"), NULL, 8);
	return value & O_PATH ? "" : letters[value & O_ACCMODE];
}

static void look_at_descriptors(const char *task)
{
	DIR *directory = opendir(text("%s/fd", task));
	struct dirent *entry;
	struct stat st;

	while (directory && (entry = readdir(directory))) {
		struct use *use;

		if (*entry->d_name == '.' || stat(text("%s/fd/%s", task, entry->d_name), &st))
			continue;
		use = S_ISBLK(st.st_mode) ? use_of(st.st_rdev, 0) : use_of(st.st_dev, st.st_ino);
		if (use)
			snprintf(use->open + strlen(use->open), sizeof(use->open) - strlen(use->open), "%s%s%s",
				 *use->open ? "," : "", entry->d_name, access_of(task, entry->d_name));
	}
	if (directory)
		closedir(directory);
}

static void print_uses(int pid, const char *task)
{
	char *comm = strdup(read_text(text("%s/comm", task)));

	comm[strcspn(comm, "\n")] = '\0';
	for (int i = 0; i < known_count; i++) {
		const struct use *use = &uses[i];

		if (*use->open || *use->mapped)
			printf("ZM user pid=%d open=%s mapped=%s mapped_kb=%ld comm=%s path=%s\n", pid, *use->open ? use->open : "-",
			       *use->mapped ? use->mapped : "-", use->mapped_kb, *comm ? escaped(comm) : "-", all_known[i].shown);
	}
	memset(uses, 0, sizeof(uses));
	free(comm);
}

static bool shares_descriptors(int task, const int *others, int count)
{
	for (int i = 0; i < count; i++) {
		const long order = syscall(SYS_kcmp, task, others[i], KCMP_FILES, 0, 0);

		if (order < 0)
			die("kcmp");
		if (!order)
			return true;
	}
	return false;
}

/* The first that has them stands for all threads of a process. */
static void look_at_process(int pid)
{
	DIR *threads = opendir(text("/proc/%d/task", pid));
	int looked_at[MAX_THREADS], count = 0;
	bool mapped = false;
	struct dirent *entry;

	while (threads && (entry = readdir(threads))) {
		const int task = atoi(entry->d_name);
		const char *folder = text("/proc/%d/task/%d", pid, task);

		if (!task)
			continue;
		if (!shares_descriptors(task, looked_at, count))
			look_at_descriptors(folder);
		if (!mapped)
			mapped = look_at_mappings(folder);
		if (count == MAX_THREADS)
			die("more than %d threads", MAX_THREADS);
		looked_at[count++] = task;
		print_uses(task, folder);
	}
	if (threads)
		closedir(threads);
}

void print_users(void)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;

	while (processes && (entry = readdir(processes)))
		if (atoi(entry->d_name))
			look_at_process(atoi(entry->d_name));
	closedir(processes);
}
