/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * When a memcg was removed and created, as well as the evidence goes.
 */
#ifndef ZMEMCG_AGES_H
#define ZMEMCG_AGES_H

#include "zmemcg/evidence.h"
#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct inventory;

/*
 * While the memcg is looked at for the first time and its pages are at hand: when it was
 * removed, as far as something later than its creation says so, and when it was created.
 */
void ages_note(struct run *run, const struct clock *clock, struct memcg *memcg);

/*
 * When all are noted. A memcg is created after those with a smaller serial number: a date
 * that contradicts this is given up, and what has none is dated by its neighbours'. What is
 * left open is then dated by its creation.
 */
void ages_settle(struct run *run, struct inventory *inventory);

/* The same of a cgroup whose memcg is gone: when it was removed. */
struct dated ages_of_cgroup(struct run *run, const struct clock *clock, kaddr_t kn,
			    kaddr_t cgroup);

/* All that the kernel remembers of one memcg, from every source. */
struct life {
	struct dated last_task, activity, created;
	bool has_owner;
	uint64_t owner;			/* uid, where the directory has attributes */
	struct name invocation_id;	/* that systemd gave the unit's run, or no path */
};

struct life ages_life(struct run *run, const struct clock *clock, const struct memcg *memcg);

#endif
