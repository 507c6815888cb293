// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which processes map pages that are charged to which cgroup: of each process of the machine, what the kernel itself says in
 * /proc/PID/pagemap, and of each page in /proc/kpagecgroup. Before the cgroups are removed: then these are the parent's there.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "zm.h"

#define MAX_MAPS 1024

/* Of /proc/PID/pagemap: Documentation/admin-guide/mm/pagemap.rst. */
#define PRESENT (1ULL << 63)
#define FRAME	((1ULL << 55) - 1)

#define AT_ONCE 512

static struct map {
	const struct group *group;
	pid_t pid;
	const char *type, *comm;
} maps[MAX_MAPS];
static int map_count;

/* The tables of all pages; a tail is its head's. */
static struct table owners, flags;

static void read_tables(void)
{
	owners = read_table("/proc/kpagecgroup");
	flags = read_table("/proc/kpageflags");
	for (size_t page = 1; page < owners.count && page < flags.count; page++) {
		if (!is_tail_page(flags.words[page]))
			continue;
		owners.words[page] = owners.words[page - 1];
		flags.words[page] = flags.words[page - 1];
	}
}

static const struct group *owner_of(uint64_t frame)
{
	const ino_t inode = frame < owners.count && frame < flags.count ? owners.words[frame] : 0;

	for (int i = 0; inode && i < group_count; i++)
		if (groups[i].inode == inode)
			return &groups[i];
	return NULL;
}

static const char *name_of(pid_t pid)
{
	char *comm = strdup(read_text(text("/proc/%d/comm", pid)));

	comm[strcspn(comm, "\n")] = '\0';
	return comm;
}

static void note(pid_t pid, const struct group *g, const char *type)
{
	for (int i = map_count - 1; i >= 0 && maps[i].pid == pid; i--)
		if (maps[i].group == g && maps[i].type == type)
			return;
	if (map_count == MAX_MAPS)
		die("more than %d maps", MAX_MAPS);
	maps[map_count++] = (struct map){ g, pid, type, name_of(pid) };
}

static void look_at_entry(pid_t pid, uint64_t entry)
{
	const struct group *g = entry & PRESENT ? owner_of(entry & FRAME) : NULL;

	if (g)
		note(pid, g, type_of_page(flags.words[entry & FRAME]));
}

static void look_at_range(pid_t pid, int pagemap, unsigned long first, unsigned long count)
{
	uint64_t entries[AT_ONCE];

	for (unsigned long done = 0; done < count; done += AT_ONCE) {
		const size_t wanted = count - done < AT_ONCE ? count - done : AT_ONCE;
		const ssize_t got = pread(pagemap, entries, wanted * sizeof(*entries), (first + done) * sizeof(*entries));

		for (ssize_t i = 0; i < got / (ssize_t)sizeof(*entries); i++)
			look_at_entry(pid, entries[i]);
	}
}

/* False for one without memory: it has ended. */
static bool look_at_task(pid_t pid, const char *task)
{
	FILE *lines = fopen(text("%s/maps", task), "r");
	const int pagemap = open(text("%s/pagemap", task), O_RDONLY | O_CLOEXEC);
	unsigned long start, end;
	char line[8192];
	bool some = false;

	while (lines && pagemap >= 0 && fgets(line, sizeof(line), lines)) {
		if (sscanf(line, "%lx-%lx", &start, &end) != 2 || strstr(line, "[vsyscall]"))
			continue;
		some = true;
		look_at_range(pid, pagemap, start / PAGE, (end - start) / PAGE);
	}
	if (lines)
		fclose(lines);
	if (pagemap >= 0)
		close(pagemap);
	return some;
}

/* Threads have one memory: the first that has it tells, where the process's own first thread has ended. */
static void look_at_process(pid_t pid)
{
	DIR *threads = opendir(text("/proc/%d/task", pid));
	struct dirent *entry;
	bool done = false;

	while (threads && !done && (entry = readdir(threads)))
		done = *entry->d_name != '.' && look_at_task(pid, text("/proc/%d/task/%s", pid, entry->d_name));
	if (threads)
		closedir(threads);
}

void find_maps(void)
{
	DIR *directory = opendir("/proc");

	if (!directory)
		die("open /proc");
	read_tables();
	map_count = 0;
	for (struct dirent *entry; (entry = readdir(directory));)
		if (atoi(entry->d_name) > 0)
			look_at_process(atoi(entry->d_name));
	closedir(directory);
	free(owners.words);
	free(flags.words);
}

/* Where pages leave a removed group, no mapping holds one. */
static bool counts(const struct map *map)
{
	return map->group->held && kernel_before(7, 1);
}

bool maps_pages_of_zombies(pid_t pid)
{
	for (int i = 0; i < map_count; i++)
		if (maps[i].pid == pid && counts(&maps[i]) && strcmp(maps[i].type, "shmem") != 0)
			return true;
	return false;
}

void print_maps(void)
{
	for (int i = 0; i < map_count; i++)
		if (counts(&maps[i]))
			printf("ZM maps pid=%d type=%s comm=%s path=%s\n", maps[i].pid, maps[i].type,
			       *maps[i].comm ? escaped(maps[i].comm) : "-", escaped(maps[i].group->path));
}
