// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/lists.h"

#include "zmemcg/access.h"
#include "zmemcg/map.h"
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

struct walk {
	void (*visit)(struct run *run, void *arg, kaddr_t link);
	void *arg;
	struct map seen;	/* on a live system, where it is walked more than once */
};

static void visit_once(struct run *run, struct walk *walk, kaddr_t link)
{
	if (!session_live() || map_put(&walk->seen, link, walk))
		walk->visit(run, walk->arg, link);
}

/*
 * Circles are noticed Brent's way too, which remembers one element, and a later one after twice as
 * many steps: in a list that changes while it is read links can point back and go round. False
 * where the list is lost.
 */
static bool walk_once(struct run *run, kaddr_t head, struct walk *walk)
{
	kaddr_t before_that = 0, before = head, at, mark = 0;
	uint64_t steps = 0, mark_after = 1;
	struct links links;

	if (!read_pointer(run, head, &at))
		return true;
	while (read_links(run, at, &links)) {
		/* The last of a list that grows is not the last any more. */
		if (at == head && session_live())
			return true;
		if (!follows(&links, before, before_that) || at == mark)
			return false;
		if (at == head)
			return true;
		visit_once(run, walk, at);
		if (++steps == mark_after) {
			mark_after *= 2;
			mark = at;
		}
		before_that = before;
		before = at;
		at = links.next;
	}
	if (!session_live())
		return true;	/* and counted as unreadable */
	run->counts.unreadable--;
	return false;
}

/* Ours: how often a list that changes is walked. */
#define WALKS_LIMIT	16

/*
 * Two elements that went to the list's end one behind the other lead past all between, and nothing
 * shows it. So the list of a live system is walked until a walk finds nothing that is new.
 */
static bool walk_live(struct run *run, kaddr_t head, struct walk *walk)
{
	bool whole = false;
	size_t before;

	map_init(&walk->seen, &run->arena);
	for (int walks = 0; walks < WALKS_LIMIT; walks++) {
		before = walk->seen.count;
		whole = walk_once(run, head, walk);
		if (whole && walk->seen.count == before)
			break;
	}
	return whole;
}

void list_visit(struct run *run, kaddr_t head,
		void (*visit)(struct run *run, void *arg, kaddr_t link), void *arg)
{
	struct walk walk = { .visit = visit, .arg = arg };

	if (!(session_live() ? walk_live(run, head, &walk) : walk_once(run, head, &walk)))
		run->counts.cut++;
}
