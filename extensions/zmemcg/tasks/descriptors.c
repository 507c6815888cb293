// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/descriptors.h"

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"

/* fs.nr_open's ceiling on 64-bit machines is larger; what a task has is not. */
#define DESCRIPTORS_LIMIT	1048576

/* In the same page of the smallest size that there is: they are as unreadable as the first. */
static uint64_t slots_behind(kaddr_t at)
{
	return (4095 - at % 4096) / sizeof(long);
}

void descriptors_visit(struct run *run, kaddr_t table,
		       void (*visit)(struct run *run, void *arg, unsigned int number, kaddr_t file),
		       void *arg)
{
	const struct layout *l = run->layout;
	kaddr_t fdt, files, file;
	uint64_t count;

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

		if (!read_pointer(run, at, &file))
			i += slots_behind(at);
		else if (file)
			visit(run, arg, i, file);
	}
}
