/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The tasks of the machine, threads included. Walked by the kernel's own lists: not every
 * crash finds every task of a kernel.
 */
#ifndef ZMEMCG_TASKS_H
#define ZMEMCG_TASKS_H

#include "zmemcg/types.h"

struct run;

/* Calls visit() for each task_struct: include/linux/sched/signal.h 6.1 for_each_process_thread(). */
void tasks_visit(struct run *run, void (*visit)(struct run *run, void *arg, kaddr_t task),
		 void *arg);

/* "pid 42 (comm)", for people. */
void task_words(struct run *run, kaddr_t task, char *words, size_t room);

#endif
