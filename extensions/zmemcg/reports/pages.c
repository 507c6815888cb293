// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/folio.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/output.h"
#include "zmemcg/pages.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"

/* OWNER: whose they are now, where folios leave a memcg that is removed. */
static const struct column columns[] = {
	{ "PAGE", 16, false },
	{ "MEMCG", 16, false },
	{ "STATE", 6, false },
	{ "TYPE", 7, false },
	{ "NPAGES", 6, true },
	{ "INODE", 16, false },
	{ "CGROUP", 0, false },
	{ "OWNER", 0, false },
	{ "PATH", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]), OWNER = 7 };

struct printing {
	struct files *files;
	struct column columns[COLUMNS];		/* those that this kernel has */
	int count;
	uint64_t printed;
};

static void print(struct run *run, void *arg, const struct folio *folio)
{
	struct printing *printing = arg;
	const struct memcg *memcg = report_subject(folio);
	struct cell cells[COLUMNS];
	const struct file *file;
	struct name name;
	int n = 0;

	if (!report_prints(run, &printing->printed))
		return;
	file = files_of_folio(run, printing->files, folio);
	name = file ? file->name : folio_name(folio);
	cells[n++] = cell_address(folio->page);
	cells[n++] = cell_address(memcg->addr);
	cells[n++] = cell_word(memcg_state_name(memcg->state));
	cells[n++] = cell_word(file ? file->type : folio_type_name(folio));
	cells[n++] = cell_count(folio->base_pages);
	cells[n++] = cell_address(file ? file->inode : 0);
	cells[n++] = cell_name(memcg->path);
	if (printing->count == COLUMNS)
		cells[n++] = folio->memcg ? cell_name(folio->memcg->path) : cell_unknown();
	cells[n++] = cell_name(name);
	output_row(run, printing->columns, n, cells);
	output_folded(run, &memcg->path, &name, folio->base_pages);
}

void report_pages(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	struct printing printing = { .files = files_new(run) };

	printing.count = report_columns(run, columns, COLUMNS, OWNER, printing.columns);
	report_begin_pages(run);
	output_heading(run, printing.columns, printing.count);
	pages_visit(run, inventory, print, &printing);
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
