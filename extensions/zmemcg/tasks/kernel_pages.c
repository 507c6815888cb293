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

/* Below the pgd: further down page tables have a type, PG_table, of their own. */
#define LEVELS		2

/*
 * A table of the next level, no page: arch/x86/include/asm/pgtable_types.h 5.10 _PAGE_TABLE without
 * _PAGE_PSE, arch/arm64/include/asm/pgtable-hwdef.h PUD_TYPE_TABLE; and where it is.
 */
#define ENTRY_TABLE	0x03
#define ENTRY_HUGE	0x80
#define ENTRY_ADDRESS	0x0000fffffffff000ull

/* Entries that are read at once. */
#define ENTRIES		512

struct kernel_pages {
	struct map stacks;	/* by struct page */
	struct map tables;	/* by address */
	struct map mms;		/* that were looked at: threads share them */
	bool knows_tables;
};

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
			map_put(&pages->stacks, page, pages);
	}
}

/* Each once: all pgds share those of the kernel's half. */
static void note_tables(struct run *run, struct kernel_pages *pages, kaddr_t table, int levels)
{
	const size_t bytes = memmap_page_bytes();
	uint64_t entries[ENTRIES];

	if (!map_put(&pages->tables, table, pages) || !levels)
		return;
	for (size_t at = 0; at < bytes; at += sizeof(entries)) {
		if (!read_bytes(run, table + at, entries, sizeof(entries)))
			return;
		for (int i = 0; i < ENTRIES; i++) {
			const uint64_t entry = entries[i];

			if ((entry & (ENTRY_TABLE | ENTRY_HUGE)) == ENTRY_TABLE)
				note_tables(run, pages, memmap_pfn_to_virt((entry & ENTRY_ADDRESS) / bytes),
					    levels - 1);
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
	if (pages->knows_tables && read_member(run, task, l->task_mm, &mm) && mm &&
	    map_put(&pages->mms, mm, pages) && read_member(run, mm, l->mm_pgd, &pgd) && pgd)
		note_tables(run, pages, pgd, LEVELS);
}

struct kernel_pages *kernel_pages_of_tasks(struct run *run)
{
	struct kernel_pages *pages = arena_alloc(&run->arena, sizeof(*pages));
	const struct layout *l = run->layout;

	pages->knows_tables = l->task_mm.known && l->mm_pgd.known &&
			      (!strcmp(session_machine(), "x86_64") ||
			       !strcmp(session_machine(), "aarch64"));
	map_init(&pages->stacks, &run->arena);
	map_init(&pages->tables, &run->arena);
	map_init(&pages->mms, &run->arena);
	tasks_visit(run, note_task, pages);
	return pages;
}

bool kernel_pages_have(const struct kernel_pages *pages, const struct folio *folio)
{
	return folio->page_table || map_get(&pages->stacks, folio->page) ||
	       (folio->pfn && map_get(&pages->tables, memmap_pfn_to_virt(folio->pfn)));
}
