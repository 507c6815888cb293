// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the reports over an image that is damaged, each case in a process of its own.
 *
 *   harness FOLDER                     the image as it is: what each report says has to be what it
 *                                      said in the session that recorded it
 *   harness FOLDER FIRST COUNT [JOBS] [SECONDS]
 *                                      that many cases, at most for so long; the last line counts
 *   harness FOLDER --live FIRST COUNT [JOBS] [SECONDS]
 *                                      the same, of a machine that goes on meanwhile
 *   harness FOLDER --show NUMBER       what is done in one case, and what the reports make of it
 *   harness FOLDER --live --show NUMBER
 *                                      the same
 *   harness FOLDER --damage NUMBER     what is done alone: "write ADDRESS was BYTES now BYTES"
 *   harness FOLDER --found             what went wrong once (found.c)
 *   harness FOLDER --sites             where the reports read
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cases.h"
#include "crash.h"
#include "damage.h"
#include "found.h"
#include "image.h"
#include "memory.h"
#include "places.h"

#define JOBS_LIMIT	16

/* Of a report over one thing that is wrong: READS_MORE of cases.c is for many. */
#define READS_MORE_FOUND	200000

/* In shared memory. */
static struct outcome *outcomes;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* Places in the table of running cases. */
static struct running {
	pid_t pid;
	uint64_t number;
	FILE *said;		/* what went to stderr */
} runnings[JOBS_LIMIT];

static struct totals {
	uint64_t cases, troubled, changed;
	uint64_t different, longest_ns, longest_case, most_work_case;
	double most_work;
	int longest;
	size_t most_bytes;
} totals;

static void start_case(int place, uint64_t number)
{
	struct running *running = &runnings[place];

	outcomes[place] = (struct outcome){ 0 };
	*running = (struct running){ .number = number, .said = tmpfile() };
	fflush(NULL);
	running->pid = fork();
	if (running->pid)
		return;
	dup2(fileno(running->said), STDERR_FILENO);
	run_case(&outcomes[place], number, false);
	_exit(0);
}

static void print_said(FILE *said)
{
	char line[512];

	rewind(said);
	for (int i = 0; i < 40 && fgets(line, sizeof(line), said); i++)
		fputs(line, stdout);
}

static void end_case(int place, int status, const char *folder)
{
	struct running *running = &runnings[place];
	struct outcome *outcome = &outcomes[place];
	char words[64] = "";

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
		snprintf(words, sizeof(words), "not over after %d s", SECONDS_LIMIT);
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)
		snprintf(words, sizeof(words), "waiting for more than %d s", WAIT_LIMIT);
	else if (WIFSIGNALED(status))
		snprintf(words, sizeof(words), "signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status))
		snprintf(words, sizeof(words), "ended with %d", WEXITSTATUS(status));
	if (*words) {
		*outcome->trouble = '\0';
		trouble(outcome, words);
	}
	totals.cases++;
	totals.troubled += *outcome->trouble != '\0';
	totals.changed += outcome->different != 0;
	totals.different += outcome->different;
	if (outcome->longest_ns > totals.longest_ns) {
		totals.longest_ns = outcome->longest_ns;
		totals.longest_case = running->number;
		totals.longest = outcome->longest;
	}
	if (outcome->most_work > totals.most_work) {
		totals.most_work = outcome->most_work;
		totals.most_work_case = running->number;
	}
	if (outcome->most_bytes > totals.most_bytes)
		totals.most_bytes = outcome->most_bytes;
	if (*outcome->trouble) {
		printf("%s%s --show %" PRIu64 ": %s\n", folder, live ? " --live" : "", running->number,
		       outcome->trouble);
		print_said(running->said);
	}
	fclose(running->said);
	running->pid = 0;
}

static int place_of(pid_t pid)
{
	for (int i = 0; i < JOBS_LIMIT; i++) {
		if (runnings[i].pid == pid)
			return i;
	}
	return -1;
}

static bool wait_for_one(const char *folder)
{
	int status, place;
	pid_t pid = wait(&status);

	if (pid < 0)
		return false;
	place = place_of(pid);
	if (place >= 0)
		end_case(place, status, folder);
	return true;
}

static int run_cases(const char *folder, uint64_t first, uint64_t count, int jobs, uint64_t seconds)
{
	const uint64_t start = now_ns();

	for (uint64_t number = first; number < first + count; number++) {
		int place = place_of(0);

		if (seconds && now_ns() - start > seconds * 1000000000ull)
			break;
		while (place < 0 || place >= jobs) {
			wait_for_one(folder);
			place = place_of(0);
		}
		start_case(place, number);
	}
	while (wait_for_one(folder))
		;
	printf("%" PRIu64 " cases of %d commands, %zu sites: %" PRIu64 " with trouble, %" PRIu64
	       " changed a report (%" PRIu64 " reports), the longest %.2f s (%s, case %" PRIu64 "), the largest %.1f MB, "
	       "the most work %.1f times the undamaged one's (case %" PRIu64 ")\n",
	       totals.cases, command_count, site_count, totals.troubled, totals.changed,
	       totals.different, totals.longest_ns / 1e9, commands[totals.longest].line,
	       totals.longest_case, totals.most_bytes / 1048576.0,
	       totals.most_work, totals.most_work_case);
	return totals.troubled != 0;
}

