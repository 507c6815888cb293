// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What zmemcg -s advises, done, one action after the other: zm.follow=1. Behind the truth, which tells of the time before.
 * The kernel says itself which cgroups went with each: the tracepoint cgroup_release is where it forgets one.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "zm.h"

/* include/uapi/linux/magic.h */
#define TMPFS	0x01021994
#define NSFS	0x6e736673
#define SOCKFS	0x534f434b
#define ANON_INODES 0x09041934	/* inotify, fanotify, io_uring */
#define CGROUP1	0x0027e0eb
#define CGROUP2	0x63677270

#define MAX_NAMESPACES 8

/* Mount namespaces of tasks that ended: with them filesystems would go, which is no advice for these. */
static int mount_namespaces[MAX_NAMESPACES];
static int namespace_count;

static void remove_segments(void)
{
	struct shm_info info;
	struct shmid_ds segment;
	const int last = shmctl(0, SHM_INFO, (void *)&info);

	for (int i = 0; i <= last; i++) {
		const int id = shmctl(i, SHM_STAT, &segment);

		if (id >= 0 && shmctl(id, IPC_RMID, NULL))
			die("ipcrm %d", id);
	}
}

static bool is_advised(int fd)
{
	struct statfs fs;
	struct stat st;

	for (int i = 0; i < namespace_count; i++)
		if (fd == mount_namespaces[i])
			return false;

	if (fstatfs(fd, &fs) || fstat(fd, &st))
		die("descriptor %d", fd);
	switch (fs.f_type) {
	case SOCKFS:
	case ANON_INODES:
	case NSFS:
		return true;
	case TMPFS:
		return !st.st_nlink;
	case CGROUP1:
	case CGROUP2:
		return S_ISREG(st.st_mode);	/* opened from within a namespace */
	default:
		/* Later its writeback is handed on, be it in use or not. */
		return kernel_before(5, 14) && S_ISDIR(st.st_mode) && st.st_ino == opened_inode;
	}
}

static void close_own(void)
{
	for (int fd = STDERR_FILENO + 1; fd < sysconf(_SC_OPEN_MAX); fd++) {
		if (fcntl(fd, F_GETFD) >= 0 && is_advised(fd))
			close(fd);
	}
}

static void truncate_files(void)
{
	static const char *const paths[] = { "/mnt/tmpfs/file", "/mnt/hugetmpfs/file", "/mnt/ramfs/file",
					     "/mnt/splicedfs/file", "/mnt/hugetlb/file" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (truncate(paths[i], 0) && errno != ENOENT)
			die("truncate %s", paths[i]);
}

/* Each line but the first begins with a device. */
static void swap_off(void)
{
	char *swaps = strdup(read_text("/proc/swaps"));

	strtok(swaps, "\n");
	for (char *line; (line = strtok(NULL, "\n"));) {
		line[strcspn(line, " \t")] = '\0';
		if (swapoff(line))
			die("swapoff %s", line);
	}
	free(swaps);
}

/* Threads of the kernel are children of kthreadd, whose number is 2. */
static bool is_of_kernel(long pid)
{
	char *file = text("/proc/%ld/stat", pid);
	const char *state;

	if (access(file, R_OK))
		return true;	/* it ended meanwhile */
	state = strrchr(read_text(file), ')');
	return pid == 2 || !state || strtol(state + 4, NULL, 10) == 2;
}

static bool has_own_mounts(long pid)
{
	char own[64] = "", its[64] = "";

	return readlink("/proc/self/ns/mnt", own, sizeof(own) - 1) > 0 &&
	       readlink(text("/proc/%ld/ns/mnt", pid), its, sizeof(its) - 1) > 0 && strcmp(own, its) != 0;
}

static void keep_mounts(long pid)
{
	const int fd = open(text("/proc/%ld/ns/mnt", pid), O_RDONLY | O_CLOEXEC);

	if (fd < 0 || namespace_count == MAX_NAMESPACES)
		die("mount namespace of %ld", pid);
	mount_namespaces[namespace_count++] = fd;
}

/* Which of its lines in /proc/PID/maps is of memory that others have, too. drain() needs one of them. */
static bool is_shared(const char *line, unsigned long *start, unsigned long *end)
{
	char flags[5];

	return sscanf(line, "%lx-%lx %4s", start, end, flags) == 3 && flags[3] == 's' && !strstr(line, "/mnt/mapped");
}

/* Of no file that has a name: its pages stay as long as it is mapped, whoever has entries of them. */
static bool maps_nameless(const char *task)
{
	unsigned long start, end;
	char line[4352];
	FILE *maps = fopen(text("%s/maps", task), "r");
	bool found = false;

	while (maps && !found && fgets(line, sizeof(line), maps))
		found = is_shared(line, &start, &end) && strstr(line, " (deleted)");
	if (maps)
		fclose(maps);
	return found;
}

/* A process whose first thread has ended maps what the others do. */
static bool any_maps_nameless(long pid)
{
	DIR *threads = opendir(text("/proc/%ld/task", pid));
	struct dirent *entry;
	bool found = false;

	while (threads && !found && (entry = readdir(threads)))
		found = *entry->d_name != '.' && maps_nameless(text("/proc/%ld/task/%s", pid, entry->d_name));
	if (threads)
		closedir(threads);
	return found;
}

/*
 * Those that are named: what they have holds a group, they have its pages in their page tables, or they map a file without a name, as this
 * process did before it began them. Where pages leave a removed group, no mapping holds one.
 */
static bool is_named(long pid)
{
	return is_to_end(pid) || maps_pages_of_zombies(pid) || (kernel_before(7, 1) && any_maps_nameless(pid));
}

static bool is_any(long pid)
{
	(void)pid;
	return true;
}

static void kill_tasks(bool (*is_wanted)(long pid))
{
	DIR *directory = opendir("/proc");

	if (!directory)
		die("open /proc");
	for (struct dirent *entry; (entry = readdir(directory));) {
		const long pid = atol(entry->d_name);

		if (pid <= 1 || is_of_kernel(pid) || !is_wanted(pid))
			continue;
		if (has_own_mounts(pid))
			keep_mounts(pid);
		kill(pid, SIGKILL);
	}
	closedir(directory);
}

/* The first process can't end, but let go of what it maps, as if it did. */
void unmap_shared(void)
{
	char *maps = strdup(read_text("/proc/self/maps"));
	unsigned long start, end;

	for (char *line = strtok(maps, "\n"); line; line = strtok(NULL, "\n"))
		if (is_shared(line, &start, &end) && munmap((void *)start, end - start))
			die("unmap");
	free(maps);
}

/* Their parent, this process, asks how they ended. */
static void end(bool (*is_wanted)(long pid))
{
	kill_tasks(is_wanted);
	for (int tries = 0; tries < 20; tries++) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		pause_ms(50);
	}
}

