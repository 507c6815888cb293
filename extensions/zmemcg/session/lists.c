// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/lists.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"

void list_visit(struct run *run, kaddr_t head,
		void (*visit)(struct run *run, void *arg, kaddr_t link), void *arg)
{
	kaddr_t at, before = head, back;

	while (read_pointer(run, before, &at) && read_pointer(run, at + sizeof(long), &back)) {
		if (back != before) {
			run->counts.cut++;
			return;
		}
		if (at == head)
			return;
		visit(run, arg, at);
		before = at;
	}
}
