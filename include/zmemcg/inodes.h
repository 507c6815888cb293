/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files that folios belong to.
 */
#ifndef ZMEMCG_INODES_H
#define ZMEMCG_INODES_H

#include "zmemcg/map.h"
#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct folio;
struct memcg;
struct paths;
struct run;

struct file {
	kaddr_t inode;
	kaddr_t mapping;	/* struct address_space of its pages; 0: none was met */
	const char *type;	/* column TYPE: file, shmem, bdev, hugetlb */
	bool unlinked;		/* i_nlink is 0 */
	bool segment;		/* of System V shared memory */
	struct name name;

	/* For a report's sums; untouched here. */
	uint64_t base_pages, zombies, sole;
	uint32_t place;
	const struct memcg *owner;	/* of the first of its folios */
	bool several_owners;
	unsigned int holds;	/* enum folio_hold (holds.h), of all its folios */
	unsigned int needs;	/* what frees its pages: remedies.h */
	const struct memcg *first_holder;
	struct map other_holders;
};

struct files {
	struct map by_mapping, by_inode;
	struct paths *paths;
};

struct files *files_new(struct run *run);

/*
 * The file of a folio of page cache or shmem, the same one each time; NULL when it
 * has none (anonymous, in the swap cache, truncated) or its inode is unreadable.
 */
struct file *files_of_folio(struct run *run, struct files *files, const struct folio *folio);

/* The file of an inode that may have no folio. */
struct file *files_of_inode(struct run *run, struct files *files, kaddr_t inode);

/* The file that a mapping was met as, or NULL. */
struct file *files_of_mapping(const struct files *files, kaddr_t mapping);

/* "[ext4 vdb]" */
struct name files_filesystem_name(struct run *run, kaddr_t sb);

/* Whether a super_block is of this type of filesystem: "overlay". */
bool files_is_of_type(struct run *run, kaddr_t sb, const char *type);

/* Whether pages of this struct address_space are tree blocks of btrfs. */
bool files_is_metadata(struct run *run, kaddr_t mapping);

/* What stands in TYPE and PATH for a folio without a file. */
const char *folio_type_name(const struct folio *folio);
struct name folio_name(const struct folio *folio);

#endif
