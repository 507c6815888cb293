/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PID 1 of the live machine: memory cgroups come and go while crash looks at /proc/kcore, in the same guest.
 *
 * init.c     main(), the ports
 * churn.c    the cgroups: made, filled, removed, freed, and each of that written down
 * session.c  crash as a child: one command after the other, and what it answered
 * shell.c    /bin/sh, which crash asks for one thing
 * system.c   of tests/vm/guest
 *
 * Both write to the host through a port of their own (virtio-serial). Times are of CLOCK_MONOTONIC, in nanoseconds: one
 * clock for both, so the host knows what there was while a command ran.
 *
 *     events:   BEGIN END WHAT PATH COUNT      what was done between BEGIN and END; COUNT: pages that hold it, or of
 *                                              `make`, whether its directory remembers times
 *     session:  @start N TIME COMMAND          its output, and then
 *               @end N TIME KB                 KB: crash's VmRSS
 *               @interrupt TIME                that ^C ended it
 *               @run TIME                      in front of what each run of `repeat` said: when that came
 */
#ifndef LIVE_H
#define LIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "system.h"

#define PAGE 4096L
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* init.c */

/* The number behind `zm.NAME=` on the kernel's command line, or `otherwise`. */
long option_number(const char *name, long otherwise);
int64_t now(void);
/* A line to a port, in one write. */
void say(int port, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* churn.c: until the process is killed. */
void churn(int port, const char *swap_disk);

/* session.c: crash, until it has a prompt; then so many rounds of /live/commands. */
void start_session(int port);
void session(long rounds);

/* shell.c: what `sh -c COMMAND` ends with. */
int shell(const char *command);

#endif
