/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The zombies of zm.templates: hold_templates.c makes them, causes.c compares them with the kernel's account and says
 * what they are.
 */
#ifndef TEMPLATES_H
#define TEMPLATES_H

#include "zm.h"

enum {
	FILES = 40,
	RING = FILES - 1,		/* a memfd */
	IN_MEMORY = FILES - 4,		/* the first one in tmpfs */
	ROTATED = IN_MEMORY - 1,	/* has lost its name */
};

struct held_file {
	const char *path;
	int fd;
	long used;		/* pages that somebody has */
};

struct template {
	const char *name;	/* as the report has it */
	char *(*path)(long n);
	int percent;		/* of all zombies */
	int file, files;	/* the one that most have, and how many there are with it */
	int dated;		/* of so many, one remembers when it was removed; 0: none */
};

enum { POD = 4, CONTAINER, TEMPLATES };

/* Why a zombie is there; many have the same. */
struct cause {
	int template;
	int children;
	unsigned char pages[FILES];	/* that it has of each file */
	bool below[FILES];		/* whether its children have any */
};

struct zombie {
	struct group group;
	struct zombie *pod;
	struct cause cause;
};

/* hold_templates.c */
extern struct held_file files[FILES];
extern const struct template templates[TEMPLATES];
extern struct zombie *zombies;
extern long zombie_count;

/* causes.c */

/* While they live: what was taken is what the kernel counts, and all that it counts. */
void check_causes(void);
void print_causes(void);

#endif
