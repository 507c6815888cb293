// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * zm.templates=N: so many zombies of six templates of cgroup paths, held by the pages of 40 files that all of them
 * share: whoever reads a page first has it. All live at the same time, so that the kernel can be asked what each has.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "templates.h"

/* Holes, but for the last four, which are memory: nothing is read from the disk. */
struct held_file files[FILES] = {
	{ .path = "/mnt/var/log/wtmp" },
	{ .path = "/mnt/var/log/lastlog" },
	{ .path = "/mnt/etc/passwd" },
	{ .path = "/mnt/etc/group" },
	{ .path = "/mnt/etc/profile" },
	{ .path = "/mnt/usr/bin/bash" },
	{ .path = "/mnt/usr/bin/vim" },
	{ .path = "/mnt/usr/share/terminfo/xterm" },

	{ .path = "/mnt/var/log/syslog" },
	{ .path = "/mnt/var/lib/dpkg/status" },
	{ .path = "/mnt/var/lib/logrotate/status" },
	{ .path = "/mnt/var/cache/man/index.db" },
	{ .path = "/mnt/usr/bin/find" },
	{ .path = "/mnt/usr/bin/gzip" },
	{ .path = "/mnt/usr/bin/python3" },

	{ .path = "/mnt/var/log/auth.log" },
	{ .path = "/mnt/var/log/btmp" },
	{ .path = "/mnt/etc/ssh/moduli" },
	{ .path = "/mnt/etc/ssh/sshd_config" },
	{ .path = "/mnt/usr/lib/libcrypto.so.3" },
	{ .path = "/mnt/usr/sbin/sshd" },

	{ .path = "/mnt/var/lib/docker/app/server.jar" },
	{ .path = "/mnt/var/lib/docker/app/libjvm.so" },
	{ .path = "/mnt/var/lib/docker/app/index.html" },
	{ .path = "/mnt/var/lib/docker/base/libc.so.6" },
	{ .path = "/mnt/var/lib/docker/base/ca-certificates.crt" },
	{ .path = "/mnt/var/lib/docker/base/tzdata.zi" },

	{ .path = "/mnt/usr/bin/pause" },
	{ .path = "/mnt/opt/cni/bin/bridge" },
	{ .path = "/mnt/opt/cni/bin/portmap" },

	{ .path = "/mnt/var/lib/containerd/base/libc.so.6" },
	{ .path = "/mnt/var/lib/containerd/base/os-release" },
	{ .path = "/mnt/var/lib/containerd/app/main" },
	{ .path = "/mnt/var/lib/containerd/app/assets.bin" },
	{ .path = "/mnt/var/lib/containerd/app/model.onnx" },
	{ .path = "/mnt/var/log/pods/access.log" },

	{ .path = "/mnt/run/utmp" },
	{ .path = "/mnt/run/metrics" },
	{ .path = "/mnt/run/secrets" },
	{ .path = "[memfd ring]" },
};

struct zombie *zombies;
long zombie_count;
static struct zombie *pods;
static long pod_count;

/* A new one, with this in the place of its dashes. */
static char *uuid(const char *mark)
{
	char *words = strdup(read_text("/proc/sys/kernel/random/uuid")), *id = "";

	for (char *word = strtok(words, "-\n"); word; word = strtok(NULL, "-\n"))
		id = text("%s%s%s", id, *id ? mark : "", word);
	return id;
}

static char *session(long n)
{
	return text("/user.slice/user-%ld.slice/session-%s%ld.scope", 1000 + n % 12, n % 7 ? "" : "c", n);
}

static char *transient(long n)
{
	(void)n;
	return text("/system.slice/run-r%s.scope", uuid(""));
}

static char *connection(long n)
{
	return text("/system.slice/system-sshd.slice/sshd@%ld-10.0.2.15:22-10.0.2.2:%ld.service", n, 32768 + n);
}

static char *docker(long n)
{
	(void)n;
	return text("/system.slice/docker-%s%s.scope", uuid(""), uuid(""));
}

static char *pod(long n)
{
	(void)n;
	return text("/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod%s.slice", uuid("_"));
}

static char *container(long n)
{
	return text("%s/cri-containerd-%s%s.scope", pods[n % pod_count].group.path, uuid(""), uuid(""));
}

#define PODS "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod*.slice"

const struct template templates[TEMPLATES] = {
	{ "/user.slice/user-*.slice/session-*.scope", session, 36, 0, 8, 2 },
	{ "/system.slice/run-r*.scope", transient, 20, 8, 7, 1 },
	{ "/system.slice/system-sshd.slice/sshd@*.service", connection, 14, 15, 6, 1 },
	{ "/system.slice/docker-*.scope", docker, 13, 21, 6, 0 },
	[POD] = { PODS, pod, 6, 27, 3, 5 },
	[CONTAINER] = { PODS "/cri-containerd-*.scope", container, 11, 30, 6, 3 },
};

