// SPDX-License-Identifier: GPL-2.0-or-later
/* Huge pages of hugetlbfs, which memcgs are charged for since 6.7, where the mount of cgroup2 asks for it. */
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>

#include "zm.h"

static void touch_huge(void *arg)
{
	const int fd = (intptr_t)arg;
	volatile char *memory = mmap(NULL, huge_page(), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		die("mmap huge page");
	*memory = 1;
}

/* On no LRU list, and in no counter of one. */
void make_hugetlb_file(void)
{
	struct group *g;
	int fd;

	if (cgroup_v1 || kernel_before(6, 7))
		return;
	write_text("/proc/sys/vm/nr_hugepages", "2");
	make_dirs("/mnt/hugetlb");
	if (mount("hugetlbfs", "/mnt/hugetlb", "hugetlbfs", 0, NULL))
		die("mount hugetlbfs");
	fd = open("/mnt/hugetlb/file", O_RDWR | O_CREAT, 0644);
	if (fd < 0 || ftruncate(fd, huge_page()))
		die("make /mnt/hugetlb/file");
	g = group("/memory/hugetlb.scope", REMOVED);
	run_in(g, touch_huge, (void *)(intptr_t)fd);
	close(fd);
	holds(g, "hugetlb", huge_page() / PAGE, "/mnt/hugetlb/file");
}
