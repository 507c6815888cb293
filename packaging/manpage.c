// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes zmemcg(8) from the text of "help zmemcg", so that there is one source.
 * crash's own layout is kept: the text is set as it stands.
 */
#include <stdio.h>
#include <string.h>

#include "zmemcg/help.h"
#include "zmemcg/version.h"

/* What the examples' prompt is made of. */
#define PROMPT	"%s"

static void write_escaped(const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++) {
		if (!strncmp(text, PROMPT, strlen(PROMPT))) {
			fputs("crash", stdout);
			text += strlen(PROMPT) - 1;
		} else if (*text == '\\') {
			fputs("\\e", stdout);
		} else if (*text == '-') {
			fputs("\\-", stdout);
		} else if (*text == '\'') {
			fputs("\\(aq", stdout);
		} else {
			putchar(*text);
		}
	}
	putchar('\n');
}

/* A line that begins at the margin is a heading. */
static void write_line(const char *line)
{
	if (*line && *line != ' ') {
		printf(".fi\n.SH %s\n.nf\n", line);
		return;
	}
	write_escaped(line);
}

int main(void)
{
	char **help = zmemcg_help;

	printf(".TH ZMEMCG 8 \"\" \"zmemcg %s\" \"crash extension\"\n", ZMEMCG_VERSION);
	printf(".SH NAME\n%s \\- %s\n", help[0], help[1]);
	printf(".SH SYNOPSIS\n.nf\ncrash> extend zmemcg.so\ncrash> %s ", help[0]);
	write_escaped(help[2]);
	printf(".fi\n.SH DESCRIPTION\n.nf\n");
	for (help += 3; *help; help++)
		write_line(*help);
	printf(".fi\n.SH SEE ALSO\n.BR crash (8)\n");
	return 0;
}
