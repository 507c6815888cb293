/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One pass over every struct page of the machine.
 */
#ifndef ZMEMCG_SCAN_H
#define ZMEMCG_SCAN_H

#include "zmemcg/types.h"

struct run;

/* bytes: sizeof(struct page) of them; page is no tail and not all zero. */
typedef void page_visitor(struct run *run, void *arg, kaddr_t page, uint64_t pfn,
			  const char *bytes);

/* Returns the number of struct pages looked at. */
uint64_t scan_memory_map(struct run *run, page_visitor *visit, void *arg);

#endif
