// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs the reports over an image that is damaged, each case in a process of its own.
 *
 *   harness FOLDER                     the image as it is: what each report says has to be what it
 *                                      said in the session that recorded it
 *   harness FOLDER FIRST COUNT [JOBS] [SECONDS]
 *                                      that many cases, at most for so long; the last line counts
 *   harness FOLDER --show NUMBER       what is done in one case, and what the reports make of it
 *   harness FOLDER --damage NUMBER     what is done alone: "write ADDRESS was BYTES now BYTES"
 *   harness FOLDER --found             what went wrong once (found.c)
 *   harness FOLDER --sites             where the reports read
 */
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crash.h"
#include "damage.h"
#include "facts.h"
#include "found.h"
#include "image.h"
#include "places.h"
#include "zmemcg/watch.h"

#define COMMANDS_LIMIT	64
#define JOBS_LIMIT	16

/* For one report. An undamaged one takes less than a tenth of each. */
#define SECONDS_LIMIT	5	/* of a processor */
#define WAIT_LIMIT	60	/* of the clock: other work may be going on */
#define BYTES_LIMIT	((size_t)64 << 20)

static struct command {
	char *line;
	char kind;		/* the option of the report, 0 for the list */
	bool text;		/* the form that can be compared */
	char *output;		/* of the image as it is */
	size_t len;
	struct facts facts;
} commands[COMMANDS_LIMIT];

static int command_count;

/* What a case leaves, in shared memory. */
static struct outcome {
	int command;		/* that it is or was in */
	int different;		/* commands whose output is not that of the undamaged image */
	size_t most_bytes;
	uint64_t longest_ns;
	int longest;		/* command */
	char trouble[256];
} *outcomes;

/* Memory of the run, by the allocator that base/arena.c calls. */
static size_t allocated, most_allocated;
static uint64_t allocations, allocations_limit;

