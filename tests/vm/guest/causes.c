// SPDX-License-Identifier: GPL-2.0-or-later
/* What the zombies of zm.templates have in common: compared with the kernel's own account of each, and printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "templates.h"

static struct zombie **sorted;

static int compare_inodes(const void *left, const void *right)
{
	const ino_t a = (*(struct zombie *const *)left)->group.inode, b = (*(struct zombie *const *)right)->group.inode;

	return (a > b) - (a < b);
}

static int compare_causes(const void *left, const void *right)
{
	return memcmp(&(*(struct zombie *const *)left)->cause, &(*(struct zombie *const *)right)->cause,
		      sizeof(struct cause));
}

static void sort(int (*compare)(const void *, const void *))
{
	if (!sorted && !(sorted = calloc(zombie_count, sizeof(*sorted))))
		die("no memory");
	for (long i = 0; i < zombie_count; i++)
		sorted[i] = &zombies[i];
	qsort(sorted, zombie_count, sizeof(*sorted), compare);
}

static struct usage *usage_of(ino_t inode)
{
	struct zombie wanted = { .group.inode = inode }, *key = &wanted;
	struct zombie **found = bsearch(&key, sorted, zombie_count, sizeof(*sorted), compare_inodes);

	return found ? &(*found)->group.own : NULL;
}

void check_causes(void)
{
	drain();
	sort(compare_inodes);
	count_pages(usage_of);
	for (long i = 0; i < zombie_count; i++) {
		const struct zombie *z = &zombies[i];
		const struct usage *own = &z->group.own;
		long sums[2] = { 0 };

		for (int number = 0; number < FILES; number++)
			sums[number >= IN_MEMORY] += z->cause.pages[number];
		if (own->file != sums[0] || own->shmem != sums[1] || own->anon || own->unevictable)
			printf("ZM FAIL %s: file %ld shmem %ld, the kernel counts %ld %ld, anon %ld, unevictable %ld\n",
			       z->group.path, sums[0], sums[1], own->file, own->shmem, own->anon, own->unevictable);
	}
}

/* The best evidence of when it was removed: of those that are not dated, when the last process left. */
static time_t evident(const struct group *g)
{
	return g->dated ? g->removed : g->left;
}

/* Of two that tell the same time, one is taken that is dated. */
static bool tells_more(const struct group *g, const struct group *than, int direction)
{
	if (!than || evident(g) == evident(than))
		return !than || g->dated;
	return direction * evident(g) > direction * evident(than);
}

static void print_evidence(const char *key, const struct group *g)
{
	printf(" %s=%s:%ld", key, g->dated ? "removal" : "last-task", (long)evident(g));
}

static void print_template(int number)
{
	const struct group *oldest = NULL, *newest = NULL;
	long dated = 0;

	for (long i = 0; i < zombie_count; i++) {
		const struct group *g = &zombies[i].group;

		if (zombies[i].cause.template != number)
			continue;
		if (tells_more(g, oldest, -1))
			oldest = g;
		if (tells_more(g, newest, 1))
			newest = g;
		dated += g->dated;
	}
	printf("ZM template number=%d dated=%ld", number, dated);
	print_evidence("oldest", oldest);
	print_evidence("newest", newest);
	printf(" path=%s\n", templates[number].name);
}

static void print_cause(const struct cause *cause, long count)
{
	printf("ZM cause zombies=%ld template=%d children=%d", count, cause->template, cause->children);
	for (int number = 0; number < FILES; number++)
		if (cause->pages[number])
			printf(" file%d=%d", number, cause->pages[number]);
	for (int number = 0; number < FILES; number++)
		if (cause->below[number])
			printf(" below%d=1", number);
	printf("\n");
}

static void print_each_cause(void)
{
	long first = 0;

	sort(compare_causes);
	for (long i = 1; i <= zombie_count; i++) {
		if (i < zombie_count && !compare_causes(&sorted[first], &sorted[i]))
			continue;
		print_cause(&sorted[first]->cause, i - first);
		first = i;
	}
}

void print_causes(void)
{
	for (int number = 0; number < FILES; number++)
		printf("ZM file number=%d type=%s path=%s\n", number, number < IN_MEMORY ? "file" : "shmem", files[number].path);
	for (int number = 0; number < TEMPLATES; number++)
		print_template(number);
	print_each_cause();
}
