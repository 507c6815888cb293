/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * zm: PID 1 of a test machine. It makes each kind of holder of a dead memory cgroup, removes the cgroups, writes down
 * on the console what it made, and waits to be dumped.
 *
 * init.c    main(), the table of holders
 * system.c  start, mounts, disks
 * process.c child processes
 * group.c   cgroups: make, run a process inside, measure
 * census.c  the pages that are charged to them
 * maps.c    the processes that map these pages
 * removal.c which of them will be zombies, and the end of all of them
 * truth.c   what the report has to show, and the `ZM` lines that say so
 * users.c   which tasks have files open or mapped
 * file.c    files whose pages are charged to the reader that we choose
 * endings.c which processes have to end before a cgroup goes, or what else has to
 * hold_*.c  the holders, one function for each kind
 * causes.c  what is said of the many zombies of hold_templates.c
 */
#ifndef ZM_H
#define ZM_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#include "system.h"

/* The kernel's base page. */
#define PAGE sysconf(_SC_PAGESIZE)
#define UNKNOWN (-1L)
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* init.c */

/* The bytes of a page that a page table's upper level maps: 2 MB where a base page has 4 KB. */
long huge_page(void);

/* process.c */

/* Runs the work in a child process and waits for its end. */
void run(void (*work)(void *), void *arg);
/* What the child opens stays open here. */
void run_sharing_files(void (*work)(void *), void *arg);
/* The child stays, as a task that ended and was not reaped. */
void run_unreaped(void (*work)(void *), void *arg);
/* The child lives on after its work. */
pid_t keep(void (*work)(void *), void *arg);
/* The same of a process whose work starts a thread: the first one ends, the thread lives on. */
void keep_without_leader(void (*work)(void *), void *arg);
/* To lock its memory makes a process copy now what it shares with its parent: it leaves no page in a group. */
void own_memory(void);
/* Private memory that nobody touched, without huge pages. */
char *own_pages(long npages);
/* The last of a child's work that a descriptor would tell others of: with them its parent knows that it is done. */
void close_all(void);
/* For a task beside the caller, all of it in memory. */
char *new_stack(void);
#define THREAD (CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
/* Runs beside the caller in the same memory; all that it does until stay_beside() is done on return. */
void start_beside(char *stack, int (*work)(void *), int flags);
_Noreturn void stay_beside(void);

/* group.c */

enum fate {
	STAYS,			/* online in the dump */
	REMOVED,		/* and a zombie, when something holds it */
	UNHOOKED,		/* its memory controller is turned off, the cgroup stays */
};

/* In base pages; folios are what references are counted by. */
struct usage {
	long file, shmem, anon, unevictable, swap, kmem, folios;
};

struct group {
	char *path;		/* below the root of the hierarchy, "/a/b.scope" */
	struct group *parent;	/* NULL below the root */
	enum fate fate;
	ino_t inode;		/* of its directory */
	bool keeps_anon;	/* a process left private memory behind: all that the kernel counts is right */
	long sockets, fsnotify, csets, writebacks, mms, stocks;	/* that hold a reference; sockets can be UNKNOWN */
	bool writes;		/* dirtied inodes: held by any number of writebacks */
	const char *spill_type;	/* what file pages beyond the known ones are, NULL: there may be none */
	const char *spill_path;
	struct usage own;	/* without the children's */
	bool held;		/* a zombie in the dump */
	long refs;		/* css references of a zombie, UNKNOWN where nobody can tell */
	bool dated;		/* its directory has attributes, and so remembers times */
	uid_t owner;		/* of a dated one */
	const char *invocation;	/* systemd's id of it, or NULL */
	time_t made, left, removed;	/* left: by its last process, 0 where that is not known */
};

extern struct group groups[];
extern int group_count;
extern bool cgroup_v1;

void mount_cgroups(void);
/* Makes the cgroup; its ancestors, where they are missing, stay online. */
struct group *group(const char *path, enum fate fate);
/* A file of the cgroup; the buffer is valid until the fourth next call. */
char *group_file(const struct group *g, const char *name);
void enter(const struct group *g);
void leave(void);
/* Runs the work in a process of this cgroup that exits. */
void run_in(struct group *g, void (*work)(void *), void *arg);
/* The same; what it opens stays open here. */
void open_in(struct group *g, void (*work)(void *), void *arg);
void measure_groups(void);

/* census.c */

/* Adds each page that is charged to a cgroup to the usage of its directory's inode; NULL: not counted. */
void count_pages(struct usage *(*usage_of)(ino_t inode));
/* Fills what each group owns now, swap aside. */
void take_census(void);

/* A file of /proc that has a word for each page of the machine. */
struct table {
	uint64_t *words;
	size_t count;
};

struct table read_table(const char *path);
/* By a word of /proc/kpageflags: "anon", "shmem", "file". */
const char *type_of_page(uint64_t flags);
bool is_tail_page(uint64_t flags);

/* maps.c */

/* While the groups are there: who maps pages that are charged to them. */
void find_maps(void);
/* File pages and anonymous ones: what is in memory alone goes with its file. */
bool maps_pages_of_zombies(pid_t pid);
void print_maps(void);

/* removal.c */

bool kernel_before(int major, int minor);
/* Removes it; when it is dated, the directory remembers the time. */
void retire(struct group *g, bool dated);
/* As the kernel counts them. */
long dying_cgroups(void);
/* Until the kernel counts so many; a `ZM FAIL` when it never does. */
void wait_for_dying(long expected);
void remove_groups(void);

/* truth.c */

