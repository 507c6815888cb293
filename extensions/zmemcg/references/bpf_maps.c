// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/ledger.h"
#include "zmemcg/run.h"
#include "zmemcg/xarray.h"

/* crash's own "bpf -m ID" tells the rest: the task that made it, what it is for. */
static struct name map_words(struct run *run, struct ledger *ledger, kaddr_t map)
{
	const struct layout *l = run->layout;
	char name[32] = "", words[80];
	uint64_t id = 0;
	size_t len;

	if (!ledger->detailed)
		return (struct name){ 0 };
	read_member(run, map, l->bpf_map_id, &id);
	if (l->bpf_map_name.known)
		read_text(run, map + l->bpf_map_name.offset, name, sizeof(name), &len);
	snprintf(words, sizeof(words), "bpf_map %u%s%s", (unsigned int)id, *name ? " " : "", name);
	return ledger_words(ledger, words);
}

static void count_map(struct run *run, void *arg, kaddr_t map)
{
	struct ledger *ledger = arg;
	const struct memcg *memcg;
	kaddr_t pointer;

	if (!read_member(run, map, run->layout->bpf_map_memcg, &pointer))
		return;
	memcg = ledger_memcg(ledger, pointer);
	if (!memcg)
		return;
	ledger_add(ledger, memcg, REF_BPF, 1, map, map_words(run, ledger, map));
	ledger_target_unknown(ledger, TO_END, map);
}

void references_of_bpf_maps(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;

	/* An obj_cgroup since 6.0, which goes to the parent; before 5.11 none. */
	if (!l->map_idr || !l->bpf_map_memcg.known || !l->idr_root.known || !l->xa_head.known)
		return;
	xarray_visit(run, l->map_idr + l->idr_root.offset, count_map, ledger);
}
