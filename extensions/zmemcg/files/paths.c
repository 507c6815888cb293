// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/paths.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/lap.h"
#include "zmemcg/map.h"
#include "zmemcg/mounts.h"
#include "zmemcg/run.h"

/*
 * Ours. A path can be longer than PATH_MAX (made step by step with chdir), and a
 * damaged chain of parents can be a circle: the room ends both.
 */
#define PATH_ROOM	65536
#define STEPS_LIMIT	40000

/* A mount in init's namespace. */
struct init_mount {
	kaddr_t mount;
	struct init_mount *next_of_root;	/* another one with the same root */
};

/* The mounts of one filesystem, by the dentry that each shows as its root. */
struct sb_mounts {
	struct map by_root;
};

struct paths {
	kaddr_t init_ns;		/* struct mnt_namespace, or 0 */
	struct map by_sb;
	char room[PATH_ROOM];		/* a path is built from its end */
	char best[PATH_ROOM];
};

struct paths *paths_new(struct run *run)
{
	const struct layout *l = run->layout;
	struct paths *paths = arena_alloc(&run->arena, sizeof(*paths));
	kaddr_t nsproxy;

	map_init(&paths->by_sb, &run->arena);
	if (read_object(run, l->init_task, l->task_nsproxy, &nsproxy))
		read_object(run, nsproxy, l->nsproxy_mnt_ns, &paths->init_ns);
	return paths;
}

bool dentry_name(struct run *run, kaddr_t dentry, char name[256], size_t *len)
{
	const struct layout *l = run->layout;
	kaddr_t qstr = dentry + l->dentry_name.offset, string;
	uint64_t length;

	if (!read_member(run, qstr, l->qstr_len, &length) ||
	    !read_member(run, qstr, l->qstr_name, &string))
		return false;
	if (length > 255 || !length) {
		run->counts.cut++;
		return false;
	}
	*len = length;
	return read_bytes(run, string, name, length);
}

static bool in_init_ns(struct run *run, const struct paths *paths, kaddr_t mount)
{
	kaddr_t ns;

	return read_member(run, mount, run->layout->mount_ns, &ns) && ns && ns == paths->init_ns;
}

struct collecting {
	const struct paths *paths;
	struct sb_mounts *mounts;
};

static void keep_if_in_init_ns(struct run *run, void *arg, kaddr_t mount)
{
	const struct collecting *collecting = arg;
	struct sb_mounts *mounts = collecting->mounts;
	struct init_mount *entry, *first;
	kaddr_t root;

	if (!in_init_ns(run, collecting->paths, mount) || !mount_root(run, mount, &root))
		return;
	entry = arena_alloc(&run->arena, sizeof(*entry));
	entry->mount = mount;
	first = map_get(&mounts->by_root, root);
	if (first) {
		entry->next_of_root = first->next_of_root;
		first->next_of_root = entry;
	} else {
		map_put(&mounts->by_root, root, entry);
	}
}

static struct sb_mounts *mounts_of(struct run *run, struct paths *paths, kaddr_t sb)
{
	struct sb_mounts *mounts = map_get(&paths->by_sb, sb);

	if (mounts)
		return mounts;
	mounts = arena_alloc(&run->arena, sizeof(*mounts));
	map_init(&mounts->by_root, &run->arena);
	mounts_visit(run, sb, keep_if_in_init_ns, &(struct collecting){ paths, mounts });
	map_put(&paths->by_sb, sb, mounts);
	return mounts;
}

/*
 * Builds the path of dentry below mount, and of the mount below its parents, at
 * the end of the room; mount 0 is the filesystem alone. Returns where it starts,
 * or NULL. Mirrors fs/d_path.c 6.1 __prepend_path().
 */
static const char *build(struct run *run, struct paths *paths, kaddr_t dentry, kaddr_t mount,
			 size_t *len)
{
	const struct layout *l = run->layout;
	char *start = paths->room + PATH_ROOM, name[256];
	kaddr_t root = 0, parent;
	struct lap lap = { 0 };
	size_t name_len;

	if (mount && !mount_root(run, mount, &root))
		return NULL;
	for (int steps = 0; steps < STEPS_LIMIT && !lap_came_back(&lap, mount, dentry); steps++) {
		if (mount && dentry == root) {
			if (!read_member(run, mount, l->mount_parent, &parent))
				return NULL;
			if (parent == mount)
				goto reached_root;
			if (!read_member(run, mount, l->mount_mountpoint, &dentry) ||
			    !mount_root(run, parent, &root))
				return NULL;
			mount = parent;
			continue;
		}
		if (!read_member(run, dentry, l->dentry_parent, &parent))
			return NULL;
		if (parent == dentry) {
			if (mount)
				return NULL;	/* not below the mount after all */
			goto reached_root;
		}
		if (!dentry_name(run, dentry, name, &name_len))
			return NULL;
		if (name_len + 1 >= (size_t)(start - paths->room))
			break;
		start -= name_len;
		memcpy(start, name, name_len);
		*--start = '/';
		dentry = parent;
	}
	run->counts.cut++;
	return NULL;

reached_root:
	if (start == paths->room + PATH_ROOM)
		*--start = '/';
	*len = paths->room + PATH_ROOM - start;
	return start;
}

static bool better(const char *path, size_t len, const char *best, size_t best_len)
{
	if (!best_len || len != best_len)
		return !best_len || len < best_len;
	return memcmp(path, best, len) < 0;
}

/* Tries each mount whose root is the dentry or above it; the best path's length, or 0. */
static size_t best_mounted_path(struct run *run, struct paths *paths, kaddr_t dentry,
				kaddr_t sb)
{
	struct sb_mounts *mounts = mounts_of(run, paths, sb);
	kaddr_t at = dentry, parent;
	size_t best_len = 0, len;
	struct lap lap = { 0 };

	for (int steps = 0; mounts->by_root.count && steps < STEPS_LIMIT; steps++) {
		const struct init_mount *entry = map_get(&mounts->by_root, at);

		for (; entry; entry = entry->next_of_root) {
			const char *path = build(run, paths, dentry, entry->mount, &len);

			if (path && better(path, len, paths->best, best_len)) {
				memcpy(paths->best, path, len);
				best_len = len;
			}
		}
		if (!read_member(run, at, run->layout->dentry_parent, &parent) || parent == at)
			break;
		at = parent;
		if (lap_came_back(&lap, 0, at)) {
			run->counts.cut++;
			break;
		}
	}
	return best_len;
}

bool paths_of_mount(struct run *run, struct paths *paths, kaddr_t mount, struct name *name)
{
	const char *path;
	kaddr_t root;
	size_t len;

	if (!in_init_ns(run, paths, mount) || !mount_root(run, mount, &root))
		return false;
	path = build(run, paths, root, mount, &len);
	if (!path)
		return false;
	name->path = arena_strndup(&run->arena, path, len);
	name->path_len = len;
	return true;
}

bool paths_of_dentry(struct run *run, struct paths *paths, kaddr_t dentry, kaddr_t sb,
		     struct name *name, bool *mounted)
{
	size_t len = best_mounted_path(run, paths, dentry, sb);
	const char *path = paths->best;

	*mounted = len;
	if (!len)
		path = build(run, paths, dentry, 0, &len);
	if (!path)
		return false;
	name->path = arena_strndup(&run->arena, path, len);
	name->path_len = len;
	return true;
}
