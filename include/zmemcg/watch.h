/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is new since the last run with -t: "repeat -10 zmemcg -t 60" is a watch.
 *
 * This is the one thing that is kept from run to run: of each dying memcg its address and
 * the serial number of its css (struct cgroup_subsys_state.serial_nr, which the kernel gives
 * once, so that a memcg at the address of one that was freed is another). A run replaces it
 * when its last word was written: one that was aborted leaves it as it was.
 */
#ifndef ZMEMCG_WATCH_H
#define ZMEMCG_WATCH_H

#include "zmemcg/types.h"

struct inventory;
struct memcg;
struct run;

struct news {
	int64_t seconds;	/* since the run that this one is compared with */
	uint64_t gone;		/* memcgs that were dying then, and are freed */
	const struct memcg **fresh;	/* that are dying now, and were not; as in the inventory */
	size_t fresh_count;
};

/*
 * What changed since the last run with -t that had the same selectors; its value does not
 * matter, nor does the age of the memcgs. False when there was none, or when one of the two did
 * not see all of them.
 */
bool watch_compare(struct run *run, const struct inventory *inventory, struct news *news);

/* Keeps what this run saw for the next one. For a run that was written to its end. */
void watch_remember(const struct run *run);

/* Gives the memory back; for the unload of the extension. */
void watch_forget(void);

#endif
