// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/ticks.h"

#define SECONDS_AHEAD	2

/* include/linux/jiffies.h INITIAL_JIFFIES, the same of 4 and of 8 bytes since 64-bit ones exist */
static uint64_t at_boot(unsigned int hz)
{
	return (uint32_t)(-300 * (int64_t)hz);
}

bool ticks_ago(uint64_t now, unsigned int hz, uint64_t stamp, int bytes, uint64_t *seconds)
{
	uint64_t behind = now - stamp, ahead = stamp - now;

	if (!hz)
		return false;
	if (bytes == 4) {
		behind = (uint32_t)behind;
		ahead = (uint32_t)ahead;
	}
	if (ahead <= (uint64_t)SECONDS_AHEAD * hz)
		behind = 0;
	if (behind > now - at_boot(hz))
		return false;
	*seconds = behind / hz;
	return true;
}
