// SPDX-License-Identifier: GPL-2.0-or-later
/* Names that a report could stumble over, of files and of cgroups. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "zm.h"

static const char *const file_names[] = {
	"with two blanks",
	"tab\tand\nnewline",
	"back\\slash",
	"escape\033[31mred\001\037\177",
	"\303\274\303\261\303\257\342\202\254\360\237\247\237",
	"looks (deleted)",
	"[bdev vda]",
	" ",
	"100%s%n",
};

static const char *const group_names[] = {
	"two blanks here.scope",
	"system-getty\\x2dtty.slice",
	"\303\274ber.scope",
	"tab\tand\033escape.scope",
	"[anon]",
	"%s%n.scope",
};

/* The longest component, 255 bytes. */
static void make_longest_name(void)
{
	char name[256] = "";

	memset(name, 'n', 255);
	make_file(text("/mnt/names/%s", name), 1);
	hold_file(group("/names/longest-name.scope", REMOVED), text("/mnt/names/%s", name), 1);
}

#define STEPS 24

/* More than PATH_MAX, to be reached only step by step. */
static void make_longest_path(void)
{
	struct group *g = group("/names/longest-path.scope", REMOVED);
	char step[201] = "", *path = "/mnt/names";
	int home = open("/", O_RDONLY | O_DIRECTORY);

	memset(step, 'd', 200);
	if (chdir(path))
		die("chdir");
	for (int i = 0; i < STEPS; i++) {
		if (mkdir(step, 0755) || chdir(step))
			die("step %d", i);
		path = text("%s/%s", path, step);
	}
	make_file("end", 2);
	hold_pages(g, "end", 0, 2, text("%s/end", path));
	if (fchdir(home))
		die("fchdir");
	close(home);
}

void make_names(void)
{
	make_dirs("/mnt/names");
	for (size_t i = 0; i < ARRAY_SIZE(file_names); i++) {
		char *path = text("/mnt/names/%s", file_names[i]);

		make_file(path, 1 + i % 3);
		hold_file(group(text("/names/file-%zu.scope", i), REMOVED), path, 1 + i % 3);
	}
	for (size_t i = 0; i < ARRAY_SIZE(group_names); i++) {
		char *path = text("/mnt/names/of-group-%zu", i);

		make_file(path, 2);
		hold_file(group(text("/names/%s", group_names[i]), REMOVED), path, 2);
	}
	make_longest_name();
	make_longest_path();
}
