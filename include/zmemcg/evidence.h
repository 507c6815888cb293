/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel remembers of a memcg's life.
 *
 * There is no field for the time of the removal, so each source of the table in evidence.c
 * is evidence of something in its life, and the best that a memcg has is taken. All but the
 * first say no more than that the removal came after it; what is left is a guess at that.
 */
#ifndef ZMEMCG_EVIDENCE_H
#define ZMEMCG_EVIDENCE_H

#include "zmemcg/types.h"

struct clock;
struct memcg;
struct run;

/* What a source dates, best first. */
enum evidence {
	EVIDENCE_REMOVAL,	/* the removal itself */
	EVIDENCE_LAST_TASK,	/* the cgroup's last task left, or joined (cgroup v2) */
	EVIDENCE_ACTIVITY,	/* a task of it ran, or its memory was short */
	EVIDENCE_CREATION,	/* it was made */
	EVIDENCE_SERIAL,	/* it was made between its neighbours by serial number */
	EVIDENCE_NONE,
};

struct dated {
	int64_t at;		/* seconds since 1970, or NEVER */
	enum evidence evidence;
	const char *field;	/* of the kernel, that says so; NULL without evidence */
};

/* "removal", "last task", "last activity", "creation", "serial number"; NULL for none. */
const char *evidence_word(enum evidence evidence);

/* True of what dates something that came before the removal. */
bool is_inferred(const struct dated *date);

/*
 * What stands before an age in text: NUL where it is exact, ~ where it is inferred and so the
 * most that it can be, ? where it is inferred from an estimate and no bound.
 */
char evidence_mark(const struct dated *date);

/* Dates of one moment can differ by so many seconds: they are whole, of several clocks. */
#define DATE_SLACK	1

struct source {
	enum evidence evidence;
	const char *field;	/* of the kernel */
	/* False where this memcg, or this kernel, has no such date. */
	bool (*date)(struct run *run, const struct clock *clock, const struct memcg *memcg,
		     int64_t *date);
	bool near;		/* in the mem_cgroup itself: costs next to nothing */
};

/*
 * Best first. Of those that date the creation none is the best: reclaim and writeback move
 * most of them, but none to before it, so the earliest is.
 */
extern const struct source sources[];
extern const size_t source_count;

#endif
