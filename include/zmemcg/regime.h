/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What follows from a kernel's layout, in words: for a person who reads zmemcg -L of a
 * kernel that nobody else has. Plain C.
 */
#ifndef ZMEMCG_REGIME_H
#define ZMEMCG_REGIME_H

#include "zmemcg/layout.h"

/* Whether pages hold a removed memcg. */
const char *regime_of_pages(const struct layout *layout);

struct regime_fact {
	const char *key;
	const char *(*value)(const struct layout *layout);
};

extern const struct regime_fact regime_facts[];
extern const size_t regime_fact_count;

#endif
