// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/kernel_pages.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/layout.h"
#include "zmemcg/map.h"
#include "zmemcg/memmap.h"
#include "zmemcg/page_tables.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/tasks.h"

/* THREAD_SIZE is 16 KB, 32 with KASAN; in pages of 4 KB. */
#define STACK_LIMIT	16

/* Below the pgd on arm64: those that have no type of their own. On x86-64 all are looked at. */
#define LEVELS_ARM	2

/* More than an mm has of those that it does not count, and than it gets while a live system is looked at. */
#define UPPER_TABLES	64

/* Entries that are read at once. */
#define ENTRIES		512

struct kernel_pages {
	struct map stacks;	/* addresses of tasks, by struct page */
	struct map tables;	/* addresses of mms, by that of the table */
	struct map mms;		/* that were looked at: threads share them */
	struct page_tables *form;
	int levels;		/* below the pgd, 0: how tables refer to others is not known */
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

/* An mm, and how many tables it may have besides those that were found. */
struct owner {
	kaddr_t mm;
	uint64_t left;
	bool astray;	/* it has more */
};

/*
 * What is no table refers to anything, as often as there are words in it: an mm has no more than it counts
 * (include/linux/mm.h 6.1 mm_inc_nr_pmds(): all but those of the upper levels), or the machine has pages.
 */
static uint64_t tables_of(struct run *run, kaddr_t mm)
{
	uint64_t bytes, count;

	if (!read_member(run, mm, run->layout->mm_pgtables_bytes, &bytes))
		return memmap_pages();
	count = bytes / memmap_page_bytes() + UPPER_TABLES;
	return count < memmap_pages() ? count : memmap_pages();
}

/* False: it was noted before, or is one too many. */
static bool note_table(struct run *run, struct kernel_pages *pages, struct owner *owner, kaddr_t table)
{
	if (owner->left) {
		owner->left--;
		return map_put(&pages->tables, table, as_value(owner->mm));
	}
	owner->astray = true;
	run->counts.cut++;
	return false;
}

/* A table, and so many levels of others that its first bytes refer to. */
static void note_tables(struct run *run, struct kernel_pages *pages, struct owner *owner, kaddr_t table,
			size_t bytes, int levels)
{
	uint64_t entries[ENTRIES];

	if (!note_table(run, pages, owner, table) || !levels)
		return;
	for (size_t at = 0; at < bytes && !owner->astray; at += sizeof(entries)) {
		const size_t len = bytes - at < sizeof(entries) ? bytes - at : sizeof(entries);

		if (!read_bytes(run, table + at, entries, len))
			return;
		for (size_t i = 0; i < len / sizeof(*entries) && !owner->astray; i++) {
			const kaddr_t below = page_tables_below(pages->form, entries[i]);

			if (below)
				note_tables(run, pages, owner, below, memmap_page_bytes(), levels - 1);
		}
	}
}

static void note_task(struct run *run, void *arg, kaddr_t task)
{
	const struct layout *l = run->layout;
	struct kernel_pages *pages = arg;
	struct owner owner = { 0 };
	kaddr_t pgd;

	if (l->task_stack_area.known)
		note_stack(run, pages, task);
	if (!pages->levels || !read_member(run, task, l->task_mm, &owner.mm) || !owner.mm ||
	    !map_put(&pages->mms, owner.mm, pages) || !read_member(run, owner.mm, l->mm_pgd, &pgd) || !pgd)
		return;
	owner.left = tables_of(run, owner.mm);
	note_tables(run, pages, &owner, pgd, page_tables_user_bytes(pages->form), pages->levels);
}

static int levels_below(const struct run *run, const struct page_tables *form)
{
	if (!page_tables_user_bytes(form) || !run->layout->task_mm.known || !run->layout->mm_pgd.known)
		return 0;
	return strcmp(session_machine(), "aarch64") ? page_tables_levels(form) - 1 : LEVELS_ARM;
}

struct kernel_pages *kernel_pages_of_tasks(struct run *run)
{
	struct kernel_pages *pages = arena_alloc(&run->arena, sizeof(*pages));

	pages->form = page_tables_new(run);
	pages->levels = levels_below(run, pages->form);
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
