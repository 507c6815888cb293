/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's doubly linked lists: include/linux/list.h.
 */
#ifndef ZMEMCG_LISTS_H
#define ZMEMCG_LISTS_H

#include "zmemcg/types.h"

struct run;

/*
 * Calls visit() with the address of each list_head that is linked behind head. Each
 * has to point back to the one before it, and the head to the last: a list that does not
 * is cut and counted. On a live system each element is visited once, and one that was on the list
 * all the time is, unless it is counted.
 */
void list_visit(struct run *run, kaddr_t head,
		void (*visit)(struct run *run, void *arg, kaddr_t link), void *arg);

#endif
