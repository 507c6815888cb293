/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the holders that were found to what frees the removed memcgs.
 */
#ifndef ZMEMCG_ADVICE_H
#define ZMEMCG_ADVICE_H

#include "zmemcg/remedies.h"

struct ledger;
struct run;

struct advice;

/* Before references_find(): the ledger's folios are looked at as they are found. */
struct advice *advice_prepare(struct run *run, struct ledger *ledger);

/*
 * Of the selected zombies, by the ledger and what was seen of each of their folios:
 * mm/truncate.c 6.1 invalidate_mapping_pages() and mm/swapfile.c try_to_unuse() say what
 * those two free. A reference that nothing explains has no remedy.
 */
struct remedies advice_count(const struct advice *advice);

#endif
