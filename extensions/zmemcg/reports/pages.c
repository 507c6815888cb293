// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/folio.h"
#include "zmemcg/inodes.h"
#include "zmemcg/inventory.h"
#include "zmemcg/pages.h"
#include "zmemcg/reports.h"
#include "zmemcg/run.h"
#include "zmemcg/table.h"

static const struct column columns[] = {
	{ "PAGE", 16, false },
	{ "MEMCG", 16, false },
	{ "STATE", 6, false },
	{ "TYPE", 7, false },
	{ "NPAGES", 6, true },
	{ "INODE", 16, false },
	{ "CGROUP", 0, false },
	{ "PATH", 0, false },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

struct printing {
	struct files *files;
	uint64_t printed;
};

static void print(struct run *run, void *arg, const struct folio *folio)
{
	struct printing *printing = arg;
	const struct memcg *memcg = folio->memcg;
	const struct file *file;

	if (!report_prints(run, &printing->printed))
		return;
	file = files_of_folio(run, printing->files, folio);
	table_row(&run->out, columns, COLUMNS, (struct cell[COLUMNS]){
		cell_address(folio->page),
		cell_address(memcg->addr),
		cell_word(memcg_state_name(memcg->state)),
		cell_word(file ? file->type : folio_type_name(folio)),
		cell_count(folio->base_pages),
		cell_address(file ? file->inode : 0),
		cell_name(memcg->path),
		cell_name(file ? file->name : folio_name(folio)),
	});
}

void report_pages(struct run *run)
{
	struct inventory *inventory = report_inventory(run);
	struct printing printing = { .files = files_new(run) };

	table_heading(&run->out, columns, COLUMNS);
	pages_visit(run, inventory, print, &printing);
	report_end_counts(run, inventory);
	report_end_coverage(run, inventory);
}
