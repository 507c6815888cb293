/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which few files hold most zombies. Plain C.
 */
#ifndef ZMEMCG_COVER_H
#define ZMEMCG_COVER_H

#include "zmemcg/arena.h"
#include "zmemcg/types.h"

/* The files that hold one zombie, by their numbers, each once. */
struct cover_set {
	const uint32_t *files;
	uint32_t count;		/* 0: something that is no file holds it too, or nothing does */
};

#define COVER_FILES	10	/* more than a line can bear is of no use */

struct cover {
	uint32_t files[COVER_FILES];
	uint32_t count;
	uint64_t freed;		/* zombies whose files are all among these */
	uint64_t left;		/* that files hold, others among them: the choice was cut */
};

/*
 * Greedy: always the file that frees most zombies together with those chosen before; where
 * none frees any, the one that most of those wait for that lack two. It ends before a file
 * that frees less than one in a hundred of all zombies, and with the last that frees any.
 * No single file that is worth so much frees more than the choice does; but a choice of
 * fewer files may free as much, and one of as many more.
 */
struct cover cover_greedy(struct arena *arena, const struct cover_set *zombies,
			  size_t zombie_count, uint32_t file_count);

#endif
