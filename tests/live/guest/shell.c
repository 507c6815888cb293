// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * /bin/sh of the guest, as far as crash needs one: on a live system it looks for the kernel's banner in the vmlinux with
 * `/usr/bin/strings [-n LEAST] FILE`, and leaves off where it has it.
 */
#include <stdio.h>
#include <string.h>

#include "live.h"

static bool is_printable(int byte)
{
	return (byte >= ' ' && byte <= '~') || byte == '\t';
}

/* Of at least so many printable bytes. */
static int strings(const char *path, size_t least)
{
	FILE *file = fopen(path, "r");
	char string[4096];
	size_t len = 0;
	int byte;

	if (!file)
		return 1;
	while ((byte = getc_unlocked(file)) != EOF) {
		if (is_printable(byte) && len < sizeof(string) - 1) {
			string[len++] = byte;
			continue;
		}
		if (len >= least)
			printf("%.*s\n", (int)len, string);
		len = 0;
	}
	fclose(file);
	return 0;
}

int shell(const char *command)
{
	char path[256];
	int least = 4;

	if (sscanf(command, "/usr/bin/strings -n %d %255s", &least, path) != 2 &&
	    sscanf(command, "/usr/bin/strings %255s", path) != 1)
		return 127;
	return strings(path, least);
}
