// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inuse.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"

/* A bdi_writeback of a selected memcg, and what is attached to it. */
struct writeback {
	struct writeback *next;
	kaddr_t addr;
	const struct memcg *memcg;
	bool has_inodes, in_use;
};

struct counting {
	struct ledger *ledger;
	struct map seen;	/* a bdi_writeback is on its device's list and on the offline one */
	struct map counted;	/* struct writeback: those of selected memcgs */
	struct files *files;	/* for the details */
	struct writeback *first;
	struct writeback *writeback;	/* whose inodes are looked at */
};

/* Whether its inodes are handed on when the next memcg is removed: rows.c */
static bool hands_on(const struct layout *l)
{
	return l->wb_attached.known && l->inode_io_list.known;
}

static bool looks_at_inodes(const struct counting *counting)
{
	return counting->files || counting->ledger->whole;
}

/*
 * One that nobody uses goes with sync and drop_caches. The others are handed on, or have to be
 * given up.
 */
static void look_at_inode(struct run *run, struct counting *counting,
			  struct writeback *writeback, kaddr_t inode)
{
	writeback->has_inodes = true;
	if (!inode_in_use(run, inode))
		ledger_needs(counting->ledger, writeback->memcg, NEED(REMEDY_DROP_CACHES));
	else if (hands_on(run->layout))
		writeback->in_use = true;
	else
		ledger_needs_inode(counting->ledger, writeback->memcg, inode);
}

static void take_inode(struct run *run, struct counting *counting, struct writeback *writeback,
		       kaddr_t inode)
{
	if (counting->files)
		ledger_add_behind(counting->ledger, REF_CGWB, writeback->addr, "inode", inode,
				  files_of_inode(run, counting->files, inode)->name);
	if (counting->ledger->whole)
		look_at_inode(run, counting, writeback, inode);
}

static void visit_attached(struct run *run, void *arg, kaddr_t link)
{
	struct counting *counting = arg;

	take_inode(run, counting, counting->writeback, link - run->layout->inode_io_list.offset);
}

/* A device's own, that of the root memcg, has nothing on b_attached, which wb_init() leaves zero (mm/backing-dev.c 6.1). */
static bool is_never_used(struct run *run, kaddr_t list)
{
	kaddr_t first;

	return read_pointer(run, list, &first) && !first;
}

/* fs/fs-writeback.c 6.1 inode_io_list_move_locked(), inode_cgwb_move_to_attached(). */
static void take_listed_inodes(struct run *run, struct counting *counting)
{
	const struct layout *l = run->layout;
	const struct member lists[] = { l->wb_dirty, l->wb_io, l->wb_more_io, l->wb_dirty_time,
					l->wb_attached };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const kaddr_t list = counting->writeback->addr + lists[i].offset;

		if (lists[i].known && !is_never_used(run, list))
			list_visit(run, list, visit_attached, counting);
	}
}

/* include/linux/backing-dev.h 6.1 wb_has_dirty_io(): dirty times do not count. */
static bool has_dirty_inodes(struct run *run, kaddr_t wb)
{
	const struct layout *l = run->layout;
	const struct member lists[] = { l->wb_dirty, l->wb_io, l->wb_more_io };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		kaddr_t first, head = wb + lists[i].offset;

		if (lists[i].known && read_pointer(run, head, &first) && first != head)
			return true;
	}
	return false;
}

/*
 * mm/backing-dev.c 6.1 cleanup_offline_cgwbs_workfn(), which each removal of a memcg starts, hands
 * the inodes of a clean one to the parent's: then it does not matter who uses them. Without any it
 * is on its way.
 */
static void say_needs(struct run *run, const struct counting *counting,
		      const struct writeback *writeback)
{
	unsigned int needs = 0;

	if (!writeback->has_inodes || writeback->in_use)
		needs |= NEED(REMEDY_TIME);
	if (writeback->in_use && has_dirty_inodes(run, writeback->addr))
		needs |= NEED(REMEDY_DROP_CACHES);
	ledger_needs(counting->ledger, writeback->memcg, needs);
	counting->ledger->waits |= needs & NEED(REMEDY_TIME) ? WAIT_REMOVAL : 0;
}

static struct writeback *note_writeback(struct run *run, struct counting *counting, kaddr_t wb,
					const struct memcg *memcg)
{
	struct writeback *writeback = arena_alloc(&run->arena, sizeof(*writeback));

	*writeback = (struct writeback){ .next = counting->first, .addr = wb, .memcg = memcg };
	counting->first = writeback;
	map_put(&counting->counted, wb, writeback);
	return writeback;
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
	counting->writeback = note_writeback(run, counting, wb, memcg);
	if (hands_on(l) && looks_at_inodes(counting))
		take_listed_inodes(run, counting);
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
	struct counting *counting = arg;
	struct writeback *writeback;
	kaddr_t inode = link - l->inode_sb_list.offset, wb;

	if (!read_member(run, inode, l->inode_wb, &wb))
		return;
	writeback = map_get(&counting->counted, wb);
	if (writeback)
		take_inode(run, counting, writeback, inode);
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
static void take_inodes_of_superblocks(struct run *run, struct counting *counting)
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
	if (looks_at_inodes(&counting) && counting.counted.count && !hands_on(l))
		take_inodes_of_superblocks(run, &counting);
	for (const struct writeback *at = counting.first; at && ledger->whole; at = at->next)
		say_needs(run, &counting, at);
}
