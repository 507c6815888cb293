/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folios that are charged to memcgs, by one of two ways: the memcgs' own LRU
 * lists (lru.h), or a scan of the whole memory map (scan.h).
 */
#ifndef ZMEMCG_PAGES_H
#define ZMEMCG_PAGES_H

#include "zmemcg/folio.h"
#include "zmemcg/scan.h"
#include "zmemcg/types.h"

struct inventory;
struct run;

typedef void folio_visitor(struct run *run, void *arg, const struct folio *folio);

/*
 * Calls visit() for each folio charged to a selected memcg, the way that the
 * options ask for, and fills the memcgs' sums. visit may be NULL for the sums alone.
 * Where folios leave a memcg that is removed, those that it was charged with are
 * visited as well, found by a scan; they count in memcg->former alone.
 */
void pages_visit(struct run *run, struct inventory *inventory, folio_visitor *visit,
		 void *arg);

/*
 * The same for a scan that looks for more than that: whatever the options say, the memcgs'
 * sums start anew here and are filled by the scan.
 */
struct scan_interest pages_interest(struct run *run, struct inventory *inventory,
				    folio_visitor *visit, void *arg);

/* Behind the scan of pages_interest(): what the counters of a live system say now. */
void pages_settle(struct run *run, struct inventory *inventory);

#endif
