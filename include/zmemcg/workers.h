/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Work in units, done by several processes, with the results of one.
 *
 * Threads are impossible: crash's readers keep their state in globals. So the
 * session works together with forks of it, the workers, which have dump files of
 * their own; the result of a unit is written to shared memory. The session takes the
 * results in the order of the units, so what it makes of them does not depend on how
 * many worked. A unit whose worker died is done again by the session.
 */
#ifndef ZMEMCG_WORKERS_H
#define ZMEMCG_WORKERS_H

#include "zmemcg/types.h"

struct run;

struct work {
	size_t units;
	size_t result_room;	/* bytes that one unit's result can have */
	/*
	 * Does one unit, in a worker or in the session: reads the dump, prints
	 * nothing, asks gdb nothing. Returns the bytes of its result.
	 */
	size_t (*do_unit)(struct run *run, void *arg, size_t unit, void *result);
	/* In the session, one unit after the other. */
	void (*take)(struct run *run, void *arg, size_t unit, const void *result, size_t bytes);
	/* In the session, before it takes any: what workers need not wait for. */
	void (*meanwhile)(struct run *run, void *arg);
	void *arg;
};

/*
 * Does all of the work with that many processes, the session one of them. On a live system,
 * and with a dump that can't be read twice at a time, all is done in the session. What
 * workers could not read is counted in the run. However the run is left, no process stays
 * behind.
 */
void workers_do(struct run *run, const struct work *work, unsigned int jobs);

/* How many processes the machine has room for. */
unsigned int workers_cores(void);

#endif
