// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/run.h"

struct counting {
	struct ledger *ledger;
	struct map seen;	/* a bdi_writeback is on its device's list and on the offline one */
	struct map counted;	/* those of selected memcgs */
	struct files *files;	/* for the details */
	kaddr_t wb;		/* whose inodes are looked at */
};

static void name_inode(struct run *run, const struct counting *counting, kaddr_t wb,
		       kaddr_t inode)
{
	ledger_add_behind(counting->ledger, REF_CGWB, wb, "inode", inode,
			  files_of_inode(run, counting->files, inode)->name);
}

static void visit_attached(struct run *run, void *arg, kaddr_t link)
{
	const struct counting *counting = arg;

	name_inode(run, counting, counting->wb, link - run->layout->inode_io_list.offset);
}

/* fs/fs-writeback.c 6.1 inode_io_list_move_locked(), inode_cgwb_move_to_attached(). */
static void name_listed_inodes(struct run *run, struct counting *counting)
{
	const struct layout *l = run->layout;
	const struct member lists[] = { l->wb_dirty, l->wb_io, l->wb_more_io, l->wb_dirty_time,
					l->wb_attached };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (lists[i].known)
			list_visit(run, counting->wb + lists[i].offset, visit_attached, counting);
	}
}

static void count_wb(struct run *run, struct counting *counting, kaddr_t wb)
{
	const struct layout *l = run->layout;
	const struct memcg *memcg;
	kaddr_t css, bdi;
	char name[64] = "?", words[128];
	size_t len;

	if (!map_put(&counting->seen, wb, counting) ||
	    !read_member(run, wb, l->wb_memcg_css, &css))
		return;
	memcg = ledger_memcg_of_css(counting->ledger, css);
	if (!memcg)
		return;
	if (read_member(run, wb, l->wb_bdi, &bdi) && bdi && l->bdi_dev_name.known)
		read_text(run, bdi + l->bdi_dev_name.offset, name, sizeof(name), &len);
	snprintf(words, sizeof(words), "bdi_writeback of device %s", name);
	ledger_add(counting->ledger, memcg, REF_CGWB, 1, wb,
		   ledger_words(counting->ledger, words));
	map_put(&counting->counted, wb, counting);
	counting->wb = wb;
	if (counting->files && l->wb_attached.known && l->inode_io_list.known)
		name_listed_inodes(run, counting);
}

static void visit_wb(struct run *run, void *arg, kaddr_t link)
{
	count_wb(run, arg, link - run->layout->wb_bdi_node.offset);
}

static void visit_offline_wb(struct run *run, void *arg, kaddr_t link)
{
	count_wb(run, arg, link - run->layout->wb_offline_node.offset);
}

static void visit_bdi(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;

	list_visit(run, link - l->bdi_list_node.offset + l->bdi_wb_list.offset, visit_wb, arg);
}

static void visit_inode(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;
	const struct counting *counting = arg;
	kaddr_t inode = link - l->inode_sb_list.offset, wb;

	if (read_member(run, inode, l->inode_wb, &wb) && map_get(&counting->counted, wb))
		name_inode(run, counting, wb, inode);
}

static void visit_superblock(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;

	list_visit(run, link - l->sb_list_node.offset + l->sb_inodes.offset, visit_inode, arg);
}

/*
 * Until 5.13 a clean inode is on no list of the bdi_writeback that it holds: then those of
 * all filesystems are looked at.
 */
static void name_inodes_of_superblocks(struct run *run, struct counting *counting)
{
	const struct layout *l = run->layout;

	if (l->super_blocks && l->sb_list_node.known && l->sb_inodes.known &&
	    l->inode_sb_list.known && l->inode_wb.known)
		list_visit(run, l->super_blocks, visit_superblock, counting);
}

void references_of_cgwbs(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;
	struct counting counting = { .ledger = ledger };

	if (!l->wb_memcg_css.known)	/* CONFIG_CGROUP_WRITEBACK */
		return;
	map_init(&counting.seen, &run->arena);
	map_init(&counting.counted, &run->arena);
	counting.files = ledger->detailed ? files_new(run) : NULL;
	if (l->bdi_list)
		list_visit(run, l->bdi_list, visit_bdi, &counting);
	if (l->offline_cgwbs && l->wb_offline_node.known)
		list_visit(run, l->offline_cgwbs, visit_offline_wb, &counting);
	if (counting.files && counting.counted.count && !l->wb_attached.known)
		name_inodes_of_superblocks(run, &counting);
}
