// SPDX-License-Identifier: GPL-2.0-or-later
/* Any command line, one word a line. */
#include "plain.h"
#include "zmemcg/options.h"

#define WORDS	64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = string_of(data, size), *words[WORDS + 1] = { "zmemcg" }, problem[256] = "";
	struct options options;
	int count = 1;

	for (char *word = strtok(line, "\n"); word && count < WORDS; word = strtok(NULL, "\n"))
		words[count++] = word;
	if (options_parse(&options, count, words, problem, sizeof(problem))) {
		demand(!*problem && options.least_age >= -1);
		demand(options.selector_count >= 0 && options.selector_count < count);
		for (int i = 0; i < options.selector_count; i++)
			demand(strlen(options.selectors[i]) <= size);
	} else {
		demand(*problem && !strchr(problem, '\n'));
	}
	free(line);
	return 0;
}
