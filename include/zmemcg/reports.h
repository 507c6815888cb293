/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The reports: one file each, one row each in the table of extensions/zmemcg.c.
 */
#ifndef ZMEMCG_REPORTS_H
#define ZMEMCG_REPORTS_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct file;
struct folio;
struct group;
struct inner_table;
struct inventory;
struct ledger;
struct memcg;
struct remedies;
struct run;
struct users;

/* A row of the table of reports, in extensions/zmemcg.c. */
struct report {
	char option;		/* 0: the list */
	void (*write)(struct run *run);
	unsigned int needs;	/* enum layout_need; 0: nothing is lacking, everything is of use */
	unsigned int wants;	/* likewise, and what it lacks of it is "-" */
	unsigned int needs_of_users;	/* with -u, besides; 0: it has no users */
	unsigned int forms;	/* that it has, as bits of enum format */
};

extern const struct report reports[];
extern const size_t report_count;

void report_list(struct run *run);
void report_pages(struct run *run);
void report_files(struct run *run);
void report_groups(struct run *run);
void report_kernfs(struct run *run);
void report_why(struct run *run);
void report_summary(struct run *run);
void report_layout(struct run *run);

/* The inventory with the options' selection made: where each report starts. */
struct inventory *report_inventory(struct run *run);

/*
 * The memcg that a report about pages shows a folio under: the selected one of those
 * that it is or was charged to.
 */
const struct memcg *report_subject(const struct folio *folio);

/*
 * The columns of a report about pages: that of their present owner only where pages leave a
 * removed memcg. Returns how many.
 */
int report_columns(const struct run *run, const struct column *columns, int count, int owner,
		   struct column *chosen);

/* The users of a file as an inner table, and that table without a row. */
extern const struct inner_table report_users_columns;
struct inner_table report_users(struct run *run, struct users *users, const struct file *file);

/* The first of the templates and files as -g and -f have them; none is cut off by -n. */
struct inner_table report_templates(struct run *run, const struct inventory *inventory,
				    struct group *const *groups, size_t rows);
struct inner_table report_held_files(struct run *run, struct file *const *files, size_t rows);

/* How long ago the memcg was removed, and what says so; unknown of none, or without evidence. */
struct cell report_age(const struct inventory *inventory, const struct memcg *memcg);
struct cell report_age_source(const struct memcg *memcg);

/* What the kernel remembers of one memcg's life, as pairs. */
void report_life(struct run *run, const struct inventory *inventory, const struct memcg *memcg);

/* What frees how many, an action a pair. */
void report_actions(struct run *run, const struct ledger *ledger, const struct remedies *remedies);

/* Where pages hold no removed memcg, says so. */
void report_begin_pages(struct run *run);

/* How many records were asked for are still to print; counts this one down. */
bool report_prints(struct run *run, uint64_t *printed);

/* "There are N active and M dying memcgroups" */
void report_end_counts(struct run *run, const struct inventory *inventory);

/*
 * "Every reference is explained", or how many are not, and how many holders are too many;
 * what else the columns of -w don't show.
 */
void report_end_rests(struct run *run, const struct ledger *ledger);

/* ", 0 unreadable objects", and what else could not be had: the end of a last line. */
void report_end_unreadable(struct run *run);

/* "Found N of M charged pages (100.0%), 0 unreadable objects", and what to do about less. */
void report_end_coverage(struct run *run, const struct inventory *inventory);

#endif
