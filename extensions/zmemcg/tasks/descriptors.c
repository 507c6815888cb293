// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/descriptors.h"

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"

/* fs.nr_open's ceiling on 64-bit machines is larger; what a task has is not. */
#define DESCRIPTORS_LIMIT	1048576

/*
 * Of one table: a count that was overwritten leads through other memory, of which each word may
 * look like a file. Where one in so many is none, and they are many, the rest is left alone.
 */
#define UNREADABLE_LIMIT	1000
#define READABLE_SHARE		16

/* In the same page of the smallest size that there is: they are as unreadable as the first. */
static uint64_t slots_behind(kaddr_t at)
{
	return (4095 - at % 4096) / sizeof(long);
}

static bool leads_astray(const struct run *run, uint64_t unreadable_before, uint64_t visited)
{
	const uint64_t unreadable = run->counts.unreadable - unreadable_before;

	return unreadable > UNREADABLE_LIMIT && unreadable > visited / READABLE_SHARE;
}

void descriptors_visit(struct run *run, kaddr_t table,
		       void (*visit)(struct run *run, void *arg, unsigned int number, kaddr_t file),
		       void *arg)
{
	const struct layout *l = run->layout;
	const uint64_t unreadable = run->counts.unreadable;
	uint64_t count, visited = 0;
	kaddr_t fdt, files, file;

	if (!read_member(run, table, l->files_fdt, &fdt) ||
	    !read_member(run, fdt, l->fdt_max_fds, &count) ||
	    !read_member(run, fdt, l->fdt_fd, &files))
		return;
	if (count > DESCRIPTORS_LIMIT) {
		run->counts.cut++;
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		const kaddr_t at = files + i * sizeof(long);

		if (leads_astray(run, unreadable, visited)) {
			run->counts.cut++;
			return;
		}
		if (!read_pointer(run, at, &file)) {
			i += slots_behind(at);
		} else if (file) {
			visit(run, arg, i, file);
			visited++;
		}
	}
}
