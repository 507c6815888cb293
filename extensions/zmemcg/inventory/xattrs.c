// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/xattrs.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/lists.h"
#include "zmemcg/rbtree.h"
#include "zmemcg/run.h"

/* include/uapi/linux/limits.h XATTR_NAME_MAX; ours for a value. */
#define ROOM	256

struct search {
	const char *name;
	int link;		/* where the link that leads to an attribute is in it */
	struct name value;
};

static bool is_named(struct run *run, kaddr_t xattr, const char *name)
{
	char text[ROOM];
	kaddr_t string;
	size_t len;

	return read_member(run, xattr, run->layout->xattr_name, &string) &&
	       read_text(run, string, text, sizeof(text), &len) && !strcmp(text, name);
}

static struct name value_of(struct run *run, kaddr_t xattr)
{
	const struct layout *l = run->layout;
	char value[ROOM - 1];
	uint64_t size;

	if (!read_member(run, xattr, l->xattr_size, &size))
		return (struct name){ 0 };
	if (size > sizeof(value))
		size = sizeof(value);
	if (!read_bytes(run, xattr + l->xattr_value.offset, value, size))
		return (struct name){ 0 };
	return (struct name){
		.path = arena_strndup(&run->arena, value, size),
		.path_len = size,
	};
}

static void look_at(struct run *run, void *arg, kaddr_t link)
{
	struct search *search = arg;

	if (!search->value.path && is_named(run, link - search->link, search->name))
		search->value = value_of(run, link - search->link);
}

struct name kernfs_xattr(struct run *run, kaddr_t kn, const char *name)
{
	const struct layout *l = run->layout;
	struct search search = { .name = name };
	kaddr_t iattr, xattrs;

	if (!l->iattr_xattrs.known || !l->xattr_value.known || !kn ||
	    !read_member(run, kn, l->kn_iattr, &iattr) || !iattr)
		return search.value;
	xattrs = iattr + l->iattr_xattrs.offset;	/* begins with the list or the tree */
	if (l->xattr_rb_node.known) {
		search.link = l->xattr_rb_node.offset;
		rbtree_visit(run, xattrs, look_at, &search);
	} else if (l->xattr_list.known) {
		search.link = l->xattr_list.offset;
		list_visit(run, xattrs, look_at, &search);
	}
	return search.value;
}
