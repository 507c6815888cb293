// SPDX-License-Identifier: GPL-2.0-or-later
/* PID 1: the holders one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
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
	{ "ramfs file",			make_ramfs_file },
	{ "huge tmpfs file",		make_huge_tmpfs_file },
	{ "memfd",			make_memfd },
	{ "SysV segment",		make_sysv_segment },
	{ "spliced file",		make_spliced_file },
	{ "spliced tmpfs file",		make_spliced_tmpfs_file },
	{ "spliced and truncated file",	make_spliced_and_truncated_file },
	{ "spliced memory",		make_spliced_memory },
	{ "mapped and spliced memory",	make_mapped_and_spliced_memory },
	{ "batched file",		make_batched_file },
	{ "shared mapping",		make_shared_mapping },
	{ "anon left behind",		make_anon_left_behind },
	{ "huge anon left behind",	make_huge_anon_left_behind },
	{ "anon shared by fork",	make_anon_shared_by_fork },
	{ "anon copied by fork",	make_anon_copied_by_fork },
	{ "mapped file",		make_mapped_file },
	{ "stack left behind",		make_stack_left_behind },
	{ "mlocked huge page",		make_mlocked_huge_page },
	{ "mlocked huge page, sockets",	make_mlocked_huge_page_and_sockets },
	{ "swapped out",		make_swapped_out },
	{ "swap cache",			make_swap_cache },
	{ "ext4 writer",		make_ext4_writer },
	{ "xfs file",			make_xfs_file },
	{ "spliced large folio",	make_spliced_large_folio },
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
	{ "unreaped task elsewhere",	make_unreaped_task_elsewhere },
	{ "cgroup namespaces",		make_cgroup_namespaces },
	{ "kept networks",		make_kept_networks },	/* behind the last mount namespace: none has their mounts */
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

/* 0 on a real-time kernel, which makes none of its own accord. */
long huge_page(void)
{
	const char *bytes = "/sys/kernel/mm/transparent_hugepage/hpage_pmd_size";

	return access(bytes, F_OK) ? 0 : atol(read_text(bytes));
}

static void choose_lru_gen(void)
{
	const char *wanted = option("lru_gen", NULL), *enabled = "/sys/kernel/mm/lru_gen/enabled";

	if (wanted)
		write_text(enabled, *wanted == '1' ? "7" : "0");
	printf("ZM lru_gen enabled=%ld\n", access(enabled, R_OK) ? 0 : strtol(read_text(enabled), NULL, 16));
}

/* A directory that is on the disk already: who makes an inode is the first to dirty it. */
static void make_opened(void)
{
	mount_disk("main", "/mnt", "ext4");
	make_dirs(OPENED);
	if (umount("/mnt"))
		die("umount");
}

static void make_holders(void)
{
	mount_cgroups();
	make_opened();
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
	start_system();
	choose_lru_gen();
	if (option("many", NULL)) {
		make_many(atol(option("many", NULL)));
	} else if (option("templates", NULL)) {
		make_templates(atol(option("templates", NULL)));
	} else {
		const bool has_memory = strcmp(option("cgroup", "v2"), "none") != 0;

		if (has_memory)
			make_holders();
		print_truth(0);
		if (has_memory)
			fill_batches();		/* last of all: whoever unmaps something there drains them */
		follow_advice();
	}
	printf("ZM done\n");
	fflush(stdout);
	for (;;)
		pause();
}
