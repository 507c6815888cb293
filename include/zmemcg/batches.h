/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The CPUs' batches of folios on their way to a list of the LRU, or from one to another.
 */
#ifndef ZMEMCG_BATCHES_H
#define ZMEMCG_BATCHES_H

#include "zmemcg/types.h"

struct run;

/*
 * In how many of them a folio is, by its head page: each refers to it. mm/swap.c: 5.10 struct
 * lru_pvecs, 6.1 struct cpu_fbatches, and struct lru_rotate. They are read once a run, when this
 * is asked first. Those of mlock() are not among them: their folios are PG_mlocked.
 */
uint64_t batches_with(struct run *run, kaddr_t page);

#endif
