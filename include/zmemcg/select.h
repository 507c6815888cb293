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

/* For a report that is about those that were removed: takes the others off. */
void select_no_online(struct inventory *inventory);

/*
 * Selects, too, the removed memcgs below those that are, until select_no_more() gives them
 * up: a memcg is held by what holds its children. They are the ones that have memcg->below.
 */
void select_below(struct inventory *inventory);
void select_no_more(struct inventory *inventory);

#endif
