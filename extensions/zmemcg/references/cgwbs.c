// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/inventory.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/run.h"

struct counting {
	struct ledger *ledger;
	struct map seen;	/* a bdi_writeback is on its device's list and on the offline one */
};

static void count_wb(struct run *run, struct counting *counting, kaddr_t wb)
{
	const struct layout *l = run->layout;
	const struct memcg *memcg;
	kaddr_t css, bdi;
	char name[64] = "?", words[128];
	size_t len;

	if (!map_put(&counting->seen, wb, counting) ||
	    !read_member(run, wb, l->wb_memcg_css, &css))
		return;
	memcg = ledger_memcg_of_css(counting->ledger, css);
	if (!memcg)
		return;
	if (read_member(run, wb, l->wb_bdi, &bdi) && bdi && l->bdi_dev_name.known)
		read_text(run, bdi + l->bdi_dev_name.offset, name, sizeof(name), &len);
	snprintf(words, sizeof(words), "bdi_writeback of device %s", name);
	ledger_add(counting->ledger, memcg, REF_CGWB, 1, wb,
		   ledger_words(counting->ledger, words));
}

static void visit_wb(struct run *run, void *arg, kaddr_t link)
{
	count_wb(run, arg, link - run->layout->wb_bdi_node.offset);
}

static void visit_offline_wb(struct run *run, void *arg, kaddr_t link)
{
	count_wb(run, arg, link - run->layout->wb_offline_node.offset);
}

static void visit_bdi(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;

	list_visit(run, link - l->bdi_list_node.offset + l->bdi_wb_list.offset, visit_wb, arg);
}

void references_of_cgwbs(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;
	struct counting counting = { .ledger = ledger };

	if (!l->wb_memcg_css.known)	/* CONFIG_CGROUP_WRITEBACK */
		return;
	map_init(&counting.seen, &run->arena);
	if (l->bdi_list)
		list_visit(run, l->bdi_list, visit_bdi, &counting);
	if (l->offline_cgwbs && l->wb_offline_node.known)
		list_visit(run, l->offline_cgwbs, visit_offline_wb, &counting);
}
