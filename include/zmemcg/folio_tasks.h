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

typedef void task_visitor(struct run *run, void *arg, kaddr_t task);

/*
 * Of a page of the kernel's: calls visit() with a task of each process whose page table or stack it
 * is. Returns whether any has it: nothing tells who has other memory.
 */
bool folio_tasks_of_kernel(struct run *run, struct folio_tasks *tasks, const struct folio *folio,
			   task_visitor *visit, void *arg);

/*
 * Remembers one that is mapped: who maps it is looked for in one pass over all that are (mappers.h).
 * False where nothing tells: of KSM's.
 */
bool folio_tasks_remember(struct run *run, struct folio_tasks *tasks, const struct folio *folio);

/*
 * Calls visit() with a task of each process that maps some of those, nobody() with the struct page
 * of each that no process was found for. A process may come more than once.
 */
void folio_tasks_of_remembered(struct run *run, struct folio_tasks *tasks, task_visitor *visit,
			       void (*nobody)(struct run *run, void *arg, kaddr_t page), void *arg);

#endif
