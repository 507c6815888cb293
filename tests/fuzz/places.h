/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which members of which objects the reports read: each call of access.h is a site, the
 * addresses that it read are its places. Learnt from a run over the image as it is.
 */
#ifndef ZMEMCG_FUZZ_PLACES_H
#define ZMEMCG_FUZZ_PLACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct place {
	uint64_t address;
	uint64_t object;	/* that it is a member of; else address */
	size_t size;		/* bytes */
};

/* Of one site are kept so many, and from there on every so many'th. */
#define PLACES_OF_SITE	512

struct site {
	uintptr_t code;		/* where the call returns to, or a member of struct page */
	uintptr_t list;		/* of list_visit(): where it was called from */
	const char *kind;	/* "member", "pointer", "bytes", "text", "page" */
	uint64_t met;
	size_t count;
	struct place places[PLACES_OF_SITE];
};

extern struct site *sites;
extern size_t site_count;

/* Calls of access.h so far: what a report costs, whatever the machine does besides. */
extern uint64_t places_reads;

/* While it is true, reads are noted. */
extern bool places_learning;

/* What the site is called: its line in the sources, or its member. */
void site_name(const struct site *site, char *name, size_t room);

#endif
