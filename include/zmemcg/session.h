/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the crash session that loaded us is.
 */
#ifndef ZMEMCG_SESSION_H
#define ZMEMCG_SESSION_H

#include "zmemcg/types.h"

struct answers;
struct layout;

/*
 * True when the running crash has the structures that this object was built
 * with; otherwise says one line with what to do.
 */
bool session_fits(void);

/*
 * This kernel's layout as far as the needs (enum layout_need) go: resolved at the first call
 * that asks for it, and kept for the session.
 */
const struct layout *session_layout(unsigned int needs);

/* What was asked for that, and answered. */
const struct answers *session_answers(void);

/* The kernel's "uname -r" and "uname -m"; bytes of a base page. */
const char *session_release(void);
const char *session_machine(void);
int session_page_size(void);

/* What crash took for the dump's realtime clock, or now on a live system; seconds since 1970. */
int64_t session_now(void);

/* What crash takes for the ticks of a second. */
unsigned int session_hz(void);

/* Where a CPU has its copy of a per-CPU symbol; 0 for a CPU that has none. */
kaddr_t session_percpu(kaddr_t symbol, int cpu);
int session_cpus(void);

/* True when memory changes while it is read. */
bool session_live(void);

#endif
