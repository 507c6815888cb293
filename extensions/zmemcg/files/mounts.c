// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/mounts.h"

#include "zmemcg/access.h"
#include "zmemcg/lap.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"

/* Of one filesystem: a container host has thousands, not millions. */
#define MOUNTS_LIMIT	100000

/* fs/mount.h: the mount itself, around the vfsmount that others see. */
bool mount_root(struct run *run, kaddr_t mount, kaddr_t *dentry)
{
	return read_member(run, mount + run->layout->mount_mnt.offset,
			   run->layout->vfsmount_root, dentry);
}

/* A pointer from mount to mount since 6.18, a list_head before: include/linux/fs.h. */
void mounts_visit(struct run *run, kaddr_t sb,
		  void (*visit)(struct run *run, void *arg, kaddr_t mount), void *arg)
{
	const struct layout *l = run->layout;
	kaddr_t head = sb + l->sb_mounts.offset, link, mount;
	struct lap lap = { 0 };

	if (!read_pointer(run, head, &link))
		return;
	for (int i = 0; link && link != head; i++) {
		if (i == MOUNTS_LIMIT || lap_came_back(&lap, link, 0)) {
			run->counts.cut++;
			return;
		}
		mount = l->mount_next_for_sb.known ? link : link - l->mount_instance.offset;
		visit(run, arg, mount);
		if (l->mount_next_for_sb.known) {
			if (!read_member(run, mount, l->mount_next_for_sb, &link))
				return;
		} else if (!read_pointer(run, link, &link)) {
			return;
		}
	}
}
