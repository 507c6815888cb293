// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/map.h"

#include "zmemcg/arena.h"

struct map_slot {
	kaddr_t key;
	void *value;	/* NULL: the slot is free */
};

void map_init(struct map *map, struct arena *arena)
{
	*map = (struct map){ .arena = arena };
}

/* Multiplicative hashing: kernel objects differ in the middle bits of their addresses. */
static size_t home(const struct map *map, kaddr_t key)
{
	return (key * 0x9e3779b97f4a7c15ull >> 20) & (map->room - 1);
}

static struct map_slot *find(const struct map *map, kaddr_t key)
{
	size_t at = home(map, key);

	while (map->slots[at].value && map->slots[at].key != key)
		at = (at + 1) & (map->room - 1);
	return &map->slots[at];
}

void *map_get(const struct map *map, kaddr_t key)
{
	return map->room ? find(map, key)->value : NULL;
}

static void enlarge(struct map *map)
{
	struct map_slot *old = map->slots;
	size_t old_room = map->room;

	map->room = old_room ? 2 * old_room : 64;
	map->slots = arena_alloc(map->arena, map->room * sizeof(*map->slots));
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].value)
			*find(map, old[i].key) = old[i];
	}
}

bool map_put(struct map *map, kaddr_t key, void *value)
{
	struct map_slot *slot;

	if (2 * map->count >= map->room)
		enlarge(map);
	slot = find(map, key);
	if (slot->value)
		return false;
	*slot = (struct map_slot){ key, value };
	map->count++;
	return true;
}
