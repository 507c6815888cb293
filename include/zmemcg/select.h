/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which memcgs a report is about.
 */
#ifndef ZMEMCG_SELECT_H
#define ZMEMCG_SELECT_H

#include "zmemcg/types.h"

struct inventory;
struct run;

/*
 * Marks the memcgs that the options select. Refuses the run when a selector
 * means none. Returns how many -t left out for want of evidence of their age.
 */
uint64_t select_memcgs(struct run *run, struct inventory *inventory);

#endif
