/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks of the machine, threads included. Walked by the kernel's own lists: not every
 * crash finds every task of a kernel.
 */
#ifndef ZMEMCG_TASKS_H
#define ZMEMCG_TASKS_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct run;

/* Calls visit() for each task_struct: include/linux/sched/signal.h 6.1 for_each_process_thread(). */
void tasks_visit(struct run *run, void (*visit)(struct run *run, void *arg, kaddr_t task),
		 void *arg);

/* The number that init's pid namespace has for it; 0 when unreadable. */
uint64_t task_pid(struct run *run, kaddr_t task);

/* What it calls itself, at most 15 bytes; no path when that is nothing, or unreadable. */
struct name task_name(struct run *run, kaddr_t task);

/* "42 comm". */
struct name task_label(struct run *run, kaddr_t task);

/* "pid 42 (comm)", for people. */
void task_words(struct run *run, kaddr_t task, char *words, size_t room);

#endif
