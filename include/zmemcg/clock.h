/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What time it was, in each of the clocks that the kernel stamps its objects with.
 */
#ifndef ZMEMCG_CLOCK_H
#define ZMEMCG_CLOCK_H

#include "zmemcg/types.h"

struct run;

/*
 * The realtime clock when the dump was taken, or now on a live system; seconds since
 * 1970. From the kernel's own timekeeper where it stands in struct tk_data
 * (kernel/time/timekeeping.c, 6.13), which not every crash finds; else crash's.
 */
int64_t wall_clock(struct run *run);

/* One moment, in all of them. A clock that is not known dates nothing. */
struct clock {
	int64_t wall;		/* seconds since 1970 */
	uint64_t jiffies;	/* jiffies_64 */
	unsigned int hz;	/* its ticks in a second; 0: not known */
	uint64_t sched_ns;	/* the CPUs' scheduler clock (kernel/sched/clock.c); 0: not known */
};

/*
 * The ticks of a second are what the kernel's own tick says (kernel/time/ntp.c tick_nsec,
 * since 6.13 timekeeper.ntp_tick): crash guesses 1000 where the kernel does not have its
 * configuration in it, which Debian's have not.
 */
struct clock clock_read(struct run *run);

/*
 * Stamps as seconds since 1970; false for what is none. Time that the machine slept away is
 * not in them: then they are dated later than they were.
 */
bool clock_of_jiffies(const struct clock *clock, uint64_t stamp, int bytes, int64_t *date);
bool clock_of_sched(const struct clock *clock, uint64_t ns, int64_t *date);

#endif
