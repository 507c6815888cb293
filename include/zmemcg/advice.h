/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the holders that were found to what frees the removed memcgs.
 */
#ifndef ZMEMCG_ADVICE_H
#define ZMEMCG_ADVICE_H

#include "zmemcg/remedies.h"

struct folio;
struct ledger;
struct run;

struct advice;

struct advice *advice_new(struct run *run, struct ledger *ledger);

/* A folio that the ledger counts. The ledger notes which mounts are to go, which tasks to end, whose descriptors to close. */
void advice_look_at(struct run *run, struct advice *advice, const struct folio *folio);

/*
 * Of the selected zombies, by the ledger and what was seen of each of their folios:
 * mm/truncate.c 6.1 invalidate_mapping_pages() and mm/swapfile.c try_to_unuse() say what
 * those two free. A reference that nothing explains has no remedy. What holds shared memory
 * without a name, or an inode that a writeback stays for, its tasks say (users.h), in one pass
 * over them where there is any.
 */
struct remedies advice_count(struct run *run, struct advice *advice);

#endif
