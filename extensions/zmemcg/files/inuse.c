// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/inuse.h"

#include "zmemcg/access.h"
#include "zmemcg/lists.h"
#include "zmemcg/run.h"

/* Ours: what has more below it is taken for one in use. */
#define DENTRIES_LIMIT	1000

struct walk {
	kaddr_t *dentries;	/* whose count is still to be looked at */
	size_t count, room;
	uint64_t names;		/* of the inode, or children of the dentry that is looked at */
	uint64_t seen;
};

static void note(struct run *run, struct walk *walk, kaddr_t dentry)
{
	walk->names++;
	walk->seen++;
	walk->dentries = arena_grow(&run->arena, walk->dentries, walk->count, &walk->room,
				    sizeof(*walk->dentries));
	walk->dentries[walk->count++] = dentry;
}

static void note_child(struct run *run, void *arg, kaddr_t link)
{
	note(run, arg, link - run->layout->dentry_child.offset);
}

/* struct hlist_head; offset is where an element has its hlist_node. */
static void note_chain(struct run *run, struct walk *walk, kaddr_t head, int offset)
{
	kaddr_t link;

	if (!read_pointer(run, head, &link))
		return;
	while (link && walk->seen <= DENTRIES_LIMIT) {
		note(run, walk, link - offset);
		if (!read_pointer(run, link, &link))
			return;
	}
}

static void note_children(struct run *run, struct walk *walk, kaddr_t dentry)
{
	const struct layout *l = run->layout;

	if (l->dentry_subdirs.known)
		list_visit(run, dentry + l->dentry_subdirs.offset, note_child, walk);
	else
		note_chain(run, walk, dentry + l->dentry_children.offset, l->dentry_child.offset);
}

/* Its children are noted on the way. */
static bool dentry_in_use(struct run *run, struct walk *walk, kaddr_t dentry)
{
	const struct layout *l = run->layout;
	uint64_t count;

	walk->names = 0;
	note_children(run, walk, dentry);
	return !read_member(run, dentry + l->dentry_lockref.offset, l->lockref_count, &count) ||
	       (int64_t)(int32_t)count > (int64_t)walk->names;
}

static bool can_look(const struct layout *l)
{
	return l->inode_count.known && l->dentry_lockref.known && l->lockref_count.known &&
	       l->dentry_child.known && (l->dentry_subdirs.known || l->dentry_children.known);
}

bool inode_in_use(struct run *run, kaddr_t inode)
{
	const struct layout *l = run->layout;
	struct walk walk = { 0 };
	uint64_t count;

	if (!can_look(l) || !read_member(run, inode, l->inode_count, &count))
		return true;
	note_chain(run, &walk, inode + l->inode_dentries.offset, l->dentry_alias.offset);
	if ((int64_t)(int32_t)count > (int64_t)walk.names)
		return true;
	while (walk.count) {
		if (walk.seen > DENTRIES_LIMIT ||
		    dentry_in_use(run, &walk, walk.dentries[--walk.count]))
			return true;
	}
	return false;
}
