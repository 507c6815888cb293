// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/kernel_pages.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/layout.h"
#include "zmemcg/map.h"
#include "zmemcg/memmap.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/tasks.h"

/* THREAD_SIZE is 16 KB, 32 with KASAN; in pages of 4 KB. */
#define STACK_LIMIT	16

/* Below the pgd: on x86-64 all (of four, of five), elsewhere those that have no type of their own. */
#define LEVELS_X86	3
#define LEVELS_X86_5	4
#define LEVELS		2

/*
 * A table of the next level, no page: arch/x86/include/asm/pgtable_types.h 5.10 _PAGE_TABLE without
 * _PAGE_PSE, arch/arm64/include/asm/pgtable-hwdef.h PUD_TYPE_TABLE; and where it is.
 */
#define ENTRY_TABLE	0x03
#define ENTRY_HUGE	0x80
#define ENTRY_ADDRESS	0x00007ffffffff000ull

/* Entries that are read at once. */
#define ENTRIES		512

struct kernel_pages {
	struct map stacks;	/* addresses of tasks, by struct page */
	struct map tables;	/* addresses of mms, by that of the table */
	struct map mms;		/* that were looked at: threads share them */
	size_t user_bytes;	/* of the pgd: its other part is the kernel's, and shared by all */
	int levels;		/* 0: how tables refer to others is not known */
};

static void *as_value(kaddr_t address)
{
	return (void *)(uintptr_t)address;
}

/* A task that exited has given its stack back: kernel/fork.c 5.10 put_task_stack(). */
static void note_stack(struct run *run, struct kernel_pages *pages, kaddr_t task)
{
	const struct layout *l = run->layout;
	kaddr_t area, list, page;
	uint64_t count;

	if (!l->area_pages.known || !l->area_nr_pages.known ||
	    !read_member(run, task, l->task_stack_area, &area) || !area ||
	    !read_member(run, area, l->area_pages, &list) || !list ||
	    !read_member(run, area, l->area_nr_pages, &count))
		return;
	for (uint64_t i = 0; i < count && i < STACK_LIMIT; i++) {
		if (read_pointer(run, list + i * sizeof(long), &page) && page)
			map_put(&pages->stacks, page, as_value(task));
	}
}

/* A table of an mm, and so many levels of others that its first bytes refer to. */
static void note_tables(struct run *run, struct kernel_pages *pages, kaddr_t mm, kaddr_t table,
			size_t bytes, int levels)
{
	const size_t page_bytes = memmap_page_bytes();
	uint64_t entries[ENTRIES];

	if (!map_put(&pages->tables, table, as_value(mm)) || !levels)
		return;
	for (size_t at = 0; at < bytes; at += sizeof(entries)) {
		if (!read_bytes(run, table + at, entries, sizeof(entries)))
			return;
		for (int i = 0; i < ENTRIES; i++) {
			const uint64_t entry = entries[i];

			if ((entry & (ENTRY_TABLE | ENTRY_HUGE)) == ENTRY_TABLE)
				note_tables(run, pages, mm, memmap_pfn_to_virt((entry & ENTRY_ADDRESS) / page_bytes),
					    page_bytes, levels - 1);
		}
	}
}

static void note_task(struct run *run, void *arg, kaddr_t task)
{
	const struct layout *l = run->layout;
	struct kernel_pages *pages = arg;
	kaddr_t mm, pgd;

	if (l->task_stack_area.known)
		note_stack(run, pages, task);
	if (pages->levels && read_member(run, task, l->task_mm, &mm) && mm &&
	    map_put(&pages->mms, mm, pages) && read_member(run, mm, l->mm_pgd, &pgd) && pgd)
		note_tables(run, pages, mm, pgd, pages->user_bytes, pages->levels);
}

static void know_tables(const struct run *run, struct kernel_pages *pages)
{
	const struct layout *l = run->layout;
	const size_t bytes = memmap_page_bytes();

	if (!l->task_mm.known || !l->mm_pgd.known)
		return;
	if (!strcmp(session_machine(), "x86_64")) {
		pages->levels = l->levels_5 ? LEVELS_X86_5 : LEVELS_X86;
		pages->user_bytes = bytes / 2;
	} else if (!strcmp(session_machine(), "aarch64")) {
		pages->levels = LEVELS;
		pages->user_bytes = bytes;
	}
}

struct kernel_pages *kernel_pages_of_tasks(struct run *run)
{
	struct kernel_pages *pages = arena_alloc(&run->arena, sizeof(*pages));

	know_tables(run, pages);
	map_init(&pages->stacks, &run->arena);
	map_init(&pages->tables, &run->arena);
	map_init(&pages->mms, &run->arena);
	tasks_visit(run, note_task, pages);
	return pages;
}

struct kernel_page_owner kernel_pages_owner(const struct kernel_pages *pages, const struct folio *folio)
{
	return (struct kernel_page_owner){
		.task = (uintptr_t)map_get(&pages->stacks, folio->page),
		.mm = folio->pfn ?
		      (uintptr_t)map_get(&pages->tables, memmap_pfn_to_virt(folio->pfn)) : 0,
	};
}
