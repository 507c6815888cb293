/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tasks as what an action is to be done to: names for ledger_target(), and the lines of -w behind a holder that they
 * have.
 */
#ifndef ZMEMCG_TASK_TARGETS_H
#define ZMEMCG_TASK_TARGETS_H

#include "zmemcg/ledger.h"
#include "zmemcg/types.h"

struct run;
struct sharers;
struct sharing;

/* Who shares what, by the one pass over all tasks that whoever asks first pays for. */
const struct sharing *task_targets_sharing(struct run *run, struct ledger *ledger);

/* Has a descriptor that is to be closed. */
void task_to_close(struct run *run, struct ledger *ledger, kaddr_t task);

/* Has to end, all its process does; where that has exited, its parent has to ask for it. */
void task_to_end(struct run *run, struct ledger *ledger, kaddr_t task);

/* Names its process behind a holder. */
void task_behind(struct run *run, struct ledger *ledger, enum reference kind, kaddr_t holder,
		 kaddr_t task);

/* Both, of each of these processes, which have the holder. */
void tasks_to_end(struct run *run, struct ledger *ledger, enum reference kind, kaddr_t holder,
		  const struct sharers *sharers);

#endif
