/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The stand-in for crash, as the harness drives it.
 */
#ifndef ZMEMCG_FUZZ_CRASH_H
#define ZMEMCG_FUZZ_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is at an address that was not recorded. */
enum beyond { BEYOND_UNREADABLE, BEYOND_ZEROS, BEYOND_NOISE };

extern struct crash_ways {
	enum beyond beyond;
	bool gives_up;			/* by longjmp, where it can't read; as crash does without a page table */
	uint64_t interrupt_at;		/* ^C at that read of memory; 0: never */
	uint64_t noise;			/* what BEYOND_NOISE is made from */
	uint64_t reads;			/* so far */
	bool flat;			/* the memory map is one array: before crash_start() */
	bool live;			/* the image is a running machine's, */
	void (*change)(void);		/* which does this before each read of so many; or NULL */
	uint64_t change_every;
} crash_ways;

/* After image_load(). */
void crash_start(void);

/*
 * Runs one line of the session, "zmemcg -p -S"; its output, in a buffer that the next
 * command takes again. What went to the screen while messages were off is not in it.
 */
const char *crash_command(const char *line, size_t *len);

#endif
