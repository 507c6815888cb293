// SPDX-License-Identifier: GPL-2.0-or-later
/* The cgroups: made from the root down, measured while all of them live, removed from the leaves up. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zm.h"

#define MAX_GROUPS 1024

struct group groups[MAX_GROUPS];
int group_count;
bool cgroup_v1;
static const char *hierarchy = "/sys/fs/cgroup";

void mount_cgroups(void)
{
	cgroup_v1 = !strcmp(option("cgroup", "v2"), "v1");
	if (!cgroup_v1) {
		if (mount("cgroup2", hierarchy, "cgroup2", 0, NULL))
			die("mount cgroup2");
		return;
	}
	if (mount("tmpfs", hierarchy, "tmpfs", 0, NULL))
		die("mount %s", hierarchy);
	hierarchy = "/sys/fs/cgroup/memory";
	make_dirs(hierarchy);
	if (mount("cgroup", hierarchy, "cgroup", 0, "memory"))
		die("mount cgroup");
}

static char *file_of(const char *group_path, const char *name)
{
	static char *buffers[4];
	static int next;

	next = (next + 1) % ARRAY_SIZE(buffers);
	free(buffers[next]);
	return buffers[next] = text("%s%s/%s", hierarchy, group_path, name);
}

char *group_file(const struct group *g, const char *name)
{
	return file_of(g ? g->path : "", name);
}

static struct group *find_group(const char *path)
{
	for (int i = 0; i < group_count; i++)
		if (!strcmp(groups[i].path, path))
			return &groups[i];
	return NULL;
}

struct group *group(const char *path, enum fate fate)
{
	struct group *parent = NULL, *g = find_group(path);
	const char *slash = strrchr(path, '/');

	if (g)
		return g;
	if (slash > path)
		parent = group(text("%.*s", (int)(slash - path), path), STAYS);
	if (!cgroup_v1)
		write_text(group_file(parent, "cgroup.subtree_control"), "+memory +io");
	if (group_count == MAX_GROUPS)
		die("more than %d groups", MAX_GROUPS);
	g = &groups[group_count++];
	*g = (struct group){ .path = strdup(path), .parent = parent, .fate = fate, .refs = UNKNOWN };
	if (mkdir(group_file(g, ""), 0755))
		die("mkdir %s", path);
	return g;
}

void enter(const struct group *g)
{
	write_text(group_file(g, "cgroup.procs"), "0");
}

void leave(void)
{
	write_text(file_of("", "cgroup.procs"), "0");
}

struct errand {
	const struct group *group;
	void (*work)(void *);
	void *arg;
};

static void enter_and_work(void *arg)
{
	struct errand *errand = arg;

	enter(errand->group);
	errand->work(errand->arg);
}

void run_in(const struct group *g, void (*work)(void *), void *arg)
{
	run(enter_and_work, &(struct errand){ g, work, arg });
}

long number_after(const char *stat, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = stat; line; line = (line = strchr(line, '\n')) ? line + 1 : NULL)
		if (!strncmp(line, key, length) && line[length] == ' ')
			return atol(line + length);
	return 0;
}

/* Reading cpu.stat brings the per-CPU counts together; memory.stat alone does so only now and then (since 5.13). */
const char *memory_stat(const struct group *g)
{
	if (!cgroup_v1)
		read_text(group_file(g, "cpu.stat"));
	return read_text(group_file(g, "memory.stat"));
}

static struct usage measure(const struct group *g)
{
	const char *stat = memory_stat(g);
	struct usage usage;

	usage = (struct usage){
		.file = number_after(stat, cgroup_v1 ? "cache" : "file") - number_after(stat, "shmem"),
		.shmem = number_after(stat, "shmem"),
		.anon = number_after(stat, cgroup_v1 ? "rss" : "anon"),
		.unevictable = number_after(stat, "unevictable"),
		.swap = number_after(stat, "swap"),
	};
	if (!cgroup_v1)
		usage.swap = access(group_file(g, "memory.swap.current"), R_OK) ? 0 :
			     atol(read_text(group_file(g, "memory.swap.current")));
	for (long *bytes = (long *)&usage; bytes < (long *)(&usage + 1); bytes++)
		*bytes /= PAGE;
	return usage;
}

/* On v2 a cgroup's numbers hold its children's too. */
static void subtract(struct usage *from, const struct usage *what)
{
	from->file -= what->file;
	from->shmem -= what->shmem;
	from->anon -= what->anon;
	from->unevictable -= what->unevictable;
	from->swap -= what->swap;
}

void measure_groups(void)
{
	static struct usage total[MAX_GROUPS];

	drain();
	for (int i = 0; i < group_count; i++)
		groups[i].own = total[i] = measure(&groups[i]);
	for (int i = 0; i < group_count && !cgroup_v1; i++)
		if (groups[i].parent)
			subtract(&groups[i].parent->own, &total[i]);
}

static void remove_group(struct group *g, bool dated)
{
	const char *directory = group_file(g, "");

	/* Only a directory whose owner was ever set remembers times. */
	if (dated && chown(directory, 0, 0))
		die("chown %s", directory);
	if (rmdir(directory))
		die("rmdir %s", directory);
	if (dated)
		g->removed = time(NULL);
}

static long dying_cgroups(void)
{
	return cgroup_v1 ? UNKNOWN : number_after(read_text(file_of("", "cgroup.stat")), "nr_dying_descendants");
}

/* Offline and release are the work of kernel threads. */
static void wait_for_dying(long expected)
{
	for (int tries = 0; tries < 100 && dying_cgroups() != expected; tries++) {
		drain();
		pause_ms(100);
	}
	if (!cgroup_v1 && dying_cgroups() != expected)
		printf("ZM FAIL %ld dying cgroups instead of %ld\n", dying_cgroups(), expected);
}

void remove_groups(void)
{
	int removed = 0, held = 0;

	for (int i = group_count - 1; i >= 0; i--) {
		struct group *g = &groups[i];

		if (g->fate == UNHOOKED)
			write_text(group_file(g->parent, "cgroup.subtree_control"), "-io -memory");
		if (g->fate != DIES && g->fate != GOES)
			continue;
		remove_group(g, removed % 2);
		held += g->fate == DIES;
		/* Ages shall differ by more than their error. */
		if (++removed == 100)
			pause_ms(4000);
	}
	wait_for_dying(held);
	drain();
}
