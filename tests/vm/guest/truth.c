// SPDX-License-Identifier: GPL-2.0-or-later
/* What the dump has to show: written down by the holders, compared with the kernel's own counters, printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "zm.h"

#define MAX_HOLDS 4096

static struct hold {
	const struct group *group;
	const char *type;
	long npages;
	const char *shown;
} all_holds[MAX_HOLDS];
static int hold_count;

char *escaped(const char *bytes)
{
	char *result = malloc(4 * strlen(bytes) + 1), *end = result;

	for (const unsigned char *c = (const unsigned char *)bytes; *c; c++) {
		if (*c <= ' ' || *c == '\\' || *c == 0x7f)
			end += sprintf(end, "\\%03o", *c);
		else
			*end++ = *c;
	}
	*end = '\0';
	return result;
}

char *unescaped(const char *shown)
{
	char *result = strdup(shown), *end = result;

	for (const char *c = shown; *c; c++) {
		if (*c == '\\') {
			*end++ = (char)strtol((char[]){ c[1], c[2], c[3], '\0' }, NULL, 8);
			c += 3;
		} else {
			*end++ = *c;
		}
	}
	*end = '\0';
	return result;
}

char *deleted(const char *bytes)
{
	return text("%s (deleted)", escaped(bytes));
}

void holds(struct group *g, const char *type, long npages, const char *shown)
{
	for (int i = 0; i < hold_count; i++) {
		struct hold *hold = &all_holds[i];

		if (hold->group == g && !strcmp(hold->type, type) && !strcmp(hold->shown, shown)) {
			hold->npages += npages;
			return;
		}
	}
	if (hold_count == MAX_HOLDS)
		die("more than %d holds", MAX_HOLDS);
	all_holds[hold_count++] = (struct hold){ g, type, npages, strdup(shown) };
}

static struct usage known(const struct group *g)
{
	struct usage sum = { 0 };

	for (int i = 0; i < hold_count; i++) {
		const struct hold *hold = &all_holds[i];

		if (hold->group != g)
			continue;
		if (!strcmp(hold->type, "shmem"))
			sum.shmem += hold->npages;
		else if (!strcmp(hold->type, "anon"))
			sum.anon += hold->npages;
		else if (strcmp(hold->type, "kmem"))
			sum.file += hold->npages;
	}
	return sum;
}

/* Every page that the kernel counts must be known: a holder names what its work brings along, or there is nothing. */
void check_truth(void)
{
	for (int i = 0; i < group_count; i++) {
		struct group *g = &groups[i];
		struct usage sum = known(g);

		if (g->fate == STAYS)
			continue;
		if (g->spill_path && g->own.file > sum.file)
			holds(g, g->spill_type, g->own.file - sum.file, g->spill_path);
		if (g->keeps_anon && g->own.anon > sum.anon)
			holds(g, "anon", g->own.anon - sum.anon, "[anon]");
		/* Page tables of those who left memory behind: charged to the memcg itself before 5.13. */
		if (g->own.kmem && kernel_before(5, 13))
			holds(g, "kmem", g->own.kmem, "[kmem]");
		sum = known(g);
		if (sum.file != g->own.file || sum.shmem != g->own.shmem || sum.anon != g->own.anon)
			printf("ZM FAIL %s: file %ld shmem %ld anon %ld, the kernel counts %ld %ld %ld\n", g->path, sum.file,
			       sum.shmem, sum.anon, g->own.file, g->own.shmem, g->own.anon);
	}
}

/* v2 notes when a cgroup's last process left, as long as the cgroup is there. */
static const char *best_evidence(const struct group *g)
{
	if (g->dated)
		return "removal";
	return g->fate == REMOVED && !cgroup_v1 ? "last-task" : "creation";
}

static void print_life(const struct group *g)
{
	printf("evidence=%s made=%ld left=%s removed=%ld owner=%s invocation=%s ", best_evidence(g), (long)g->made,
	       g->left ? text("%ld", (long)g->left) : "-", (long)g->removed, g->dated ? text("%d", g->owner) : "-",
	       g->invocation ? g->invocation : "-");
}

static const char *number(long value)
{
	return value == UNKNOWN ? "-" : text("%ld", value);
}

static void print_zombie(const struct group *g)
{
	const struct usage *own = &g->own;

	printf("ZM memcg state=ZOMBIE ");
	print_life(g);
	printf("refs=%s file=%ld shmem=%ld anon=%ld unevictable=%ld swap=%ld kmem=%ld "
	       "folios=%ld sockets=%s fsnotify=%ld csets=%ld writebacks=%s mms=%ld stocks=%ld%s path=%s\n",
	       number(g->refs), own->file, own->shmem, own->anon, own->unevictable, own->swap,
	       own->kmem, own->folios, number(g->sockets), g->fsnotify, g->csets, number(g->writes ? UNKNOWN : g->writebacks), g->mms,
	       g->stocks, g->fate == UNHOOKED ? " cgroup=online" : "",
	       escaped(g->path));
}

/* For the header of a dump: QEMU does not know the names. */
static void print_uname(void)
{
	struct utsname u;

	uname(&u);
	printf("ZM uname sysname=%s nodename=%s release=%s version=%s machine=%s domainname=%s\n", u.sysname, u.nodename,
	       u.release, escaped(u.version), u.machine, u.domainname);
}

void print_truth(long others)
{
	long active = 0, dying = others;

	print_uname();
	for (int i = 0; i < group_count; i++) {
		const struct group *g = &groups[i];

		active += g->fate == STAYS;
		dying += g->held;
		if (g->held)
			print_zombie(g);
		else
			printf("ZM %s path=%s\n", g->fate == STAYS ? "online" : "gone", escaped(g->path));
	}
	for (int i = 0; i < hold_count; i++) {
		const struct hold *hold = &all_holds[i];

		known_if_there(hold->shown);
		if (hold->npages && hold->group->held)
			printf("ZM page memcg=%s type=%s npages=%ld path=%s\n", escaped(hold->group->path), hold->type,
			       hold->npages, hold->shown);
	}
	print_endings();
	print_maps();
	print_users();
	printf("ZM count active=%ld dying=%ld now=%ld\n", active, dying, (long)time(NULL));
}
