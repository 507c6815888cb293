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

/*
 * In one pass over all tasks: those of the kernel stacks, with CONFIG_VMAP_STACK (kernel/fork.c
 * 5.10 memcg_charge_kernel_stack()), and on x86-64 and arm64 those of the upper levels of the page
 * tables, which no type tells (include/asm-generic/pgalloc.h 5.10 pud_alloc_one(); those of
 * pmd_alloc_one() and below have PG_table).
 */
struct kernel_pages *kernel_pages_of_tasks(struct run *run);

/* Whether a page of kernel memory that a scan found is a page table or a task's stack. */
bool kernel_pages_have(const struct kernel_pages *pages, const struct folio *folio);

#endif
