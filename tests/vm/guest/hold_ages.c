// SPDX-License-Identifier: GPL-2.0-or-later
/* Groups with a life to tell of: they come first, so that what each time is of lies apart. */
#include <errno.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "zm.h"

#define OWNER 1000
#define INVOCATION "00112233445566778899aabbccddeeff"

static struct group *aged(const char *name)
{
	struct group *g = group(text("/ages/%s.service", name), REMOVED);
	char *file = text("/mnt/srv/ages-%s", name);

	make_file(file, 3);
	pause_ms(1500);
	hold_file(g, file, 3);
	hold_besides(g);
	return g;
}

static void set_xattr(const struct group *g, const char *name, const char *value)
{
	if (setxattr(group_file(g, ""), name, value, strlen(value), 0))
		die("setxattr %s", name);
}

/*
 * systemd's: since 250 it sets both, where it may. Others stand before and behind it, some
 * of them much alike.
 */
static void set_invocation(struct group *g, const char *prefix)
{
	set_xattr(g, "trusted.a", "");
	set_xattr(g, "trusted.zz", "00000000000000000000000000000000");
	set_xattr(g, "trusted.invocation", "00000000000000000000000000000001");
	set_xattr(g, text("%s.invocation_id", prefix), INVOCATION);
	set_xattr(g, "trusted.invocation_id2", "00000000000000000000000000000002");
	set_xattr(g, "trusted.delegate", "1");
	g->dated = true;
	g->invocation = INVOCATION;
}

void make_ages(void)
{
	struct group *owned;

	make_dirs("/mnt/srv");
	aged("left");
	owned = aged("owned");
	if (chown(group_file(owned, ""), OWNER, OWNER))
		die("chown");
	owned->dated = true;
	owned->owner = OWNER;
	set_invocation(aged("invoked"), "trusted");
	if (!cgroup_v1)
		set_invocation(aged("invoked-by-user"), "user");
}
