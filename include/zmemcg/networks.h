/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network namespaces: the kernel's own sockets of one are charged to who made it, and stay as long as it does.
 */
#ifndef ZMEMCG_NETWORKS_H
#define ZMEMCG_NETWORKS_H

#include "zmemcg/types.h"

struct ledger;
struct run;

/*
 * What takes such a socket away, a set of remedies.h: all that keeps its struct net has to go, the processes that are
 * in it, the files that lead to it, its mounts, the sockets that somebody has open there (net/core/sock.c 6.1
 * sk_alloc()). Names them for the ledger once for each namespace, with the lines of -w behind the first socket that
 * asks. NEED(REMEDY_NONE) of init's, and of one that nothing was found to keep.
 */
unsigned int network_needs(struct run *run, struct ledger *ledger, kaddr_t net, kaddr_t sock);

#endif
