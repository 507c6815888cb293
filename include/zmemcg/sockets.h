/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sockets that are charged to memcgs.
 */
#ifndef ZMEMCG_SOCKETS_H
#define ZMEMCG_SOCKETS_H

#include "zmemcg/types.h"

struct ledger;
struct run;

/* Counts a struct sock once, however often it is met; how: who has it, or NULL. */
void socket_count(struct run *run, struct ledger *ledger, kaddr_t sock, const char *how);

#endif
