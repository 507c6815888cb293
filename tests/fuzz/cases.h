/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One case: the reports over an image that is damaged in one way, and what has to be true of them.
 */
#ifndef FUZZ_CASES_H
#define FUZZ_CASES_H

#include "facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COMMANDS_LIMIT	64

/* For one report. An undamaged one takes less than a tenth of each. */
#define SECONDS_LIMIT	5	/* of a processor */
#define WAIT_LIMIT	60	/* of the clock: other work may be going on */

extern struct command {
	char *line;
	char kind;		/* the option of the report, 0 for the list */
	bool text;		/* the form that can be compared */
	char *output;		/* of the image as it is */
	size_t len;
	uint64_t reads;		/* the same */
	struct facts facts;
} commands[COMMANDS_LIMIT];

extern int command_count;

/*
 * Whether it is a machine that runs. What it has no more is not missing: only bounds and forms
 * are demanded.
 */
extern bool live;

/* What a case leaves. */
struct outcome {
	int command;		/* that it is or was in */
	int different;		/* commands whose output is not that of the undamaged image */
	size_t most_bytes;
	uint64_t longest_ns;
	double most_work;	/* reads, in those of the undamaged image */
	int longest;		/* command */
	char trouble[256];
};

/* Those of the session that recorded the folder, and what they said. */
void load_commands(const char *folder);

/* How many reports of the image as it is say something else than in that session. Learns the places, too. */
int check_undamaged(void);

/* Ends the program where there is none. */
const struct command *command_of(const char *line);

/* A run that nobody will compare the next one with: each -t is the first. */
const char *command_output(const char *line, size_t *len);

/* The case goes on for so long; SIGPROF or SIGALRM ends it. 0: no longer. */
void limit_time(unsigned int seconds, unsigned int wait);

/* Of the last command: what grows faster than this on a small image does not end on a large one. */
bool too_much_work(const struct command *command, uint64_t more);

/* The first thing that is wrong with a case is kept. */
void trouble(struct outcome *outcome, const char *words);

/* Shows each report where it is asked to. */
void run_case(struct outcome *outcome, uint64_t number, bool show);

#endif