/*
 * The other processes have theirs from this one, and close them by ending. All but those that are advised stay: of a
 * device, a mount, a directory of cgroupfs.
 */
static void close_descriptors(void)
{
	end(is_any);
	close_own();
}

static void end_tasks(void)
{
	end(is_named);
	unmap_shared();
}

/* Which of them such a namespace has depends on when it was made. */
static void unmount_there(void *fd)
{
	if (setns(*(int *)fd, CLONE_NEWNS))
		die("setns");
	umount("/mnt/writer");
	umount("/mnt/btree");
	umount("/namespace");
	umount("/elsewhere");
}

static void unmount_all(void)
{
	if (umount("/mnt/writer") || umount("/mnt/btree") || umount("/namespace") ||
	    umount(NETWORK) || umount(NETWORK_OF_MEMBER))
		die("umount");
	for (int i = 0; i < namespace_count; i++)
		run(unmount_there, &mount_namespaces[i]);
}

static void drop_caches(void)
{
	sync();
	write_text("/proc/sys/vm/drop_caches", "3");
}

#define CHARGED (8L << 20)

static void be_charged(void *cpu)
{
	char *memory = mmap(NULL, CHARGED, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	run_on(*(int *)cpu);
	if (memory == MAP_FAILED)
		die("mmap");
	memset(memory, 'z', CHARGED);
}

/* What waiting brings: another memcg is charged on each CPU, and is removed. */
static void let_another_pass(void)
{
	struct group *g = group("/passer-by", REMOVED);

	for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_ONLN); cpu++)
		run_in(g, be_charged, &cpu);
	retire(g, false);
}

/* By their names in zmemcg -s. Each comes before what could do its work as well. */
static const struct {
	const char *name;
	void (*follow)(void);
} actions[] = {
	{ "ipcrm",		remove_segments },
	{ "truncate",		truncate_files },
	{ "swapoff",		swap_off },
	{ "end_tasks",		end_tasks },
	{ "close",		close_descriptors },
	{ "let_go",		read_pipes },
	{ "unmount",		unmount_all },
	{ "drop_caches",	drop_caches },
	{ "wait",		let_another_pass },
};

#define TRACING "/sys/kernel/tracing"

static void start_tracing(void)
{
	if (mount("tracefs", TRACING, "tracefs", 0, NULL))
		die("mount tracefs");
	write_text(TRACING "/events/cgroup/cgroup_release/enable", "1");
}

static void print_freed(const char *action, const char *line)
{
	const char *id = strstr(line, " id=");

	for (int i = 0; id && i < group_count; i++)
		if (groups[i].inode == strtoull(id + strlen(" id="), NULL, 10) && groups[i].held)
			printf("ZM freed by=%s path=%s\n", action, escaped(groups[i].path));
}

static void print_all_freed(const char *action)
{
	FILE *trace = fopen(TRACING "/trace", "r");
	size_t room = 0;
	char *line = NULL;

	if (!trace)
		die("open trace");
	while (getline(&line, &room, trace) > 0)
		print_freed(action, line);
	free(line);
	fclose(trace);
	fclose(fopen(TRACING "/trace", "w"));		/* to open it so empties it */
}

#define QUIET 20	/* tenths of a second: the kernel frees them by work queues, behind grace periods */

static void wait_for_quiet(void)
{
	long last = -1, now;

	for (int quiet = 0; quiet < QUIET; quiet++) {
		drain();
		now = dying_cgroups();
		if (now != last)
			quiet = 0;
		last = now;
		pause_ms(100);
	}
}

void follow_advice(void)
{
	if (!option("follow", NULL))
		return;
	start_tracing();
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++) {
		printf("ZM follow %s\n", actions[i].name);
		actions[i].follow();
		wait_for_quiet();
		print_all_freed(actions[i].name);
	}
	printf("ZM left dying=%ld\n", dying_cgroups());
}
