// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/users.h"

#include <stdlib.h>

#include "zmemcg/access.h"
#include "zmemcg/descriptors.h"
#include "zmemcg/inodes.h"
#include "zmemcg/layout.h"
#include "zmemcg/rbtree.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"
#include "zmemcg/tasks.h"

#define MAPPED	UINT32_MAX	/* in the place of a descriptor's number */

struct use {
	kaddr_t task;
	uint32_t number;	/* of the descriptor */
	uint64_t flags;		/* FMODE_* or VM_* */
};

struct uses {
	struct use *list;
	size_t count, room;
};

struct users {
	const struct files *files;
	const struct sharing *sharing;
	struct map by_inode;			/* struct uses: of descriptors */
	struct map overlays;			/* of each super_block: whether it is one */
	const struct sharers *looked_at;	/* whose table it is */
};

static void add_use(struct run *run, struct uses *uses, const struct sharers *sharers,
		    uint32_t number, uint64_t flags)
{
	for (size_t i = 0; i < sharers->count; i++) {
		uses->list = arena_grow(&run->arena, uses->list, uses->count, &uses->room,
					sizeof(*uses->list));
		uses->list[uses->count++] = (struct use){ sharers->tasks[i], number, flags };
	}
}

static const struct file *known_file(struct run *run, const struct users *users, kaddr_t open)
{
	kaddr_t mapping;

	return open && peek_member(run, open, run->layout->file_mapping, &mapping) && mapping ?
	       files_of_mapping(users->files, mapping) : NULL;
}

static bool is_overlay(struct run *run, struct users *users, kaddr_t open)
{
	static const char yes, no;
	kaddr_t inode, sb;
	const char *known;

	if (!read_member(run, open, run->layout->file_inode, &inode) || !inode ||
	    !read_member(run, inode, run->layout->inode_sb, &sb) || !sb)
		return false;
	known = map_get(&users->overlays, sb);
	if (!known) {
		known = files_is_of_type(run, sb, "overlay") ? &yes : &no;
		map_put(&users->overlays, sb, (void *)known);
	}
	return known == &yes;
}

/*
 * A file of an overlay has no pages: private_data is the open file of the layer below, or
 * since 6.13 two of them, in a struct that only the module's debuginfo knows
 * (fs/overlayfs/file.c struct ovl_file). What is neither has no mapping that is known.
 */
static const struct file *file_below(struct run *run, const struct users *users, kaddr_t open)
{
	const struct file *file;
	kaddr_t private;
	unsigned long below[2];

	if (!read_member(run, open, run->layout->file_private_data, &private) || !private)
		return NULL;
	file = known_file(run, users, private);
	if (file || !read_bytes(run, private, below, sizeof(below)))
		return file;
	file = known_file(run, users, below[0]);
	return file ? file : known_file(run, users, below[1]);
}

static struct uses *uses_of(struct run *run, struct users *users, const struct file *file)
{
	struct uses *uses = map_get(&users->by_inode, file->inode);

	if (uses)
		return uses;
	uses = arena_alloc(&run->arena, sizeof(*uses));
	map_put(&users->by_inode, file->inode, uses);
	return uses;
}

static void note_descriptor(struct run *run, void *arg, unsigned int number, kaddr_t open)
{
	struct users *users = arg;
	const struct file *file;
	uint64_t mapping, mode = 0;

	if (!read_member(run, open, run->layout->file_mapping, &mapping) || !mapping)
		return;
	file = files_of_mapping(users->files, mapping);
	if (!file && is_overlay(run, users, open))
		file = file_below(run, users, open);
	if (!file)
		return;
	read_member(run, open, run->layout->file_mode, &mode);
	add_use(run, uses_of(run, users, file), users->looked_at, number, mode);
}

struct users *users_new(struct run *run, const struct files *files, const struct sharing *sharing)
{
	struct users *users = arena_alloc(&run->arena, sizeof(*users));

	users->files = files;
	users->sharing = sharing;
	map_init(&users->by_inode, &run->arena);
	map_init(&users->overlays, &run->arena);
	for (size_t i = 0; i < sharing->tables.count; i++) {
		users->looked_at = sharing->tables.list[i];
		descriptors_visit(run, users->looked_at->object, note_descriptor, users);
	}
	return users;
}

struct mappings {
	const struct users *users;
	struct uses uses;
};

static void note_mapping(struct run *run, void *arg, kaddr_t node)
{
	const struct layout *l = run->layout;
	struct mappings *mappings = arg;
	kaddr_t vma = node - l->vma_shared.offset, mm;
	const struct sharers *sharers;
	uint64_t flags = 0;

	if (!read_member(run, vma, l->vma_mm, &mm))
		return;
	sharers = sharers_of_mm(mappings->users->sharing, mm);
	if (!sharers)
		return;		/* its last task is ending */
	read_member(run, vma, l->vma_flags, &flags);
	add_use(run, &mappings->uses, sharers, MAPPED, flags);
}

static int ascending(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_task_and_number(const void *left, const void *right)
{
	const struct use *a = left, *b = right;

	return a->task != b->task ? ascending(a->task, b->task) : ascending(a->number, b->number);
}

static int by_pid(const void *left, const void *right)
{
	const struct user *a = left, *b = right;

	return a->pid != b->pid ? ascending(a->pid, b->pid) : ascending(a->task, b->task);
}

static size_t count_own(const struct use *uses, size_t count)
{
	size_t n = 0;

	while (n < count && uses[n].task == uses->task)
		n++;
	return n;
}

/* The user that the first of these uses is of; returns how many of them are. */
static size_t take_user(struct run *run, const struct use *uses, size_t count, struct user *user)
{
	const size_t own = count_own(uses, count);

	user->task = uses->task;
	user->pid = task_pid(run, user->task);
	user->comm = task_name(run, user->task);
	user->open = arena_alloc(&run->arena, own * sizeof(*user->open));
	for (size_t i = 0; i < own; i++) {
		if (uses[i].number == MAPPED) {
			user->mapped = true;
			user->mapped_flags |= uses[i].flags;
		} else {
			user->open[user->open_count++] = (struct user_descriptor){
				uses[i].number, uses[i].flags };
		}
	}
	return own;
}

/* The descriptors' uses, with room for more behind them. */
static struct uses copy_of(struct run *run, const struct uses *uses)
{
	struct uses copy = { 0 };

	for (size_t i = 0; uses && i < uses->count; i++) {
		copy.list = arena_grow(&run->arena, copy.list, copy.count, &copy.room,
				       sizeof(*copy.list));
		copy.list[copy.count++] = uses->list[i];
	}
	return copy;
}

size_t users_of(struct run *run, struct users *users, const struct file *file, struct user **list)
{
	struct mappings mappings = { users, copy_of(run, map_get(&users->by_inode, file->inode)) };
	struct uses *uses = &mappings.uses;
	size_t count = 0;

	rbtree_visit(run, file->mapping + run->layout->mapping_i_mmap.offset, note_mapping,
		     &mappings);
	if (!uses->count)
		return 0;
	qsort(uses->list, uses->count, sizeof(*uses->list), by_task_and_number);
	*list = arena_alloc(&run->arena, uses->count * sizeof(**list));
	for (size_t at = 0; at < uses->count; count++)
		at += take_user(run, uses->list + at, uses->count - at, *list + count);
	qsort(*list, count, sizeof(**list), by_pid);
	return count;
}
