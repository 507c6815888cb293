// SPDX-License-Identifier: GPL-2.0-or-later
/* The cgroups: made from the root down, entered, measured while all of them live. */
#include <fcntl.h>
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

/* A hierarchy without the memory controller, as distributions have them: no group in it is ours, alive or dead. */
static void mount_beside(const char *where, const char *type, const char *options)
{
	make_dirs(where);
	if (mount("cgroup", where, type, 0, options))
		die("mount %s", where);
	make_dirs(text("%s/alive/child", where));
	make_dirs(text("%s/removed", where));
	if (open(text("%s/removed", where), O_RDONLY | O_DIRECTORY) < 0 || rmdir(text("%s/removed", where)))
		die("remove %s/removed", where);
}

void mount_cgroups(void)
{
	cgroup_v1 = !strcmp(option("cgroup", "v2"), "v1");
	if (!cgroup_v1) {
		/* The option is there since 6.7. */
		if (mount("cgroup2", hierarchy, "cgroup2", 0, "memory_hugetlb_accounting") &&
		    mount("cgroup2", hierarchy, "cgroup2", 0, NULL))
			die("mount cgroup2");
		return;
	}
	if (mount("tmpfs", hierarchy, "tmpfs", 0, NULL))
		die("mount %s", hierarchy);
	hierarchy = "/sys/fs/cgroup/memory";
	make_dirs(hierarchy);
	if (mount("cgroup", hierarchy, "cgroup", 0, "memory"))
		die("mount cgroup");
	mount_beside("/sys/fs/cgroup/systemd", "cgroup", "none,name=systemd");
	mount_beside("/sys/fs/cgroup/unified", "cgroup2", NULL);
}

char *group_file(const struct group *g, const char *name)
{
	static char *buffers[4];
	static int next;

	next = (next + 1) % ARRAY_SIZE(buffers);
	free(buffers[next]);
	return buffers[next] = text("%s%s/%s", hierarchy, g ? g->path : "", name);
}

static struct group *find_group(const char *path)
{
	for (int i = 0; i < group_count; i++)
		if (!strcmp(groups[i].path, path))
			return &groups[i];
	return NULL;
}

/*
 * The kernel says no while a process is inside: since 6.19 one leaves with its CPU's next switch, when its parent knows
 * already that it ended.
 */
static void offer_controllers(const struct group *parent)
{
	const char *wanted = "+memory +io";

	for (int tries = 0; tries < 100; tries++) {
		if (try_write_text(group_file(parent, "cgroup.subtree_control"), wanted))
			return;
		pause_ms(10);
	}
	write_text(group_file(parent, "cgroup.subtree_control"), wanted);
}

struct group *group(const char *path, enum fate fate)
{
	struct group *parent = NULL, *g = find_group(path);
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (g)
		return g;
	if (slash > path)
		parent = group(text("%.*s", (int)(slash - path), path), STAYS);
	if (!cgroup_v1)
		offer_controllers(parent);
	if (group_count == MAX_GROUPS)
		die("more than %d groups", MAX_GROUPS);
	g = &groups[group_count++];
	*g = (struct group){ .path = strdup(path), .parent = parent, .fate = fate, .made = time(NULL) };
	if (mkdir(group_file(g, ""), 0755) || stat(group_file(g, ""), &st))
		die("mkdir %s", path);
	g->inode = st.st_ino;
	return g;
}

void enter(const struct group *g)
{
	write_text(group_file(g, "cgroup.procs"), "0");
}

void leave(void)
{
	write_text(group_file(NULL, "cgroup.procs"), "0");
}

/* Its ancestors lose their last process with it, those that stay aside. */
static void note_leaving(struct group *g)
{
	for (; g; g = g->parent)
		g->left = time(NULL);
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

void run_in(struct group *g, void (*work)(void *), void *arg)
{
	run(enter_and_work, &(struct errand){ g, work, arg });
	note_leaving(g);
}

void open_in(struct group *g, void (*work)(void *), void *arg)
{
	run_sharing_files(enter_and_work, &(struct errand){ g, work, arg });
	note_leaving(g);
}

static long number_in(const struct group *g, const char *name)
{
	return access(group_file(g, name), R_OK) ? 0 : atol(read_text(group_file(g, name)));
}

/* memory.memsw on v1 counts both memory and swap. */
static long swapped(const struct group *g)
{
	if (cgroup_v1)
		return number_in(g, "memory.memsw.usage_in_bytes") - number_in(g, "memory.usage_in_bytes");
	return number_in(g, "memory.swap.current");
}

void measure_groups(void)
{
	drain();
	take_census();
	find_maps();
	for (int i = 0; i < group_count; i++)
		groups[i].own.swap += swapped(&groups[i]) / PAGE;
	/* On v2 a cgroup's numbers hold its children's too: a child is behind its parent in the table. */
	for (int i = 0; i < group_count && !cgroup_v1; i++)
		if (groups[i].parent)
			groups[i].parent->own.swap -= swapped(&groups[i]) / PAGE;
}