static int show_case(uint64_t number)
{
	run_case(outcomes, number, true);
	if (*outcomes->trouble)
		printf("TROUBLE %s\n", outcomes->trouble);
	return *outcomes->trouble != '\0';
}

/* In a process of its own; true when the report says what it has to. */
static bool try_found(const struct found *found)
{
	const struct before before = { &commands[0].facts, &command_of("zmemcg -f")->facts,
				       &command_of("zmemcg -p -S")->facts };
	const struct command *command = command_of(found->command);
	const char *output;
	size_t len;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (!found->damage(&before))
			_exit(2);
		limit_time(SECONDS_LIMIT, WAIT_LIMIT);
		places_reads = 0;
		output = command_output(command->line, &len);
		_exit(too_much_work(command, READS_MORE_FOUND) ? 3 : !found_says(output, found->says));
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		printf("there is no such thing here: %s\n", found->name);
	else if (WIFSIGNALED(status))
		printf("%s: %s is ended by signal %d\n", found->name, found->command, WTERMSIG(status));
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 3)
		printf("%s: %s reads too much\n", found->name, found->command);
	else if (status)
		printf("%s: %s does not say \"%s\"\n", found->name, found->command, found->says);
	return !status || (WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

/* The reports' records are written at their end: each of the last objects, and some before. */
#define LAST_OBJECTS	40
#define EARLIER_OBJECTS	10

static const char *trouble_without_memory(const struct command *command, uint64_t last_object)
{
	const char *output;
	size_t len;

	memory.objects = 0;
	memory.last_object = last_object;
	output = command_output(command->line, &len);
	memory.last_object = 0;
	return form_trouble(output, len, command->line);
}

/* Of a report that ends for want of memory, wherever that is, each record is whole. */
static bool try_refusals(const struct command *command)
{
	const char *words = trouble_without_memory(command, 0);
	const uint64_t all = memory.objects;

	for (uint64_t n = 1; !words && n <= LAST_OBJECTS && n < all; n++)
		words = trouble_without_memory(command, all - n);
	for (uint64_t n = 1; !words && n < EARLIER_OBJECTS; n++)
		words = trouble_without_memory(command, 1 + all * n / EARLIER_OBJECTS);
	if (words)
		printf("%s, when memory runs out: %s\n", command->line, words);
	return !words;
}

static int try_founds(void)
{
	int failed = 0;

	for (int i = 0; i < command_count; i++)
		failed += !commands[i].text && !try_refusals(&commands[i]);

	for (size_t i = 0; i < found_count; i++)
		failed += !try_found(&founds[i]);
	printf("%zu damages, %d of them hidden\n", found_count, failed);
	return failed != 0;
}

static void show_sites(void)
{
	char name[400];

	for (size_t i = 0; i < site_count; i++) {
		site_name(&sites[i], name, sizeof(name));
		printf("%zu %s %" PRIu64 " places, %s\n", i, sites[i].kind, sites[i].met, name);
	}
}

int main(int argc, char **argv)
{
	struct damage damage;
	int different;

	if (argc < 2) {
		fputs("harness FOLDER [[--live] FIRST COUNT [JOBS] [SECONDS] | [--live] --show NUMBER | "
		      "--damage NUMBER | --found | --flat | --sites]\n", stderr);
		return 2;
	}
	outcomes = mmap(NULL, JOBS_LIMIT * sizeof(*outcomes), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	image_load(argv[1]);
	crash_ways.flat = argc == 3 && !strcmp(argv[2], "--flat");
	crash_start();
	load_commands(argv[1]);
	different = check_undamaged();
	if (different)
		return 1;
	live = argc > 3 && !strcmp(argv[2], "--live");
	if (live) {
		argv[2] = argv[1];
		argv++;
		argc--;
	}
	if (argc == 4 && !strcmp(argv[2], "--show"))
		return show_case(strtoull(argv[3], NULL, 0));
	if (argc == 4 && !strcmp(argv[2], "--damage")) {
		damage_do(&damage, strtoull(argv[3], NULL, 0), stdout);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[2], "--found"))
		return try_founds();
	if (argc == 3 && !strcmp(argv[2], "--sites"))
		show_sites();
	if (argc >= 4)
		return run_cases(argv[1], strtoull(argv[2], NULL, 0), strtoull(argv[3], NULL, 0),
				 argc > 4 ? atoi(argv[4]) : 1,
				 argc > 5 ? strtoull(argv[5], NULL, 0) : 0);
	return 0;
}
