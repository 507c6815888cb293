/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All memory of one run. Nothing is freed on its own: the run's end, the next
 * run's start or the unload of the extension frees everything at once, however
 * the run was left (a command can be left by longjmp at any call into crash).
 */
#ifndef ZMEMCG_ARENA_H
#define ZMEMCG_ARENA_H

#include "zmemcg/types.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks;	/* newest first */
	size_t bytes;			/* taken from the system so far */
	size_t limit;			/* most that may be taken, 0: no limit */
	/* Called when no more can be had, for our limit or the system's; must not return. */
	void (*exhausted)(void *arg, bool beyond_limit);
	void *exhausted_arg;
};

/* Zeroed memory, aligned for any type. Never NULL: exhausted() is called instead. */
void *arena_alloc(struct arena *arena, size_t bytes);

/* A copy of len bytes with a NUL behind them. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);

/*
 * Room for one more element of an array that grows: returns the array, moved
 * when it was full. *room is its capacity in elements.
 */
void *arena_grow(struct arena *arena, void *array, size_t count, size_t *room,
		 size_t element_bytes);

/* Gives everything back; the arena can be used again. */
void arena_free(struct arena *arena);

#endif
