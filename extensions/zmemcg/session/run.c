// SPDX-License-Identifier: GPL-2.0-or-later
#include <defs.h>

#include "zmemcg/progress.h"
#include "zmemcg/run.h"

#include <signal.h>
#include <stdarg.h>
#include <time.h>

/*
 * A bound for damaged dumps, not for large ones: 300,000 zombies need less than a
 * third of it.
 */
#define ARENA_LIMIT	((size_t)2 << 30)

/* How run_execute()'s door was come through. crash itself jumps with 1. */
enum { ENTERED = 0, GIVEN_UP_BY_CRASH = 1, LEFT = 2, INTERRUPTED = 3 };

/* crash's way out, kept while ours stands in its place. */
struct crash_way {
	jmp_buf main_loop, foreach_loop;	/* the latter is used by reads: access.c */
	ulonglong in_foreach;
	struct sigaction sigint;
	char *error_path;	/* reads turn messages off, and can be left while they are */
	FILE *error_fp;
};

static struct run current;
static struct crash_way crash_way;
static volatile sig_atomic_t interrupt_pending;
static volatile time_t interrupted_at;

/* Seconds in which a noted ^C takes effect, and more. */
#define INTERRUPT_PATIENCE	2

/*
 * crash's own handler jumps at any instruction, in the middle of a malloc or a fork too.
 * Ours only takes note, of one who is impatient as well. When nobody looked for seconds (a
 * bug of ours), the next one goes to crash, so that the session stays killable by hand.
 */
static void note_interrupt(int sig)
{
	const time_t now = time(NULL);

	if (interrupt_pending && now - interrupted_at > INTERRUPT_PATIENCE)
		crash_way.sigint.sa_handler(sig);
	if (!interrupt_pending)
		interrupted_at = now;
	interrupt_pending = 1;
}

/*
 * No SA_RESTART: a write to a pager that does not read has to end. SA_NODEFER:
 * crash's handler leaves by longjmp, which keeps the signal mask.
 */
static void take_sigint(void)
{
	struct sigaction ours = { .sa_handler = note_interrupt, .sa_flags = SA_NODEFER };

	interrupt_pending = 0;
	sigemptyset(&ours.sa_mask);
	sigaction(SIGINT, &ours, &crash_way.sigint);
}

static void take_way_out(void)
{
	memcpy(crash_way.main_loop, pc->main_loop_env, sizeof(jmp_buf));
	memcpy(crash_way.foreach_loop, pc->foreach_loop_env, sizeof(jmp_buf));
	crash_way.in_foreach = pc->flags & IN_FOREACH;
	pc->flags &= ~IN_FOREACH;
	crash_way.error_path = pc->error_path;
	crash_way.error_fp = pc->error_fp;
	take_sigint();
}

/* The handler last: crash's jumps to what pc->main_loop_env says at that moment. */
static void give_way_back(void)
{
	memcpy(pc->main_loop_env, crash_way.main_loop, sizeof(jmp_buf));
	memcpy(pc->foreach_loop_env, crash_way.foreach_loop, sizeof(jmp_buf));
	pc->flags = (pc->flags & ~IN_FOREACH) | crash_way.in_foreach;
	pc->error_path = crash_way.error_path;
	pc->error_fp = crash_way.error_fp;
	sigaction(SIGINT, &crash_way.sigint, NULL);
}

static void leave(int how)
{
	longjmp(pc->main_loop_env, how);
}

/*
 * A stream's error flag stays until somebody clears it, and gdb's SIGCHLD handler cuts
 * writes short when a worker ends: only ^C is a reason to stop in the middle.
 */
static bool write_all(const char *bytes, size_t len)
{
	while (len) {
		size_t written;

		clearerr(fp);
		errno = 0;
		written = fwrite(bytes, 1, len, fp);
		bytes += written;
		len -= written;
		if (len && (errno != EINTR || interrupt_pending))
			return false;
	}
	while (fflush(fp)) {
		if (errno != EINTR || interrupt_pending)
			return false;
		clearerr(fp);
	}
	return true;
}

/* A reader who left (less, head) is no news; a full disk is. */
static void write_out(void *arg, const char *bytes, size_t len)
{
	(void)arg;
	progress_give_way();
	if (write_all(bytes, len) && !output_closed())
		return;
	if (interrupt_pending)
		leave(INTERRUPTED);
	if (errno && errno != EPIPE && errno != EINTR)
		error(INFO, "the output can't be written: %s\n", strerror(errno));
	leave(LEFT);
}

static void out_of_memory(void *arg, bool beyond_limit)
{
	if (beyond_limit)
		run_refuse(arg, "more than %zu MB of memory needed: the dump may be damaged; "
			   "a selector makes a run smaller", ARENA_LIMIT >> 20);
	run_refuse(arg, "the system gives no more memory than the %zu MB that it gave: "
		   "a selector makes a run smaller", current.arena.bytes >> 20);
}

void run_check(struct run *run)
{
	(void)run;
	if (interrupt_pending)
		leave(INTERRUPTED);
}

void run_refuse(struct run *run, const char *format, ...)
{
	char line[BUFSIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	text_flush_lines(&run->out);	/* a record that is cut would be none */
	error(INFO, "%s\n", line);
	leave(LEFT);
	abort();
}

void run_add_counts(struct run *run, const struct run_counts *more)
{
	run->counts.unreadable += more->unreadable;
	run->counts.cut += more->cut;
	run->counts.missing_map += more->missing_map;
}

void run_end_now(struct run *run)
{
	void (*at_end)(void *arg) = run->at_end;

	run->at_end = NULL;
	if (at_end)
		at_end(run->at_end_arg);
}

void run_forget(void)
{
	run_end_now(&current);
	progress_forget();
	arena_free(&current.arena);
}

void run_execute(const struct options *options, const struct layout *layout,
		 void (*body)(struct run *run))
{
	int how;

	run_forget();	/* of a run that crash left past our door */
	current = (struct run){
		.arena = { .limit = ARENA_LIMIT, .exhausted = out_of_memory,
			   .exhausted_arg = &current },
		.out = { .flush = write_out, .arg = &current },
		.layout = layout,
		.options = options,
	};
	take_way_out();
	how = setjmp(pc->main_loop_env);
	if (how == ENTERED) {
		body(&current);
		text_flush(&current.out);
	}
	run_forget();	/* while ^C is only noted: crash's handler would jump out of a free() */
	give_way_back();
	/* One that came behind the last look is for what goes on after us: repeat, a file of commands. */
	if (interrupt_pending)
		raise(SIGINT);
	else if (how == GIVEN_UP_BY_CRASH)
		RESTART();
}
