/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who refers to a memcg: one file per kind of holder, one pass each for all memcgs
 * together, in the order of what they cost.
 */
#ifndef ZMEMCG_REFERENCES_H
#define ZMEMCG_REFERENCES_H

#include "zmemcg/types.h"

struct ledger;
struct run;

/*
 * Fills the ledger; a pass that costs runs only while references are unexplained. The memory
 * map is scanned once at most: with -S always, else when the other passes leave any open.
 */
void references_find(struct run *run, struct ledger *ledger);

/* Folios and kernel memory: mm/memcontrol.c 6.1 commit_charge(), css_get() in
 * charge_memcg(); one a folio since 5.9, one a base page before. */
void references_of_listed_pages(struct run *run, struct ledger *ledger);

/* The memcg's id, held by swap entries ("Memcg ID pins CSS": mm/memcontrol.c 6.1
 * mem_cgroup_css_online()). */
void references_of_swap(struct run *run, struct ledger *ledger);

/* Child memcgs: kernel/cgroup/cgroup.c 6.1 init_and_link_css(). */
void references_of_children(struct run *run, struct ledger *ledger);

/* css_sets: kernel/cgroup/cgroup.c 6.1 find_css_set(). */
void references_of_csets(struct run *run, struct ledger *ledger);

/* Backing devices' per-memcg writeback: mm/backing-dev.c 6.1 cgwb_create(). */
void references_of_cgwbs(struct run *run, struct ledger *ledger);

/* mms on the memcg's list: mm/vmscan.c 6.1 lru_gen_add_mm(). */
void references_of_mms(struct run *run, struct ledger *ledger);

/* Per-CPU stocks: mm/memcontrol.c 6.1 refill_stock(). */
void references_of_stocks(struct run *run, struct ledger *ledger);

/* bpf maps: kernel/bpf/syscall.c 5.15 bpf_map_save_memcg(). */
void references_of_bpf_maps(struct run *run, struct ledger *ledger);

/* Sockets that are open: mm/memcontrol.c 6.1 mem_cgroup_sk_alloc(). */
void references_of_sockets(struct run *run, struct ledger *ledger);

/* inotify and fanotify groups that are open: fs/notify/inotify/inotify_user.c 6.1
 * inotify_new_group(). */
void references_of_fsnotify_groups(struct run *run, struct ledger *ledger);

/* The last two again, in files that no task has open but that are on their way to one:
 * through a unix socket (net/unix/af_unix.c 6.1 unix_attach_fds()), or registered with an
 * io_uring (io_uring/rsrc.c 6.1 io_sqe_files_register()). */
void references_of_passed_files(struct run *run, struct ledger *ledger);

/* One scan of the memory map for all that nothing links: folios in a CPU's batch, kernel
 * memory, sockets that no task has open, the kernel's own ones of a network namespace. */
void references_of_memory_map(struct run *run, struct ledger *ledger);

#endif
