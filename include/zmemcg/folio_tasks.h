/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks that have a folio, so that it goes when they end.
 */
#ifndef ZMEMCG_FOLIO_TASKS_H
#define ZMEMCG_FOLIO_TASKS_H

#include "zmemcg/types.h"

struct folio;
struct folio_tasks;
struct ledger;
struct run;

struct folio_tasks *folio_tasks_new(struct run *run, struct ledger *ledger);

/*
 * Calls visit() with a task of each process that maps some of it, or whose page table or stack it is. A process may come
 * more than once; one that came with another folio of the same mapping does not come again. Returns whether any has it:
 * nothing tells who has other memory of the kernel's, what is in the swap cache alone, or KSM's.
 */
bool folio_tasks_visit(struct run *run, struct folio_tasks *tasks, const struct folio *folio,
		       void (*visit)(struct run *run, void *arg, kaddr_t task), void *arg);

#endif
