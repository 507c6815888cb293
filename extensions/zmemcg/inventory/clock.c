// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/clock.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/ticks.h"

#define NS_PER_SECOND	1000000000ull

static const struct member a_long = { .known = true, .size = sizeof(long) };
static const struct member a_u64 = { .known = true, .size = sizeof(uint64_t) };

/* Ours: the year 36812. Differences of such seconds are numbers, too. */
#define SECONDS_LIMIT	(INT64_C(1) << 40)

static bool is_date(int64_t seconds)
{
	return seconds >= 0 && seconds < SECONDS_LIMIT;
}

/* A clock at which nothing can have happened yet, where a damaged dump has no other. */
int64_t wall_clock(struct run *run)
{
	const struct layout *l = run->layout;
	uint64_t seconds;

	if (!session_live() && l->timekeeper_data && l->tk_data_timekeeper.known &&
	    read_member(run, l->timekeeper_data + l->tk_data_timekeeper.offset,
			l->timekeeper_xtime_sec, &seconds)) {
		if (is_date((int64_t)seconds))
			return (int64_t)seconds;
		run->counts.cut++;
	}
	if (is_date(session_now()))
		return session_now();
	run->counts.cut++;
	return 0;
}

/* How long a tick is, or 0. ntp_tick has a fraction of 32 bits: NTP_SCALE_SHIFT. */
static uint64_t tick_ns(struct run *run)
{
	const struct layout *l = run->layout;
	uint64_t ns;

	if (l->tick_nsec && read_member(run, l->tick_nsec, a_long, &ns))
		return ns;
	if (l->timekeeper_data && l->tk_data_timekeeper.known &&
	    read_member(run, l->timekeeper_data + l->tk_data_timekeeper.offset,
			l->timekeeper_ntp_tick, &ns))
		return ns >> 32;
	return 0;
}

/* include/linux/jiffies.h knows no other HZ. */
#define HZ_LEAST	12
#define HZ_MOST		12287

/*
 * A tick is stretched a little to follow the right time: crash's figure, where that is near,
 * or where that of the dump can't be.
 */
static unsigned int ticks_per_second(struct run *run)
{
	const uint64_t ns = tick_ns(run), guess = session_hz(), second = guess * ns;
	uint64_t hz;

	if (!ns || (second > NS_PER_SECOND / 100 * 99 && second < NS_PER_SECOND / 100 * 101))
		return guess;
	hz = (NS_PER_SECOND + ns / 2) / ns;
	if (hz >= HZ_LEAST && hz <= HZ_MOST)
		return hz;
	run->counts.cut++;
	return guess;
}

/* The latest of all CPUs': those that sleep stand still (kernel/sched/core.c update_rq_clock()). */
static uint64_t sched_clock(struct run *run)
{
	const struct layout *l = run->layout;
	uint64_t latest = 0, ns;

	if (!l->runqueues || !l->rq_clock.known)
		return 0;
	for (int cpu = 0; cpu < session_cpus(); cpu++) {
		const kaddr_t rq = session_percpu(l->runqueues, cpu);

		if (rq && read_member(run, rq, l->rq_clock, &ns) && ns > latest)
			latest = ns;
	}
	return latest;
}

struct clock clock_read(struct run *run)
{
	struct clock clock = { .wall = wall_clock(run), .sched_ns = sched_clock(run) };

	if (run->layout->jiffies_64 &&
	    read_member(run, run->layout->jiffies_64, a_u64, &clock.jiffies))
		clock.hz = ticks_per_second(run);
	return clock;
}

bool clock_of_jiffies(const struct clock *clock, uint64_t stamp, int bytes, int64_t *date)
{
	uint64_t ago;

	if (!ticks_ago(clock->jiffies, clock->hz, stamp, bytes, &ago) ||
	    ago > (uint64_t)clock->wall)
		return false;
	*date = clock->wall - (int64_t)ago;
	return true;
}

bool clock_of_sched(const struct clock *clock, uint64_t ns, int64_t *date)
{
	if (!ns || !clock->sched_ns || ns > clock->sched_ns + NS_PER_SECOND)
		return false;
	*date = clock->wall;
	if (ns < clock->sched_ns)
		*date -= (int64_t)((clock->sched_ns - ns) / NS_PER_SECOND);
	return true;
}
