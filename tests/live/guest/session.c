// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live.h"

#define MOST_WORDS 64

/* What crash prints at `eval`, the last of four lines; the first is MARK. */
#define MARK_COMMAND "eval 67932\n"
#define MARK "hexadecimal: 1095c"
#define MARK_END "binary: "

static struct {
	pid_t pid;
	int to, from;
	char buffer[1 << 16];
	size_t used;
} crash;

static int port;

/* One a line. */
static int words_of(const char *path, char **words)
{
	char *copy = strdup(read_text(path));
	int count = 0;

	for (char *word = strtok(copy, "\n"); word && count < MOST_WORDS - 1; word = strtok(NULL, "\n"))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

static void start_crash(void)
{
	int to[2], from[2];

	if (pipe(to) || pipe(from))
		die("pipe");
	crash.pid = fork();
	if (crash.pid < 0)
		die("fork");
	if (!crash.pid) {
		char *words[MOST_WORDS];

		words_of("/live/command", words);
		setenv("HOME", "/tmp", 1);
		setenv("TERM", "dumb", 1);
		if (setsid() < 0 || dup2(to[0], 0) < 0 || dup2(from[1], 1) < 0 || dup2(from[1], 2) < 0 || chdir("/tmp"))
			die("crash's files");
		close(to[1]);
		close(from[0]);
		execv(words[0], words);
		die("exec %s", words[0]);
	}
	close(to[0]);
	close(from[1]);
	fcntl(to[1], F_SETFD, FD_CLOEXEC);
	fcntl(from[0], F_SETFD, FD_CLOEXEC);
	crash.to = to[1];
	crash.from = from[0];
}

static long kilobytes(void)
{
	char *path = text("/proc/%d/status", (int)crash.pid);
	const char *found = strstr(read_text(path), "VmRSS:");

	free(path);
	return found ? atol(found + strlen("VmRSS:")) : 0;
}

static _Noreturn void give_up(const char *what)
{
	int status = 0;

	say(port, "@%s %lld\n", what, (long long)now());
	kill(crash.pid, SIGKILL);
	waitpid(crash.pid, &status, 0);
	die("crash %s, status %x", what, status);
}

/* Until then (0: the session's limit, which nothing may reach). False when that was. */
static bool fill_buffer(int64_t until)
{
	int64_t left_ms = ((until ? until : now() + option_number("patience", 300) * 1000000000LL) - now()) / 1000000;
	struct pollfd wait = { .fd = crash.from, .events = POLLIN };
	ssize_t got;

	if (crash.used == sizeof(crash.buffer) - 1)
		die("a line of %zu bytes", crash.used);
	if (left_ms <= 0 || poll(&wait, 1, left_ms) <= 0) {
		if (until)
			return false;
		give_up("hang");
	}
	got = read(crash.from, crash.buffer + crash.used, sizeof(crash.buffer) - 1 - crash.used);
	if (got <= 0)
		give_up("died");
	crash.used += got;
	return true;
}

static void take(size_t len)
{
	crash.used -= len;
	memmove(crash.buffer, crash.buffer + len, crash.used);
}

static void pass_on(size_t len)
{
	if (write(port, crash.buffer, len) != (ssize_t)len)
		die("write to port");
	take(len);
}

/* A list without records comes in one piece, at its run's end. */
#define RUN_STARTS "MEMCG "

/* Hands crash's lines on, but for those of the mark. False when the time came first. */
static bool read_lines(int64_t until)
{
	bool in_mark = false;

	for (;;) {
		char *end = memchr(crash.buffer, '\n', crash.used);
		size_t len;

		if (!end) {
			if (!fill_buffer(until))
				return false;
			continue;
		}
		len = end + 1 - crash.buffer;
		*end = '\0';
		if (strstr(crash.buffer, MARK))
			in_mark = true;
		if (in_mark) {
			bool last = strstr(crash.buffer, MARK_END);

			take(len);
			if (last)
				return true;
			continue;
		}
		*end = '\n';
		if (until && !strncmp(crash.buffer, RUN_STARTS, strlen(RUN_STARTS)))
			say(port, "@run %lld\n", (long long)now());
		pass_on(len);
	}
}

static void tell(const char *line)
{
	if (write(crash.to, line, strlen(line)) != (ssize_t)strlen(line))
		give_up("died");
}

static void run(int number, const char *command)
{
	char *line = text("%s\n" MARK_COMMAND, command);

	say(port, "@start %d %lld %s\n", number, (long long)now(), command);
	tell(line);
	read_lines(0);
	say(port, "@end %d %lld %ld\n", number, (long long)now(), kilobytes());
	free(line);
}

#define REPEAT_SECONDS 2
#define WATCH_ROUNDS 40		/* between two watches */

/* crash's repeat ends with ^C, whatever it is at: the session goes on behind it. */
static void repeat(int number, const char *command, long ms)
{
	char *line = text("repeat -%d %s\n", REPEAT_SECONDS, command);

	say(port, "@start %d %lld %s", number, (long long)now(), line);
	tell(line);
	read_lines(now() + ms * 1000000LL);
	say(port, "@interrupt %lld\n", (long long)now());
	kill(crash.pid, SIGINT);
	tell(MARK_COMMAND);
	read_lines(0);
	say(port, "@end %d %lld %ld\n", number, (long long)now(), kilobytes());
	free(line);
}

void start_session(int session_port)
{
	port = session_port;
	start_crash();
	run(0, "sys");
}

void session(long rounds)
{
	char *commands[MOST_WORDS];
	int count = words_of("/live/commands", commands), number = 1;

	for (long round = 0; round < rounds; round++) {
		for (int i = 0; i < count; i++)
			run(number++, commands[i]);
		if (round % WATCH_ROUNDS == 0)
			repeat(number++, "zmemcg -t 0 -n 0", option_number("watch", 10) * 1000 + round * 9);
	}
	run(number++, "zmemcg -n 0");
	tell("quit\n");
	waitpid(crash.pid, NULL, 0);
	say(port, "@done %lld\n", (long long)now());
}
