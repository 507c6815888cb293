// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/cgroups.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/clock.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* A cgroup's directory entry has at most NAME_MAX bytes (include/uapi/linux/limits.h). */
#define NAME_ROOM	256

/* Ours, against loops; cgroup.max.depth is unlimited by default, deep trees are not. */
#define DEPTH_LIMIT	512

struct name kernfs_path(struct run *run, kaddr_t kn)
{
	const struct layout *l = run->layout;
	char path[CGROUP_PATH_ROOM], name[NAME_ROOM];
	size_t start = sizeof(path), len;

	for (int depth = 0; depth < DEPTH_LIMIT; depth++) {
		kaddr_t parent, string;

		if (!kn || !read_member(run, kn, l->kn_parent, &parent) ||
		    !read_object(run, kn, l->kn_name, &string) ||
		    !read_text(run, string, name, sizeof(name), &len))
			return (struct name){ 0 };
		/* The root alone has no name: fs/kernfs/dir.c 6.1 kernfs_create_root(). */
		if (!parent != !len)
			break;
		if (!parent) {
			if (start == sizeof(path))
				path[--start] = '/';
			len = sizeof(path) - start;
			return (struct name){
				.path = arena_strndup(&run->arena, path + start, len),
				.path_len = len,
			};
		}
		if (len + 1 > start)
			break;
		start -= len;
		memcpy(path + start, name, len);
		path[--start] = '/';
		kn = parent;
	}
	run->counts.cut++;
	return (struct name){ 0 };
}

bool cgroup_removed(struct run *run, kaddr_t cgroup, bool *removed)
{
	const struct layout *l = run->layout;
	uint64_t flags;

	if (!cgroup || !read_member(run, cgroup + l->cgroup_self.offset, l->css_flags, &flags))
		return false;
	*removed = !(flags & CSS_ONLINE);
	return true;
}

bool cgroup_still_there(struct run *run, kaddr_t kn, kaddr_t cgroup)
{
	const struct layout *l = run->layout;
	uint64_t back;

	return !session_live() ||
	       (peek_member(run, kn, l->kn_priv, &back) && back == cgroup &&
		peek_member(run, cgroup, l->cgroup_kn, &back) && back == kn);
}

uint64_t cgroup_serial(struct run *run, kaddr_t cgroup)
{
	uint64_t serial = 0;

	peek_member(run, cgroup + run->layout->cgroup_self.offset, run->layout->css_serial_nr, &serial);
	return serial;
}
