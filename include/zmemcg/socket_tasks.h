/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks that have a socket which none has open.
 */
#ifndef ZMEMCG_SOCKET_TASKS_H
#define ZMEMCG_SOCKET_TASKS_H

#include "zmemcg/types.h"

struct ledger;
struct run;

/*
 * Names for the ledger who maps a struct sock's file, as a packet socket's ring (net/packet/af_packet.c 6.1
 * packet_mmap()). False: nobody, as far as is known.
 */
bool socket_tasks_to_end(struct run *run, struct ledger *ledger, kaddr_t sock);

#endif
