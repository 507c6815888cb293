// SPDX-License-Identifier: GPL-2.0-or-later
#include "cases.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "crash.h"
#include "damage.h"
#include "image.h"
#include "memory.h"
#include "places.h"
#include "zmemcg/watch.h"

#define BYTES_LIMIT	((size_t)64 << 20)

#define READS_TIMES	5
#define READS_MORE	2000000

struct command commands[COMMANDS_LIMIT];
int command_count;
bool live;

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

void load_commands(const char *folder)
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

const char *command_output(const char *line, size_t *len)
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

int check_undamaged(void)
{
	int different = 0;

	places_learning = true;
	for (int i = 0; i < command_count; i++) {
		const char *output, *trouble;
		size_t len;

		places_reads = 0;
		output = command_output(commands[i].line, &len);
		commands[i].reads = places_reads;
		trouble = form_trouble(output, len, commands[i].line);

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

const struct command *command_of(const char *line)
{
	for (int i = 0; i < command_count; i++) {
		if (!strcmp(commands[i].line, line))
			return &commands[i];
	}
	fprintf(stderr, "%s is none of the commands\n", line);
	exit(2);
}

bool too_much_work(const struct command *command, uint64_t more)
{
	return places_reads > more + READS_TIMES * command->reads;
}

void trouble(struct outcome *outcome, const char *words)
{
	if (!*outcome->trouble)
		snprintf(outcome->trouble, sizeof(outcome->trouble), "%s: %s",
			 commands[outcome->command].line, words);
}

void limit_time(unsigned int seconds, unsigned int wait)
{
	setitimer(ITIMER_PROF, &(struct itimerval){ .it_value.tv_sec = seconds }, NULL);
	alarm(wait);
}

/* The command before is the same by one process: what workers do may not show. */
static bool differs_with_workers(const struct command *command, const char *output, size_t len)
{
	static char *before;
	static size_t before_len;
	const bool differs = strstr(command->line, " -j ") &&
			     (len != before_len || memcmp(output, before, len));

	free(before);
	before = malloc(len + 1);
	memcpy(before, output, len);
	before_len = len;
	return differs;
}

/* What has to be true of each command, whatever the image. */
static void run_command(struct outcome *outcome, const struct damage *damage, bool show)
{
	const struct command *command = &commands[outcome->command];
	const size_t before = memory.bytes;
	const uint64_t start = used_ns();
	const char *output, *words = NULL;
	struct facts facts;
	uint64_t took;
	size_t len;

	memory.most = memory.bytes;
	memory.asked = 0;
	memory.refuse_from = damage->refuse_from;
	crash_ways.reads = 0;
	places_reads = 0;
	limit_time(SECONDS_LIMIT, WAIT_LIMIT);
	output = command_output(command->line, &len);
	limit_time(0, 0);
	memory.refuse_from = 0;
	took = used_ns() - start;
	if (took > outcome->longest_ns) {
		outcome->longest_ns = took;
		outcome->longest = outcome->command;
	}
	if (memory.most - before > outcome->most_bytes)
		outcome->most_bytes = memory.most - before;
	if (command->reads && places_reads / (double)command->reads > outcome->most_work)
		outcome->most_work = places_reads / (double)command->reads;
	if (too_much_work(command, READS_MORE))
		trouble(outcome, "too much work");
	if (show)
		printf("==== %s\n%s", command->line, output);
	if (memory.bytes > before)
		trouble(outcome, "memory of the run is left");
	if (memory.most - before > BYTES_LIMIT)
		trouble(outcome, "too much memory");
	if (differs_with_workers(command, output, len) && !live && !damage->interrupted &&
	    !damage->refuse_from)
		trouble(outcome, "not what one process says");
	if (damage->interrupted)
		return;
	words = form_trouble(output, len, command->line);
	if (words)
		trouble(outcome, words);
	if (same(command, output, len))
		return;
	outcome->different++;
	if (!command->text || live)
		return;
	facts = facts_of(output, command->kind);
	words = facts_hidden(&command->facts, &facts, command->kind);
	if (words)
		trouble(outcome, words);
	free(facts.rows);
}

void run_case(struct outcome *outcome, uint64_t number, bool show)
{
	struct damage damage;

	(live ? damage_live : damage_do)(&damage, number, show ? stdout : NULL);
	for (outcome->command = 0; outcome->command < command_count; outcome->command++)
		run_command(outcome, &damage, show);
}