static void open_file(struct held_file *file)
{
	if (file == &files[RING]) {
		file->fd = memfd_create("ring", 0);
	} else {
		make_dirs(text("%.*s", (int)(strrchr(file->path, '/') - file->path), file->path));
		file->fd = open(file->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	}
	if (file->fd < 0 || ftruncate(file->fd, 3 * zombie_count * PAGE) ||
	    posix_fadvise(file->fd, 0, 0, POSIX_FADV_RANDOM))
		die("make %s", file->path);
}

static void open_files(void)
{
	make_dirs("/mnt/run");
	if (mount("tmpfs", "/mnt/run", "tmpfs", 0, NULL))
		die("mount tmpfs");
	for (int i = 0; i < FILES; i++)
		open_file(&files[i]);
	if (unlink(files[ROTATED].path))
		die("unlink");
	files[ROTATED].path = deleted(files[ROTATED].path);
}

/* The next pages that nobody has. */
static void take(struct zombie *z, int number, int npages)
{
	struct held_file *file = &files[number];
	char byte;

	if (number >= IN_MEMORY)
		fill_pages(file->fd, file->used, npages);
	for (int i = 0; i < npages; i++)
		if (pread(file->fd, &byte, 1, (file->used + i) * PAGE) != 1)
			die("read %s", file->path);
	file->used += npages;
	z->cause.pages[number] += npages;
	if (z->pod)
		z->pod->cause.below[number] = true;
}

static void take_pages(struct zombie *z, long n)
{
	const struct template *template = &templates[z->cause.template];
	const int memory = IN_MEMORY + n % (FILES - IN_MEMORY);
	const int rare = template->file + 1 + n / 10 % (template->files - 1);
	const int second = template->file + 1 + (n / 10 + 1) % (template->files - 1);

	if (z->cause.template == POD && n % 3)
		return;		/* has its containers alone */
	if (n % 101 == 100) {
		take(z, memory, 2);
		return;
	}
	take(z, n % 10 == 9 ? rare : template->file, 1 + n % 3);
	if (n % 11 == 10)
		take(z, second, 1);
	if (n % 53 == 52)
		take(z, memory, 2);
}

static int open_processes(const struct group *g)
{
	int fd = open(group_file(g, "cgroup.procs"), O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		die("open %s", g ? g->path : "root");
	return fd;
}

static void move_to(int processes)
{
	if (write(processes, "0", 1) != 1)
		die("enter");
}

/* Whatever else needs memory is done outside. */
static void hold_inside(struct zombie *z, long n)
{
	static int root = -1;
	int inside = open_processes(&z->group);

	if (root < 0)
		root = open_processes(NULL);
	move_to(inside);
	take_pages(z, n);
	move_to(root);
	close(inside);
	z->group.left = time(NULL);
	if (z->pod)
		z->pod->group.left = z->group.left;
}

static void hand_on_memory(const struct group *g)
{
	write_text(group_file(g, "cgroup.subtree_control"), "+memory");
}

/* Who lives around the zombie. */
static void make_surroundings(const char *path)
{
	const int before = group_count;
	const struct group *around = group(text("%.*s", (int)(strrchr(path, '/') - path), path), STAYS);

	if (group_count > before)
		hand_on_memory(around);
}

static void make_zombie(struct zombie *z, int template, long n)
{
	struct stat st;

	z->cause.template = template;
	z->group.path = templates[template].path(n);
	if (template == CONTAINER) {
		z->pod = &pods[n % pod_count];
		z->pod->cause.children++;
	} else {
		make_surroundings(z->group.path);
	}
	if (mkdir(group_file(&z->group, ""), 0755) || stat(group_file(&z->group, ""), &st))
		die("mkdir %s", z->group.path);
	z->group.inode = st.st_ino;
	hold_inside(z, n);
	/* From now on no process can enter. */
	if (template == POD)
		hand_on_memory(&z->group);
}

static void make_zombies(void)
{
	struct zombie *next = zombies;

	for (int template = 0; template < TEMPLATES; template++) {
		const long count = zombie_count * templates[template].percent / 100;

		if (template == POD) {
			pods = next;
			pod_count = count;
		}
		for (long n = 0; n < count; n++)
			make_zombie(next++, template, n);
	}
	if (next != zombies + zombie_count)
		die("%ld zombies are no percentages", zombie_count);
}

/* Groups go offline in the order of their removal: one that nothing holds is gone when all the others are offline. */
static void remove_zombies(void)
{
	struct group *last = group("/last", REMOVED);

	for (long i = zombie_count - 1; i >= 0; i--) {
		const int dated = templates[zombies[i].cause.template].dated;

		retire(&zombies[i].group, dated && !(i % dated));
	}
	retire(last, false);
	wait_for_dying(zombie_count);
}

static long percpu_kb(void)
{
	const char *found = strstr(read_text("/proc/meminfo"), "\nPercpu:");

	if (!found)
		die("no Percpu");
	return atol(found + strlen("\nPercpu:"));
}

/* What the removal frees goes behind grace periods, and unused pages by a work queue. */
static long settled_percpu_kb(void)
{
	long before, now = percpu_kb();

	do {
		before = now;
		pause_ms(1000);
		now = percpu_kb();
	} while (now != before);
	return now;
}

void make_templates(long wanted)
{
	long percpu_before, percpu_after;

	zombie_count = wanted;
	zombies = calloc(wanted, sizeof(*zombies));
	if (!zombies)
		die("no memory");
	/* What this process touches for the first time inside a group would be the group's. */
	if (mlockall(MCL_CURRENT))
		die("mlockall");
	mount_cgroups();
	mount_disk("main", "/mnt", "ext4");
	open_files();
	percpu_before = settled_percpu_kb();
	make_zombies();
	check_causes();
	remove_zombies();
	percpu_after = settled_percpu_kb();
	print_truth(zombie_count);
	print_causes();
	printf("ZM percpu before=%ld after=%ld\n", percpu_before, percpu_after);
}
