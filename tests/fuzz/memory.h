/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The run's memory: counted, refused where a case wants that, and each object of an arena with
 * bytes behind it that nobody may touch. Linked with -Wl,--wrap=malloc,calloc,free and of the
 * functions of base/arena.c.
 */
#ifndef ZMEMCG_FUZZ_MEMORY_H
#define ZMEMCG_FUZZ_MEMORY_H

#include <stddef.h>
#include <stdint.h>

extern struct memory {
	size_t bytes, most;	/* allocated now; the most since somebody set it */
	uint64_t asked;		/* allocations so far */
	uint64_t refuse_from;	/* the first that is not given, 0: none */
	uint64_t objects;	/* of arenas, so far */
	uint64_t last_object;	/* which there is no room behind, 0: none is the last */
} memory;

#endif
