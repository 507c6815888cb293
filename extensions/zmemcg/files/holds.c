// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/holds.h"

#include "zmemcg/access.h"
#include "zmemcg/batches.h"
#include "zmemcg/folio.h"
#include "zmemcg/inodes.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* A page of 64 KB has at most this many buffers of 512 bytes. */
#define BUFFERS_LIMIT	128

/* A mapcount starts at -1: include/linux/mm.h page_mapcount(). */
static bool count_says_mapped(struct run *run, kaddr_t at, struct member count)
{
	uint64_t value;

	return read_member(run, at, count, &value) && (int32_t)value >= 0;
}

static bool folio_mapped(struct run *run, const struct folio *folio)
{
	const struct layout *l = run->layout;

	if (folio->base_pages > 1) {
		if (count_says_mapped(run, folio->page, l->folio_entire_mapcount) ||
		    count_says_mapped(run, folio->page, l->folio_large_mapcount) ||
		    count_says_mapped(run, folio->page + l->page_size_bytes,
				      l->tail_compound_mapcount))
			return true;
	}
	for (uint64_t i = 0; i < folio->base_pages; i++) {
		if (count_says_mapped(run, folio->page + i * l->page_size_bytes,
				      l->page_mapcount))
			return true;
	}
	return false;
}

/*
 * A mounted filesystem keeps the buffers of its superblock, group descriptors and
 * bitmaps: fs/buffer.c 6.1 drop_buffers() then leaves the page. page->private is
 * a ring of buffer_heads only where these point back to the page.
 */
static bool buffers_held(struct run *run, const struct folio *folio)
{
	const struct layout *l = run->layout;
	uint64_t first, at, page, count;

	if (!flag_is_set(folio->flags, l->pg_private) || !l->bh_page.known ||
	    !read_member(run, folio->page, l->page_private, &first) || !first)
		return false;
	at = first;
	for (int i = 0; i < BUFFERS_LIMIT; i++) {
		if (!peek_member(run, at, l->bh_page, &page) || page != folio->page ||
		    !read_member(run, at, l->bh_count, &count))
			return false;
		if (count)
			return true;
		if (!read_member(run, at, l->bh_this_page, &at) || at == first)
			return false;
	}
	return false;
}

/*
 * How many references the folio has besides the cache's, one to each base page, and the one of what
 * PG_private or PG_private_2 means (buffer_heads and iomap's states keep none of their own).
 */
static int64_t other_references(struct run *run, const struct folio *folio)
{
	const struct layout *l = run->layout;
	const int64_t own = (folio->mapping ? (int64_t)folio->base_pages : 0) +
			    (flag_is_set(folio->flags, l->pg_private) ||
			     flag_is_set(folio->flags, l->pg_private_2));
	int64_t others = folio->references - own;
	uint64_t now;

	if (others <= 0 || !session_live())
		return others;
	/* On a live system who reads a file refers to its pages for a moment: look again. */
	if (!read_member(run, folio->page, l->page_refcount, &now))
		return 0;
	return (int32_t)now - own < others ? (int32_t)now - own : others;
}

/*
 * btrfs keeps another reference for the extent_buffer that page->private means: fs/btrfs/extent_io.c
 * 6.1 try_release_extent_buffer() gives it up only where no tree root is in it.
 */
static bool is_tree_block(struct run *run, const struct folio *folio)
{
	return flag_is_set(folio->flags, run->layout->pg_private) &&
	       files_is_metadata(run, folio->mapping);
}

/*
 * Batches of the LRU lists go with the next pages of their CPU, or with drop_caches (6.12). A folio
 * that is on no list is isolated: whoever took it off, reclaim or compaction, refers to it for a moment.
 */
static bool more_refer(struct run *run, const struct folio *folio, int64_t mappings)
{
	const bool isolated = !flag_is_set(folio->flags, run->layout->pg_lru);
	const int64_t others = other_references(run, folio) - mappings;

	return others > isolated && others > (int64_t)batches_with(run, folio->page);
}

static bool referred(struct run *run, const struct folio *folio)
{
	return more_refer(run, folio, 0);
}

/* What refers to it besides, or may: then the rest tells nothing. Shared memory is never clean. */
static bool is_explained(const struct folio *folio, unsigned int holds)
{
	return folio->hugetlb || holds & (HELD_WRITEBACK | HELD_MAPPED | HELD_MLOCKED) ||
	       (holds & HELD_DIRTY && folio->kind != FOLIO_SHMEM);
}

unsigned int folio_holds(struct run *run, const struct folio *folio)
{
	const struct layout *l = run->layout;
	unsigned int holds = 0;

	if (flag_is_set(folio->flags, l->pg_dirty))
		holds |= HELD_DIRTY;
	if (flag_is_set(folio->flags, l->pg_writeback))
		holds |= HELD_WRITEBACK;
	if (folio_mapped(run, folio))
		holds |= HELD_MAPPED;
	if (flag_is_set(folio->flags, l->pg_mlocked))
		holds |= HELD_MLOCKED;
	if (buffers_held(run, folio))
		holds |= HELD_BUFFERS;
	if (!folio->mapping || other_references(run, folio) <= 0)
		return holds;
	if (is_tree_block(run, folio))
		holds |= HELD_BUFFERS;
	else if (!is_explained(folio, holds) && referred(run, folio))
		holds |= HELD_REFERRED;
	return holds;
}

/* What a pipe had by vmsplice(), or I/O pinned, before it was unmapped: mm/gup.c. */
static bool is_unmapped(struct run *run, const struct folio *folio)
{
	return folio->kind == FOLIO_ANON && !folio_in_swapcache(run, folio) && !folio_mapped(run, folio) &&
	       referred(run, folio);
}

/* mm/filemap.c 6.1 filemap_remove_folio() leaves it on its list, and charged, until the last reference. */
static bool is_truncated(struct run *run, const struct folio *folio)
{
	const struct layout *l = run->layout;

	return folio->kind == FOLIO_OTHER && flag_is_set(folio->flags, l->pg_lru) &&
	       !flag_is_set(folio->flags, l->pg_private) && !folio_holds(run, folio) &&
	       referred(run, folio);
}

/* Each mapping of a base page has one reference, and the swap cache has one. */
bool folio_is_pinned(struct run *run, const struct folio *folio)
{
	uint64_t mapcount;

	return folio->kind == FOLIO_ANON && folio->base_pages == 1 && !folio_in_swapcache(run, folio) &&
	       read_member(run, folio->page, run->layout->page_mapcount, &mapcount) &&
	       more_refer(run, folio, (int64_t)(int32_t)mapcount + 1);
}

bool folio_is_cut_off(struct run *run, const struct folio *folio)
{
	return is_truncated(run, folio) || is_unmapped(run, folio);
}
