/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's own pages that a task has until it ends.
 */
#ifndef ZMEMCG_KERNEL_PAGES_H
#define ZMEMCG_KERNEL_PAGES_H

#include "zmemcg/types.h"

struct folio;
struct kernel_pages;
struct run;

/* A task whose stack a page is of, or an mm whose page table it is; both 0: nothing tells. */
struct kernel_page_owner {
	kaddr_t task, mm;
};

/*
 * In one pass over all tasks: those of the kernel stacks, with CONFIG_VMAP_STACK (kernel/fork.c
 * 5.10 memcg_charge_kernel_stack()), and on x86-64 and arm64 those of the page tables: the upper levels
 * no type tells (include/asm-generic/pgalloc.h 5.10 pud_alloc_one(); those of pmd_alloc_one() and
 * below have PG_table). The lowest on arm64 are left out.
 */
struct kernel_pages *kernel_pages_of_tasks(struct run *run);

/* Of a page of kernel memory that a scan found. */
struct kernel_page_owner kernel_pages_owner(const struct kernel_pages *pages, const struct folio *folio);

#endif
