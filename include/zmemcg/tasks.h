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

/* Its process's first thread, which bears the process's number whether it lives or not. */
kaddr_t task_process(struct run *run, kaddr_t task);

/* Ended, and its parent has not asked how. */
bool task_has_exited(struct run *run, kaddr_t task);

/* Whether all threads of its process have exited; who started that then is to ask for it. */
bool task_process_has_exited(struct run *run, kaddr_t task);

/* The process that has to ask for this one; 0 when unreadable. */
kaddr_t task_parent(struct run *run, kaddr_t task);

/* "pid 42 (comm)", for people. */
void task_words(struct run *run, kaddr_t task, char *words, size_t room);

#endif
