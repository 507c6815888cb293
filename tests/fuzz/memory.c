// SPDX-License-Identifier: GPL-2.0-or-later
#include "memory.h"

#include <malloc.h>
#include <sanitizer/asan_interface.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "zmemcg/arena.h"

struct memory memory;

void *__real_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void __real_free(void *block);
void __wrap_free(void *block);
void *__real_arena_alloc(struct arena *arena, size_t bytes);
void *__wrap_arena_alloc(struct arena *arena, size_t bytes);
char *__wrap_arena_strndup(struct arena *arena, const char *text, size_t len);
void *__wrap_arena_grow(struct arena *arena, void *array, size_t count, size_t *room,
			size_t element_bytes);

/* Freed memory is kept from use only so long that a run's own mistakes show: a case is 26 runs. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0:quarantine_size_mb=4:allocator_may_return_null=1";
}

/*
 * Freed chunks of an arena, the oldest first: forbidden as what is freed, but the next run has
 * their pages without asking the kernel for each.
 */
#define KEPT_LIMIT	128
/* Bytes: what is smaller is no chunk, or what is larger. */
#define KEPT_LEAST	((size_t)128 << 10)
#define KEPT_MOST	((size_t)1 << 20)

static void *kept[KEPT_LIMIT];
static size_t kept_count;

static bool keep(void *block)
{
	const size_t bytes = malloc_usable_size(block);

	if (kept_count == KEPT_LIMIT || bytes < KEPT_LEAST || bytes > KEPT_MOST)
		return false;
	__asan_poison_memory_region(block, bytes);
	kept[kept_count++] = block;
	return true;
}

static void *take_kept(size_t bytes)
{
	for (size_t i = 0; i < kept_count; i++) {
		void *block = kept[i];

		if (malloc_usable_size(block) != bytes)
			continue;
		memmove(&kept[i], &kept[i + 1], (--kept_count - i) * sizeof(kept[0]));
		__asan_unpoison_memory_region(block, bytes);
		return memset(block, 0, bytes);
	}
	return NULL;
}

static void *counted(void *block)
{
	memory.bytes += block ? malloc_usable_size(block) : 0;
	if (memory.bytes > memory.most)
		memory.most = memory.bytes;
	return block;
}

static bool refused(void)
{
	return ++memory.asked >= memory.refuse_from && memory.refuse_from;
}

void *__wrap_malloc(size_t bytes)
{
	return refused() ? NULL : counted(__real_malloc(bytes));
}

void *__wrap_calloc(size_t count, size_t bytes)
{
	void *block;

	if (refused())
		return NULL;
	block = take_kept(count * bytes);
	return counted(block ? block : __real_calloc(count, bytes));
}

void __wrap_free(void *block)
{
	memory.bytes -= block ? malloc_usable_size(block) : 0;
	if (block && !keep(block))
		__real_free(block);
}

/* Of that many bytes behind an object, and of those that only fill its last word. */
#define GUARD_BYTES	16

void *__wrap_arena_alloc(struct arena *arena, size_t bytes)
{
	char *object;

	if (memory.last_object && memory.objects == memory.last_object)
		arena->exhausted(arena->exhausted_arg, false);
	memory.objects++;
	object = __real_arena_alloc(arena, bytes + GUARD_BYTES);

	/* The next one begins at a multiple of 16 behind it. */
	__asan_poison_memory_region(object + bytes, GUARD_BYTES);
	return object;
}

/* These two as in base/arena.c, whose own calls do not come through here. */
char *__wrap_arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = __wrap_arena_alloc(arena, len + 1);

	memcpy(copy, text, len);
	return copy;
}

void *__wrap_arena_grow(struct arena *arena, void *array, size_t count, size_t *room,
			size_t element_bytes)
{
	void *larger;

	if (count < *room)
		return array;
	*room = *room ? 2 * *room : 64;
	larger = __wrap_arena_alloc(arena, *room * element_bytes);
	if (count)
		memcpy(larger, array, count * element_bytes);
	return larger;
}
