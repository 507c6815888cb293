// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/groups.h"

#include <stdlib.h>
#include <string.h>

#include "zmemcg/inventory.h"
#include "zmemcg/map.h"
#include "zmemcg/run.h"
#include "zmemcg/templates.h"

struct grouping {
	struct map by_hash;		/* of the template: the first group with that hash */
	struct group **list;
	size_t count, room;
};

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_of(const struct name *name)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < name->path_len; i++)
		hash = (hash ^ (unsigned char)name->path[i]) * 0x100000001b3;
	return hash;
}

/* The shorter first where one begins with the other. */
static int compare_names(const struct name *a, const struct name *b)
{
	const size_t common = a->path_len < b->path_len ? a->path_len : b->path_len;
	const int order = common ? memcmp(a->path, b->path, common) : 0;

	return order ? order : (a->path_len > b->path_len) - (a->path_len < b->path_len);
}

static struct group *add_group(struct run *run, struct grouping *grouping,
			       const struct name *template)
{
	struct group *group = arena_alloc(&run->arena, sizeof(*group));

	if (template->path) {
		group->template.path = arena_strndup(&run->arena, template->path,
						     template->path_len);
		group->template.path_len = template->path_len;
	}
	grouping->list = arena_grow(&run->arena, grouping->list, grouping->count,
				    &grouping->room, sizeof(*grouping->list));
	return grouping->list[grouping->count++] = group;
}

static struct group *group_of(struct run *run, struct grouping *grouping,
			      const struct name *template)
{
	const uint64_t hash = hash_of(template);
	struct group *group = map_get(&grouping->by_hash, hash), *first = group;

	while (group && compare_names(&group->template, template) != 0)
		group = group->same_hash;
	if (group)
		return group;
	group = add_group(run, grouping, template);
	if (first) {
		group->same_hash = first->same_hash;
		first->same_hash = group;
	} else {
		map_put(&grouping->by_hash, hash, group);
	}
	return group;
}

static void add_age(struct group *group, const struct memcg *memcg)
{
	if (is_older(memcg, group->oldest))
		group->oldest = memcg;
	if (is_newer(memcg, group->newest))
		group->newest = memcg;
}

static void add_memcg(struct group *group, const struct memcg *memcg)
{
	group->base_pages += memcg->found;
	if (memcg->state == MEMCG_ONLINE)
		return;
	group->zombies++;
	cost_add(&group->cost, memcg->cost);
	add_age(group, memcg);
}

/* room: for the template of the longest path */
static void gather(struct run *run, struct grouping *grouping,
		   const struct inventory *inventory, char *room)
{
	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		struct name template = { .path = NULL };

		if (!memcg->selected)
			continue;
		run_check(run);
		if (memcg->path.path) {
			template.path = room;
			template.path_len = template_of(memcg->path.path,
							memcg->path.path_len, room);
		}
		add_memcg(group_of(run, grouping, &template), memcg);
	}
}

static size_t longest_path(const struct inventory *inventory)
{
	size_t longest = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		if (inventory->memcgs[i]->path.path_len > longest)
			longest = inventory->memcgs[i]->path.path_len;
	}
	return longest;
}

static int most_zombies_first(const void *left, const void *right)
{
	const struct group *a = *(struct group *const *)left, *b = *(struct group *const *)right;

	if (a->zombies != b->zombies)
		return a->zombies < b->zombies ? 1 : -1;
	if (a->base_pages != b->base_pages)
		return a->base_pages < b->base_pages ? 1 : -1;
	return compare_names(&a->template, &b->template);
}

/* What one line leaves of a KB goes on to the next: the sum is that of all. */
static void round_costs(const struct grouping *grouping)
{
	struct cost sum = { 0 };

	for (size_t i = 0; i < grouping->count; i++) {
		struct group *group = grouping->list[i];
		const uint64_t before = cost_kb(sum);

		cost_add(&sum, group->cost);
		group->cost_kb = cost_kb(sum) - before;
	}
}

struct groups groups_of(struct run *run, const struct inventory *inventory)
{
	struct grouping grouping = { .list = NULL };

	map_init(&grouping.by_hash, &run->arena);
	gather(run, &grouping, inventory,
	       arena_alloc(&run->arena, longest_path(inventory) + 1));
	if (grouping.count)
		qsort(grouping.list, grouping.count, sizeof(*grouping.list),
		      most_zombies_first);
	round_costs(&grouping);
	return (struct groups){ grouping.list, grouping.count };
}
