// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include "zmemcg/access.h"
#include "zmemcg/ledger.h"
#include "zmemcg/open_files.h"
#include "zmemcg/run.h"

static void count_group(struct run *run, struct ledger *ledger, const struct open_file *file)
{
	const struct memcg *memcg;
	kaddr_t pointer;

	if (!read_member(run, file->object, run->layout->fsnotify_memcg, &pointer))
		return;
	memcg = ledger_memcg(ledger, pointer);
	if (!memcg || !map_put(&ledger->counted, file->object, ledger))
		return;
	ledger_add(ledger, memcg, REF_FSNOTIFY, 1, file->object,
		   ledger_words(ledger, file->kind == OPEN_INOTIFY ? "inotify group" :
						      "fanotify group"));
	open_file_to_close(run, ledger, file);
	open_file_behind(run, ledger, REF_FSNOTIFY, file->object, file);
}

void references_of_fsnotify_groups(struct run *run, struct ledger *ledger)
{
	const struct open_files *open = open_files_of(run, ledger);

	for (size_t i = 0; i < open->count; i++) {
		const struct open_file *file = &open->files[i];

		if ((file->kind == OPEN_INOTIFY || file->kind == OPEN_FANOTIFY) && file->object)
			count_group(run, ledger, file);
	}
}