void *__real_malloc(size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void __real_free(void *memory);
void __wrap_free(void *memory);

static void *counted(void *memory)
{
	allocated += memory ? malloc_usable_size(memory) : 0;
	if (allocated > most_allocated)
		most_allocated = allocated;
	return memory;
}

static bool refused(void)
{
	return allocations_limit && ++allocations > allocations_limit;
}

void *__wrap_malloc(size_t bytes)
{
	return refused() ? NULL : counted(__real_malloc(bytes));
}

void *__wrap_calloc(size_t count, size_t bytes)
{
	return refused() ? NULL : counted(__real_calloc(count, bytes));
}

void __wrap_free(void *memory)
{
	allocated -= memory ? malloc_usable_size(memory) : 0;
	__real_free(memory);
}

/* Freed memory is kept from use only so long that a run's own mistakes show: a case is 25 runs. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_leaks=0:quarantine_size_mb=4:allocator_may_return_null=1";
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

/* Of the processor, by this process. */
static uint64_t used_ns(void)
{
	struct timespec used;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	return used.tv_sec * 1000000000ull + used.tv_nsec;
}

static char kind_of(const char *line)
{
	for (const char *word = strstr(line, " -"); word; word = strstr(word + 1, " -")) {
		if (strchr("pfgkwsL", word[2]))
			return word[2];
	}
	return 0;
}

static void load_commands(const char *folder)
{
	char *text = file_text(folder, "commands", NULL), name[32];

	for (char *line = strtok(text, "\n"); line && command_count < COMMANDS_LIMIT;
	     line = strtok(NULL, "\n")) {
		struct command *command = &commands[command_count];

		snprintf(name, sizeof(name), "%d.out", command_count++);
		command->line = line;
		command->kind = kind_of(line);
		command->text = !strstr(line, " -o ");
		command->output = file_text(folder, name, &command->len);
		command->facts = facts_of(command->output, command->kind);
	}
}

/* A run that nobody will compare the next one with: each -t is the first. */
static const char *command_output(const char *line, size_t *len)
{
	const char *output = crash_command(line, len);

	watch_forget();
	return output;
}

static bool same(const struct command *command, const char *output, size_t len)
{
	return len == command->len && !memcmp(output, command->output, len);
}

/* The first line that is another. */
static void print_difference(const char *line, const char *was, const char *is)
{
	size_t same = 0;

	while (was[same] && was[same] == is[same])
		same++;
	while (same && was[same - 1] != '\n')
		same--;
	printf("%s: not what it was in the session\n- %.*s\n+ %.*s\n", line,
	       (int)strcspn(was + same, "\n"), was + same, (int)strcspn(is + same, "\n"), is + same);
}

/* Learns the places, too. */
static int check_undamaged(void)
{
	int different = 0;

	places_learning = true;
	for (int i = 0; i < command_count; i++) {
		size_t len;
		const char *output = command_output(commands[i].line, &len);
		const char *trouble = form_trouble(output, len, commands[i].line);

		if (trouble)
			printf("%s: %s\n", commands[i].line, trouble);
		if (!same(&commands[i], output, len)) {
			different++;
			print_difference(commands[i].line, commands[i].output, output);
		}
	}
	places_learning = false;
	return different;
}

static void trouble(struct outcome *outcome, const char *words)
{
	if (!*outcome->trouble)
		snprintf(outcome->trouble, sizeof(outcome->trouble), "%s: %s",
			 commands[outcome->command].line, words);
}

/* SIGPROF or SIGALRM ends the case. */
static void limit_time(unsigned int seconds, unsigned int wait)
{
	setitimer(ITIMER_PROF, &(struct itimerval){ .it_value.tv_sec = seconds }, NULL);
	alarm(wait);
}

/* What has to be true of each command, whatever the image. */
static void run_command(struct outcome *outcome, const struct damage *damage, bool show)
{
	const struct command *command = &commands[outcome->command];
	const size_t before = allocated;
	const uint64_t start = used_ns();
	const char *output, *words = NULL;
	struct facts facts;
	uint64_t took;
	size_t len;

	most_allocated = allocated;
	allocations = 0;
	allocations_limit = damage->allocations;
	crash_ways.reads = 0;
	limit_time(SECONDS_LIMIT, WAIT_LIMIT);
	output = command_output(command->line, &len);
	limit_time(0, 0);
	allocations_limit = 0;
	took = used_ns() - start;
	if (took > outcome->longest_ns) {
		outcome->longest_ns = took;
		outcome->longest = outcome->command;
	}
	if (most_allocated - before > outcome->most_bytes)
		outcome->most_bytes = most_allocated - before;
	if (show)
		printf("==== %s\n%s", command->line, output);
	if (allocated > before)
		trouble(outcome, "memory of the run is left");
	if (most_allocated - before > BYTES_LIMIT)
		trouble(outcome, "too much memory");
	if (damage->interrupted)
		return;
	words = form_trouble(output, len, command->line);
	if (words)
		trouble(outcome, words);
	if (same(command, output, len))
		return;
	outcome->different++;
	if (!command->text)
		return;
	facts = facts_of(output, command->kind);
	words = facts_hidden(&command->facts, &facts, command->kind);
	if (words)
		trouble(outcome, words);
	free(facts.rows);
}

static void run_case(struct outcome *outcome, uint64_t number, bool show)
{
	struct damage damage;

	damage_do(&damage, number, show ? stdout : NULL);
	for (outcome->command = 0; outcome->command < command_count; outcome->command++)
		run_command(outcome, &damage, show);
}

/* Places in the table of running cases. */
static struct running {
	pid_t pid;
	uint64_t number;
	FILE *said;		/* what went to stderr */
} runnings[JOBS_LIMIT];

static struct totals {
	uint64_t cases, troubled, changed;
	uint64_t different, longest_ns, longest_case;
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
	if (outcome->most_bytes > totals.most_bytes)
		totals.most_bytes = outcome->most_bytes;
	if (*outcome->trouble) {
		printf("%s --show %" PRIu64 ": %s\n", folder, running->number, outcome->trouble);
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
	       " changed a report (%" PRIu64 " reports), the longest %.2f s (%s, case %" PRIu64 "), the largest %.1f MB\n",
	       totals.cases, command_count, site_count, totals.troubled, totals.changed,
	       totals.different, totals.longest_ns / 1e9, commands[totals.longest].line,
	       totals.longest_case, totals.most_bytes / 1048576.0);
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
	size_t len;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (!found->damage(&commands[0].facts))
			_exit(2);
		limit_time(SECONDS_LIMIT, WAIT_LIMIT);
		_exit(!found_says(command_output(found->command, &len), found->says));
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		printf("there is no such thing here: %s\n", found->name);
	else if (status)
		printf("%s: %s does not say \"%s\"\n", found->name, found->command, found->says);
	return !status || (WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

static int try_founds(void)
{
	int failed = 0;

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
		fputs("harness FOLDER [FIRST COUNT [JOBS] [SECONDS] | --show NUMBER | --damage NUMBER | "
		      "--found | --sites]\n", stderr);
		return 2;
	}
	outcomes = mmap(NULL, JOBS_LIMIT * sizeof(*outcomes), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	image_load(argv[1]);
	crash_start();
	load_commands(argv[1]);
	different = check_undamaged();
	if (different)
		return 1;
	if (argc == 4 && !strcmp(argv[2], "--show"))
		return show_case(strtoull(argv[3], NULL, 0));
	if (argc == 4 && !strcmp(argv[2], "--damage")) {
		damage_do(&damage, strtoull(argv[3], NULL, 0), stdout);
		return 0;
	}
	if (argc == 3 && !strcmp(argv[2], "--found"))
		return try_founds();
	if (argc == 3)
		show_sites();
	if (argc >= 4)
		return run_cases(argv[1], strtoull(argv[2], NULL, 0), strtoull(argv[3], NULL, 0),
				 argc > 4 ? atoi(argv[4]) : 1,
				 argc > 5 ? strtoull(argv[5], NULL, 0) : 0);
	return 0;
}