/* The bytes as the kernel escapes them in mount tables. */
char *escaped(const char *bytes);
char *deleted(const char *bytes);
char *unescaped(const char *shown);
/* This cgroup is charged with so many base pages of what is shown under this (escaped) path. */
void holds(struct group *g, const char *type, long npages, const char *shown);
void check_truth(void);
/* And so many zombies that are in no table. */
void print_truth(long others);

/* endings.c */

/* This process has what holds the group: it goes when the process ends. */
void goes_with(const struct group *g, pid_t pid);
/* Tasks of it that exited are still there: this process, their parent, has to ask for them, or to end. */
void goes_with_parent(const struct group *g, pid_t pid);
/* This process has descriptors of what holds the group. */
void goes_with_descriptors(const struct group *g, pid_t pid);
/* What holds it is mounted there. */
void goes_with_mount(const struct group *g, const char *mount);
/* Whether it is one of those that have to end. */
bool is_to_end(pid_t pid);
void print_endings(void);

/* users.c */

/* What the report shows a file as whose path there is not this one. */
void known_as(const char *path, const char *shown);
void known_by_descriptor(int fd, const char *shown);
void known_by_mapping(const void *memory, const char *shown);
/* A path that can be asked for as it is shown. */
void known_if_there(const char *shown);
void print_users(void);

/* follow.c */
void follow_advice(void);
/* Lets go of all that was mapped for others, too: whoever maps it is ended. */
void unmap_shared(void);

/* file.c */

/* A file of so many pages, written by root, its metadata cached and its data not. */
void make_file(const char *path, long npages);
void drop_pages(int fd);
/* Empties the per-CPU batches that hold pages back from the LRU lists. */
void drain(void);
/* Reads just these pages, one by one, without readahead. */
void read_pages(const char *path, long first, long npages);
void fill_pages(int fd, long first, long npages);
/* How many cached pages of the file are charged to the group, as /proc/kpagecgroup says. */
long charged_pages(const struct group *g, const char *path);
/* A process of the group reads the pages; the report shows the path as given. */
void hold_pages(struct group *g, const char *path, long first, long npages, const char *shown);
void hold_file(struct group *g, const char *path, long npages);
/* The same of a file that it makes, with readahead. */
void hold_whole_file(struct group *g, const char *path, long npages);

/* The holders. */

void make_ages(void);
void make_sessions(void);
void make_plain_files(void);
void make_deleted_file(void);
void make_links(void);
void make_bind_mount(void);
void make_overlay(void);
void make_inode_without_dentry(void);
void make_file_of_other_namespace(void);
void make_file_of_detached_mount(void);
void make_raw_device(void);
void make_mlocked_file(void);

void make_names(void);

void make_tmpfs_files(void);
void make_huge_tmpfs_file(void);
void make_hugetlb_file(void);
void make_ramfs_file(void);
void make_memfd(void);
void make_sysv_segment(void);
void make_spliced_file(void);
void make_spliced_large_folio(void);
void make_spliced_tmpfs_file(void);
void make_spliced_and_truncated_file(void);
void make_spliced_memory(void);
void make_mapped_and_spliced_memory(void);
void make_batched_file(void);
/* Behind everything else: a batch is drained by many things. */
void fill_batches(void);
/* Until nothing is in the pipes. */
void read_pipes(void);
void make_shared_mapping(void);
void make_anon_left_behind(void);
void make_huge_anon_left_behind(void);
void make_anon_shared_by_fork(void);
void make_anon_copied_by_fork(void);
void make_mapped_file(void);
void make_stack_left_behind(void);
void make_mlocked_huge_page(void);
void make_mlocked_huge_page_and_sockets(void);
void make_swapped_out(void);
void make_swap_cache(void);

void make_ext4_writer(void);
void make_xfs_file(void);
void make_btrfs_file(void);
void make_btrfs_metadata(void);

void make_sockets(void);
void make_unaccepted_connection(void);
void make_mapped_socket(void);

/* Where two of them are mounted. */
#define NETWORK "/network"
#define NETWORK_OF_MEMBER "/network-of-member"
void make_network_namespace(void);
void make_kept_networks(void);
/* On v1 a group has its sockets only from when on it has a limit for TCP's memory. */
struct group *group_of_sockets(const char *name, long count);
int open_socket(int family, int type);
struct sockaddr_in loopback(int port);
int bound_socket(int type, const void *address, size_t size);
void connect_to(int fd, const void *address, size_t size);
void make_stocks(void);
void run_on(int cpu);
/* After the removal: until then its groups are held by something else alone. */
void fill_stocks(void);

void open_inotify(void *arg);
void make_fsnotify_groups(void);
/* Where pages leave a removed group, something else has to hold it: then they are those formerly charged. */
void hold_besides(struct group *g);
void make_unreaped_tasks(void);
void make_unreaped_task_elsewhere(void);
void make_dirty_inodes(void);
/* The directory that is open for one of them, made before the disk was mounted last; its inode. */
#define OPENED "/mnt/opened"
extern ino_t opened_inode;
void make_left_mms(void);

void make_cgroup_namespaces(void);
int opened(const char *path, int flags);
/* A file, which a namespace can be mounted on. */
void make_mount_point(const char *path);
/* A descriptor of a cgroup namespace that is rooted where this process is. */
int open_new_namespace(void);
/* The same of a file of cgroupfs, which was opened from within such a one; NULL: of the root. */
int open_from_new_namespace(const struct group *of);

/* Files that no task has open, and that are on their way to one. */
void make_passed_files(void);
void make_registered_files(void);
void make_users(void);

void make_nested(void);
void make_nested_former(void);
void make_unhooked(void);
void make_open_directory(void);
void make_online(void);

/* Instead of the others: so many zombies. */
void make_many(long wanted);
void make_templates(long wanted);

#endif
