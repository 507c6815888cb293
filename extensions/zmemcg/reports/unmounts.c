// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/unmounts.h"

#include "zmemcg/access.h"
#include "zmemcg/inodes.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/mounts.h"
#include "zmemcg/paths.h"
#include "zmemcg/run.h"

struct unmounts {
	struct ledger *ledger;
	struct paths *paths;
	struct map seen;	/* inodes and super_blocks */
};

struct unmounts *unmounts_new(struct run *run, struct ledger *ledger)
{
	struct unmounts *unmounts = arena_alloc(&run->arena, sizeof(*unmounts));

	unmounts->ledger = ledger;
	unmounts->paths = paths_new(run);
	map_init(&unmounts->seen, &run->arena);
	return unmounts;
}

struct search {
	kaddr_t bdev, sb;
};

static void look_at_superblock(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;
	struct search *search = arg;
	kaddr_t sb = link - l->sb_list_node.offset, bdev;

	if (read_member(run, sb, l->sb_bdev, &bdev) && bdev == search->bdev)
		search->sb = sb;
}

/* What is mounted from a block device: include/linux/fs.h, super_block.s_bdev; 0: nothing. */
static kaddr_t mounted_from(struct run *run, kaddr_t inode)
{
	const struct layout *l = run->layout;
	struct search search = {
		.bdev = inode - l->bdev_inode_inode.offset + l->bdev_inode_bdev.offset };

	if (l->super_blocks && l->sb_list_node.known && l->sb_bdev.known)
		list_visit(run, l->super_blocks, look_at_superblock, &search);
	return search.sb;
}

static kaddr_t super_block_of(struct run *run, const struct file *file)
{
	kaddr_t sb;

	if (!read_member(run, file->inode, run->layout->inode_sb, &sb))
		return 0;
	return sb && files_is_of_type(run, sb, "bdev") ? mounted_from(run, file->inode) : sb;
}

struct visiting {
	const struct unmounts *unmounts;
	bool any;
};

/* All of them: a filesystem goes with the last of its mounts. */
static void name_mount(struct run *run, void *arg, kaddr_t mount)
{
	struct visiting *visiting = arg;
	const struct unmounts *unmounts = visiting->unmounts;
	struct name path = { 0 };
	struct targeted *target;

	if (!paths_of_mount(run, unmounts->paths, mount, &path)) {
		unmounts->ledger->targets[TO_UNMOUNT].elsewhere++;
		return;
	}
	visiting->any = true;
	target = ledger_target(unmounts->ledger, TO_UNMOUNT, mount);
	if (target)
		target->name = path;
}

void unmounts_add(struct run *run, struct unmounts *unmounts, const struct file *file)
{
	struct visiting visiting = { unmounts, false };
	struct targeted *target;
	kaddr_t sb;

	if (!map_put(&unmounts->seen, file->inode, unmounts))
		return;
	sb = super_block_of(run, file);
	if (sb && !map_put(&unmounts->seen, sb, unmounts))
		return;
	if (sb)
		mounts_visit(run, sb, name_mount, &visiting);
	if (visiting.any)
		return;
	target = ledger_target(unmounts->ledger, TO_UNMOUNT, sb ? sb : file->inode);
	if (target)
		target->name = sb ? files_filesystem_name(run, sb) : file->name;
}
