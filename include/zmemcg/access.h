/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the kernel's memory through crash: quiet, bounded, counted.
 *
 * A read that is not possible returns false, after run->counts.unreadable was raised;
 * the caller leaves that object out, not the report. Every read looks for ^C.
 *
 * Why not readmem() itself: in spite of RETURN_ON_ERROR|QUIET it prints a
 * message and leaves the command by longjmp where a page table that the address
 * needs is not in the dump.
 */
#ifndef ZMEMCG_ACCESS_H
#define ZMEMCG_ACCESS_H

#include "zmemcg/layout.h"
#include "zmemcg/types.h"

struct run;

/* len bytes at addr. */
bool read_bytes(struct run *run, kaddr_t addr, void *bytes, size_t len);

/*
 * An integer or pointer member of 1, 2, 4 or 8 bytes, zero-extended. False for
 * a member that this kernel does not have: that is not counted.
 */
bool read_member(struct run *run, kaddr_t object, struct member member, uint64_t *value);

/* The same for an address that may well be none: a miss is not counted. */
bool peek_member(struct run *run, kaddr_t object, struct member member, uint64_t *value);

/*
 * A pointer member that is never NULL while the kernel works: where it is, what it should
 * lead to counts as unreadable.
 */
bool read_object(struct run *run, kaddr_t object, struct member member, kaddr_t *value);

/* A pointer at addr. */
bool read_pointer(struct run *run, kaddr_t addr, kaddr_t *value);

/* A string of at most room - 1 bytes; longer ones are cut. *len is its length. */
bool read_text(struct run *run, kaddr_t addr, char *string, size_t room, size_t *len);

/*
 * Part of the memory map, past the page cache: a page of it that is not in the dump is
 * filled with zeros and counted in run->counts.missing_map, so this has no result.
 */
void read_map(struct run *run, kaddr_t addr, void *bytes, size_t len);

/* Calls fn(arg) with crash's messages off; false when crash gave it up (FATAL). */
bool access_guarded(void (*fn)(void *arg), void *arg);

#endif
