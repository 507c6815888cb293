/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A map from kernel addresses to things of ours, and so a set for loop checks.
 */
#ifndef ZMEMCG_MAP_H
#define ZMEMCG_MAP_H

#include "zmemcg/types.h"

struct arena;
struct map_slot;

struct map {
	struct arena *arena;
	struct map_slot *slots;
	size_t room;	/* a power of two */
	size_t count;
};

void map_init(struct map *map, struct arena *arena);

/* What was put under key, or NULL. */
void *map_get(const struct map *map, kaddr_t key);

/* Puts value (not NULL) under key; false when the key was there: the old value stays. */
bool map_put(struct map *map, kaddr_t key, void *value);

#endif
