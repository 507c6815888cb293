/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jiffies, the kernel's count of ticks. Plain C.
 */
#ifndef ZMEMCG_TICKS_H
#define ZMEMCG_TICKS_H

#include "zmemcg/types.h"

/*
 * How many whole seconds ago the stamp was taken: jiffies in a member of 4 or 8 bytes; now
 * is jiffies_64, hz the ticks of a second. A stamp that is a second or two ahead is now:
 * some are set ahead on purpose (include/linux/vmpressure.h). False for what is no stamp:
 * further ahead, or from before the boot, which jiffies begin five minutes below a wrap of
 * 32 bits for (include/linux/jiffies.h INITIAL_JIFFIES).
 */
bool ticks_ago(uint64_t now, unsigned int hz, uint64_t stamp, int bytes, uint64_t *seconds);

#endif
