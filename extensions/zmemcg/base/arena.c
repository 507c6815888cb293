// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/arena.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES	(256 * 1024)
#define ALIGNMENT	16

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, room;
	_Alignas(ALIGNMENT) char bytes[];
};

static struct arena_chunk *add_chunk(struct arena *arena, size_t room)
{
	const bool beyond_limit = arena->limit && arena->bytes + room > arena->limit;
	struct arena_chunk *chunk = beyond_limit ? NULL : calloc(1, sizeof(*chunk) + room);

	if (!chunk) {
		arena->exhausted(arena->exhausted_arg, beyond_limit);
		abort();	/* exhausted() must not return */
	}
	chunk->room = room;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->bytes += room;
	return chunk;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	struct arena_chunk *chunk = arena->chunks;
	void *memory;

	bytes = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!chunk || chunk->room - chunk->used < bytes)
		chunk = add_chunk(arena, bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES);
	memory = chunk->bytes + chunk->used;
	chunk->used += bytes;
	return memory;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	return copy;
}

void *arena_grow(struct arena *arena, void *array, size_t count, size_t *room,
		 size_t element_bytes)
{
	void *larger;

	if (count < *room)
		return array;
	*room = *room ? 2 * *room : 64;
	larger = arena_alloc(arena, *room * element_bytes);
	if (count)
		memcpy(larger, array, count * element_bytes);
	return larger;
}

void arena_free(struct arena *arena)
{
	while (arena->chunks) {
		struct arena_chunk *chunk = arena->chunks;

		arena->chunks = chunk->next;
		free(chunk);
	}
	arena->bytes = 0;
}
