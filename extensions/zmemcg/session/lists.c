// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/lists.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"

void list_visit(struct run *run, kaddr_t head,
		void (*visit)(struct run *run, void *arg, kaddr_t link), void *arg)
{
	kaddr_t at, before = head, back;

	if (!read_pointer(run, head, &at))
		return;
	while (at != head) {
		if (!read_pointer(run, at + sizeof(long), &back))
			return;
		if (back != before) {
			run->counts.cut++;
			return;
		}
		visit(run, arg, at);
		before = at;
		if (!read_pointer(run, at, &at))
			return;
	}
}
