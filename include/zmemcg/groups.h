/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The selected memcgs by the templates of their paths.
 */
#ifndef ZMEMCG_GROUPS_H
#define ZMEMCG_GROUPS_H

#include "zmemcg/cost.h"
#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct inventory;
struct memcg;
struct run;

/* The memcgs whose paths have one template. */
struct group {
	struct name template;		/* no path: of those whose path can't be read */
	struct group *same_hash;
	uint64_t zombies, base_pages;
	struct cost cost;		/* after costs_take() */
	uint64_t cost_kb;		/* rounded so that those of all groups add up */
	const struct memcg *oldest, *newest;	/* of those with an age; NULL without */
};

struct groups {
	struct group **list;		/* most zombies first, then most pages, then by name */
	size_t count;
};

/* After pages_visit(), which counts the pages. */
struct groups groups_of(struct run *run, const struct inventory *inventory);

#endif
