// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/lists.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* struct list_head */
struct links {
	kaddr_t next, prev;
};

/* Both at once: one that moved to another list in between would lead there. */
static bool read_links(struct run *run, kaddr_t at, struct links *links)
{
	unsigned long words[2];

	if (!read_bytes(run, at, words, sizeof(words)))
		return false;
	*links = (struct links){ words[0], words[1] };
	return true;
}

/*
 * On a live system the element between two others may have left the list since it was read; then
 * the one behind it points back to the one before it, which is on the list as it was.
 */
static bool follows(const struct links *links, kaddr_t before, kaddr_t before_that)
{
	return links->prev == before || (session_live() && links->prev == before_that);
}

/*
 * Circles are noticed Brent's way too, which remembers one element, and a later one after twice as
 * many steps: in a list that changes while it is read links can point back and go round.
 */
void list_visit(struct run *run, kaddr_t head,
		void (*visit)(struct run *run, void *arg, kaddr_t link), void *arg)
{
	kaddr_t before_that = 0, before = head, at, mark = 0;
	uint64_t steps = 0, mark_after = 1;
	struct links links;

	if (!read_pointer(run, head, &at))
		return;
	while (read_links(run, at, &links)) {
		/* The last of a list that grows is not the last any more. */
		if (at == head && session_live())
			return;
		if (!follows(&links, before, before_that) || at == mark) {
			run->counts.cut++;
			return;
		}
		if (at == head)
			return;
		visit(run, arg, at);
		if (++steps == mark_after) {
			mark_after *= 2;
			mark = at;
		}
		before_that = before;
		before = at;
		at = links.next;
	}
}
