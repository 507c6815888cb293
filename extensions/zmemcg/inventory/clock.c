// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/clock.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

int64_t wall_clock(struct run *run)
{
	const struct layout *l = run->layout;
	uint64_t seconds;

	if (!session_live() && l->timekeeper_data && l->tk_data_timekeeper.known &&
	    read_member(run, l->timekeeper_data + l->tk_data_timekeeper.offset,
			l->timekeeper_xtime_sec, &seconds))
		return seconds;
	return session_now();
}
