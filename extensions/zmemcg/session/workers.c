// SPDX-License-Identifier: GPL-2.0-or-later
#include <defs.h>

#include "zmemcg/workers.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "zmemcg/run.h"

/* Ours: more processes than any machine's memory feeds. */
#define JOBS_LIMIT	64

/*
 * The end of a process takes as long as this many units, and is waited for. So workers
 * leave so many to the session, or fewer where there are few: one of so many.
 */
#define UNITS_LEFT	3
#define ONE_OF		32

/* Results that may wait for their turn, per worker. */
#define SLOTS_PER_JOB	4

#define WAIT_NS		200000

/* Who has claimed a unit, as a number that is not 0: the session is one of the processes. */
#define SESSION		1

/* One unit's result, in shared memory; unit u uses slot u % slots. */
struct slot {
	_Atomic size_t done;		/* the unit that it holds, plus 1 */
	size_t bytes;
	struct run_counts counts;
	char *result;
};

struct team {
	const struct work *work;
	pid_t pid[JOBS_LIMIT + 1];	/* by who it is, the workers' alone; 0: ended */
	unsigned int jobs;		/* with the session */
	size_t slots;
	size_t mapped_bytes;
	_Atomic size_t taken;		/* units that the session is through with */
	struct slot *slot;
	_Atomic unsigned char *claim;	/* by unit: who does it, 0: nobody yet */
};

unsigned int workers_cores(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > JOBS_LIMIT ? JOBS_LIMIT : cores;
}

/* Only of these is it known that every descriptor can be opened once more. */
static bool dump_can_be_shared(void)
{
	return DUMPFILE() && !LIVE() && !REMOTE_MEMSRC() &&
	       (DISKDUMP_DUMPFILE() || KDUMP_DUMPFILE() || NETDUMP_DUMPFILE());
}

static void pause_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = WAIT_NS }, NULL);
}

/*
 * A forked descriptor shares its position with the session's, and the reader of
 * ELF dumps seeks. /proc/self/fd opens what is deleted or renamed as well.
 */
static bool reopen(int fd)
{
	char path[32];
	struct stat stat;
	off_t position;
	int own;

	if (fstat(fd, &stat) || !(S_ISREG(stat.st_mode) || S_ISBLK(stat.st_mode)) ||
	    (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY)
		return true;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	own = open(path, O_RDONLY | O_CLOEXEC);
	if (own < 0)
		return false;
	position = lseek(fd, 0, SEEK_CUR);
	if (position >= 0)
		lseek(own, position, SEEK_SET);
	return dup2(own, fd) == fd && !close(own);
}

static bool reopen_files(void)
{
	DIR *folder = opendir("/proc/self/fd");
	struct dirent *entry;
	bool done = folder;

	while (done && (entry = readdir(folder))) {
		int fd = atoi(entry->d_name);

		if (fd > STDERR_FILENO && fd != dirfd(folder))
			done = reopen(fd);
	}
	return done;
}

/* gdb and crash have handlers that would run two more sessions on one terminal. */
static void become_a_worker(pid_t session)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != session)
		_exit(1);
	fp = pc->nullfp;
	if (!reopen_files())
		_exit(1);
}

static bool claim(struct team *team, size_t unit, unsigned char who)
{
	unsigned char nobody = 0;

	return atomic_compare_exchange_strong(&team->claim[unit], &nobody, who);
}

static bool has_slot(struct team *team, size_t unit)
{
	return unit < atomic_load(&team->taken) + team->slots;
}

static bool is_done(struct team *team, size_t unit)
{
	return atomic_load(&team->slot[unit % team->slots].done) == unit + 1;
}

/* What could not be read counts with the result: once, if the unit has to be done again. */
static void do_into_slot(struct run *run, struct team *team, size_t unit)
{
	struct slot *slot = &team->slot[unit % team->slots];
	const struct run_counts before = run->counts;

	run->counts = (struct run_counts){ 0 };
	slot->bytes = team->work->do_unit(run, team->work->arg, unit, slot->result);
	slot->counts = run->counts;
	run->counts = before;
	atomic_store(&slot->done, unit + 1);
}

static size_t units_for_workers(const struct work *work)
{
	const size_t share = work->units / ONE_OF;

	return work->units - (share < UNITS_LEFT ? share : UNITS_LEFT);
}

static _Noreturn void work_as(struct run *run, struct team *team, unsigned char who, pid_t session)
{
	const size_t units = units_for_workers(team->work);

	become_a_worker(session);
	if (setjmp(pc->main_loop_env))
		_exit(1);
	run->out.used = 0;
	for (size_t unit = 0; unit < units; unit++) {
		if (!claim(team, unit, who))
			continue;
		while (!has_slot(team, unit))
			pause_a_little();
		do_into_slot(run, team, unit);
	}
	_exit(0);
}

