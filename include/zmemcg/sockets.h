/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets that are charged to memcgs.
 */
#ifndef ZMEMCG_SOCKETS_H
#define ZMEMCG_SOCKETS_H

#include "zmemcg/types.h"

struct ledger;
struct run;
struct scan_interest;

/*
 * For a scan of the memory map: counts the sockets in the slab pages of the protocols'
 * caches, and of kmalloc()'s where a protocol has none: those that no task has open, and the
 * kernel's own of a network namespace. False where this kernel's are not known.
 */
bool sockets_interest(struct run *run, struct ledger *ledger, struct scan_interest *interest);

#endif
