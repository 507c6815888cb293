/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which files hold memcgs, how many each, how many alone, and which few of them hold most.
 */
#ifndef ZMEMCG_TALLY_H
#define ZMEMCG_TALLY_H

#include "zmemcg/cover.h"
#include "zmemcg/types.h"

struct file;
struct files;
struct folio;
struct inventory;
struct memcg;
struct run;
struct tally;

struct tally_result {
	struct file **files;		/* most zombies first, then most pages */
	size_t count;
	struct file *cover[COVER_FILES];	/* the few that hold most zombies: cover.h */
	uint32_t cover_count;
	uint64_t covered;		/* zombies all of whose pages are of those */
	uint64_t uncovered;		/* all of whose pages are of files, of others too */
	size_t zombies;			/* of all that are selected */
};

struct tally *tally_new(struct run *run, const struct inventory *inventory);

/* A folio, and the memcg that it speaks of. */
void tally_add(struct run *run, struct tally *tally, const struct folio *folio,
	       const struct memcg *memcg);

/* After all folios, once. The sums are in each file. */
struct tally_result tally_count(struct run *run, struct tally *tally);

/* The files that the folios led to. */
struct files *tally_files(const struct tally *tally);

#endif
