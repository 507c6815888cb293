// SPDX-License-Identifier: GPL-2.0-or-later
/* Any selector and any path, a NUL between them. */
#include "plain.h"
#include "zmemcg/options.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *selector = string_of(data, size), *path, *escaped;
	const size_t len = strlen(selector);
	kaddr_t address;

	path = len < size ? string_of(data + len + 1, size - len - 1) : string_of(NULL, 0);
	escaped = malloc(4 * strlen(path) + 1);
	escape(path, strlen(path), escaped);
	selector_matches_path(selector, path, escaped);
	/* A path that was copied from a report, or from the shell, means itself. */
	demand(selector_matches_path(path, path, escaped));
	demand(selector_matches_path(escaped, path, escaped));
	if (selector_is_address(selector, &address))
		demand(len >= 8 && len <= 18 && !strchr(selector, '/'));
	free(selector);
	free(path);
	free(escaped);
	return 0;
}