static void end_worker(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/*
 * A worker that ended is no process of ours any more, and its number may be another's.
 * One that somebody stopped would keep its unit for ever; ^Z stops the session with it, and
 * then at worst its unit is done once more.
 */
static bool worker_lives(struct team *team, unsigned int who)
{
	int status = 0;

	if (team->pid[who] <= 0)
		return false;
	if (!waitpid(team->pid[who], &status, WNOHANG | WUNTRACED))
		return true;
	if (WIFSTOPPED(status))
		end_worker(team->pid[who]);
	team->pid[who] = 0;
	return false;
}

/* The run's end, whichever way it came: run.h. */
static void disband(void *arg)
{
	struct team *team = arg;

	for (unsigned int who = SESSION + 1; who <= team->jobs; who++)
		if (worker_lives(team, who))
			end_worker(team->pid[who]);
	munmap(team, team->mapped_bytes);
}

static size_t padded(size_t bytes)
{
	return (bytes + 63) & ~(size_t)63;
}

static struct team *gather(struct run *run, const struct work *work, unsigned int jobs)
{
	const size_t slots = (size_t)SLOTS_PER_JOB * jobs;
	const size_t head = padded(sizeof(struct team)), table = padded(slots * sizeof(struct slot)),
		     claims = padded(work->units), room = padded(work->result_room);
	const size_t bytes = head + table + claims + slots * room;
	struct team *team = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (team == MAP_FAILED)
		return NULL;
	*team = (struct team){
		.work = work, .jobs = jobs, .slots = slots, .mapped_bytes = bytes,
		.slot = (struct slot *)((char *)team + head),
		.claim = (_Atomic unsigned char *)team + head + table,
	};
	for (size_t i = 0; i < slots; i++)
		team->slot[i].result = (char *)team + head + table + claims + i * room;
	run->at_end = disband;
	run->at_end_arg = team;
	return team;
}

/* The child has ^C blocked until it is a worker, with handlers of its own: see become_a_worker(). */
static pid_t fork_without_interrupt(void)
{
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (pid)
		sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static void start(struct run *run, struct team *team)
{
	const pid_t session = getpid();

	fflush(NULL);
	for (unsigned int who = SESSION + 1; who <= team->jobs; who++) {
		pid_t pid = fork_without_interrupt();

		if (!pid)
			work_as(run, team, who, session);
		team->pid[who] = pid;
		run_check(run);
	}
}

/*
 * Does a unit that nobody has begun, rather than wait: a fork costs as much as many units.
 * *next: where to look on. False when there is none, or no slot for it yet.
 */
static bool lend_a_hand(struct run *run, struct team *team, size_t *next)
{
	while (*next < team->work->units && has_slot(team, *next)) {
		const size_t unit = (*next)++;

		if (!claim(team, unit, SESSION))
			continue;
		do_into_slot(run, team, unit);
		return true;
	}
	return false;
}

/* The unit that is taken next: by now somebody has claimed it, who may have died of it. */
static void await(struct run *run, struct team *team, size_t unit, size_t *next)
{
	while (!is_done(team, unit)) {
		run_check(run);
		if (lend_a_hand(run, team, next))
			continue;
		if (!worker_lives(team, atomic_load(&team->claim[unit])) && !is_done(team, unit))
			do_into_slot(run, team, unit);
		else
			pause_a_little();
	}
}

static void take_in_order(struct run *run, struct team *team)
{
	size_t next = 0;

	for (size_t unit = 0; unit < team->work->units; unit++) {
		const struct slot *slot = &team->slot[unit % team->slots];

		await(run, team, unit, &next);
		run_add_counts(run, &slot->counts);
		team->work->take(run, team->work->arg, unit, slot->result, slot->bytes);
		atomic_store(&team->taken, unit + 1);
	}
}

static void do_all_in_session(struct run *run, const struct work *work)
{
	void *result = arena_alloc(&run->arena, work->result_room);

	work->meanwhile(run, work->arg);
	for (size_t unit = 0; unit < work->units; unit++)
		work->take(run, work->arg, unit, result, work->do_unit(run, work->arg, unit, result));
}

void workers_do(struct run *run, const struct work *work, unsigned int jobs)
{
	struct team *team = NULL;

	if (jobs > JOBS_LIMIT)
		jobs = JOBS_LIMIT;
	if (jobs > work->units)
		jobs = work->units;
	if (jobs > 1 && work->units > 1 && dump_can_be_shared())
		team = gather(run, work, jobs);
	if (!team) {
		do_all_in_session(run, work);
		return;
	}
	start(run, team);
	work->meanwhile(run, work->arg);
	take_in_order(run, team);
	run_end_now(run);
}
