/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What keeps a namespace, and what therefore takes away what the namespace keeps: css_sets, or the kernel's own
 * sockets.
 */
#ifndef ZMEMCG_KEEPERS_H
#define ZMEMCG_KEEPERS_H

#include "zmemcg/ledger.h"
#include "zmemcg/map.h"
#include "zmemcg/types.h"

struct open_file;
struct paths;
struct run;

/* A namespace. */
struct kept {
	kaddr_t addr;
	const char *type;	/* its struct, as -w calls it: a constant */
	struct map members;	/* processes that have a task in it */
	bool is_mounted;	/* where init sees it */
};

/* One of these. */
struct keeper {
	kaddr_t task;		/* is in it */
	const struct open_file *file;	/* leads to it (/proc/PID/ns/net), or was opened from within it: a
					   socket, a file of cgroupfs */
	kaddr_t mount;		/* a struct mount: mount --bind /proc/PID/ns/net */
};

/* Where lines of -w are to stand. */
struct shelf {
	enum reference kind;
	kaddr_t holder;
};

struct kept *kept_new(struct run *run, kaddr_t addr, const char *type);

/* To be told of each keeper before any of them is asked for what it needs; paths may be NULL where no names are wanted. */
void kept_by(struct run *run, struct paths *paths, struct kept *kept, const struct keeper *keeper);

/* Whether a file goes with the members: nobody else has it. */
bool kept_file_is_of_members(struct run *run, struct ledger *ledger, const struct kept *kept,
			     const struct open_file *file);

/*
 * Which action takes the keeper away, a set of remedies.h: a task that ends leaves its namespaces, and closes the
 * files that it alone has. Names for the ledger whom or what that is to be done to; mounts that init does not see are
 * named where it sees none, else counted: unmounting takes copies along.
 */
unsigned int keeper_needs(struct run *run, struct ledger *ledger, struct paths *paths,
			  const struct kept *kept, const struct keeper *keeper);

/* A line behind a holder: the namespace, and who keeps it. */
void keeper_behind(struct run *run, struct ledger *ledger, struct paths *paths, struct shelf shelf,
		   const struct kept *kept, const struct keeper *keeper);

#endif
