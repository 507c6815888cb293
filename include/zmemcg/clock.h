/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What time it was.
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

#endif
