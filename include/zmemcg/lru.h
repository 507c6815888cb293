/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folios on a memcg's own LRU lists, classic and multi-generational: the
 * work is what the memcg holds, not what the machine has.
 *
 * What no list links is not seen: mlocked folios since 5.18, folios that are
 * isolated, and those in a CPU's batch. The kernel's counters tell how many
 * base pages there should be.
 */
#ifndef ZMEMCG_LRU_H
#define ZMEMCG_LRU_H

#include "zmemcg/pages.h"

struct memcg;

void lru_visit(struct run *run, struct inventory *inventory, struct memcg *memcg,
	       folio_visitor *visit, void *arg);

/*
 * Base pages that the kernel counts on the memcg's lists: lru_zone_size of all
 * zones and lists, plus what the multi-generational LRU counts for itself
 * (include/linux/mm_inline.h 6.1 lru_gen_update_size()).
 */
uint64_t lru_charged(struct run *run, const struct memcg *memcg);

#endif
