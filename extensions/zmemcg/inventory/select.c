// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/select.h"

#include <string.h>

#include "zmemcg/cgroups.h"
#include "zmemcg/inventory.h"
#include "zmemcg/options.h"
#include "zmemcg/run.h"
#include "zmemcg/text.h"

static bool is_address_of(const char *selector, const struct memcg *memcg)
{
	kaddr_t address;

	return selector_is_address(selector, &address) &&
	       (address == memcg->addr || address == memcg->cgroup);
}

static bool selector_means(const char *selector, const struct memcg *memcg)
{
	char escaped[4 * CGROUP_PATH_ROOM + 1];

	if (is_address_of(selector, memcg))
		return true;
	if (!memcg->path.path)	/* a container's name can look like an address */
		return false;
	escape(memcg->path.path, memcg->path.path_len, escaped);
	return selector_matches_path(selector, memcg->path.path, escaped);
}

/* An address is meant as it is; a glob means what the report would list. */
static bool in_scope(struct run *run, const char *selector, const struct memcg *memcg)
{
	return memcg->state != MEMCG_ONLINE || run->options->online ||
	       is_address_of(selector, memcg);
}

static void refuse_selector(struct run *run, const char *selector, bool online_matches)
{
	kaddr_t address;

	if (online_matches)	/* -s is about the others, with -a too */
		run_refuse(run, "\"%s\" matches online memory cgroups only: %s", selector,
			   run->options->report == 's' ? "\"zmemcg -a\" lists them" : "-a shows them");
	if (selector_is_address(selector, &address))
		run_refuse(run, "%s is the address of no memory cgroup, nor the name of one: "
			   "\"zmemcg -a\" lists them", selector);
	run_refuse(run, "no memory cgroup matches \"%s\": \"zmemcg -a\" lists them", selector);
}

static void apply_selector(struct run *run, struct inventory *inventory, const char *selector)
{
	bool any = false, online = false;

	for (size_t i = 0; i < inventory->count; i++) {
		struct memcg *memcg = inventory->memcgs[i];

		run_check(run);
		if (!selector_means(selector, memcg))
			continue;
		if (in_scope(run, selector, memcg))
			any = memcg->selected = true;
		else
			online = true;
	}
	if (!any)
		refuse_selector(run, selector, online);
}

static void select_by_state(struct run *run, struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++) {
		struct memcg *memcg = inventory->memcgs[i];

		memcg->selected = memcg->state != MEMCG_ONLINE || run->options->online;
	}
}

static uint64_t drop_the_young(struct inventory *inventory, int64_t least_age)
{
	uint64_t ageless = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		struct memcg *memcg = inventory->memcgs[i];

		if (!memcg->selected)
			continue;
		ageless += memcg->removed.at == NEVER && memcg->state != MEMCG_ONLINE;
		memcg->selected = memcg->removed.at != NEVER &&
				  inventory->clock.wall - memcg->removed.at >= least_age;
	}
	return ageless;
}

uint64_t select_memcgs(struct run *run, struct inventory *inventory)
{
	const struct options *options = run->options;

	for (int i = 0; i < options->selector_count; i++)
		apply_selector(run, inventory, options->selectors[i]);
	if (!options->selector_count)
		select_by_state(run, inventory);
	for (size_t i = 0; i < inventory->count; i++)
		inventory->memcgs[i]->meant = inventory->memcgs[i]->selected;
	if (options->least_age < 0)
		return 0;
	return drop_the_young(inventory, options->least_age);
}

void select_no_online(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++) {
		if (inventory->memcgs[i]->state == MEMCG_ONLINE)
			inventory->memcgs[i]->selected = false;
	}
}

void select_below(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++) {
		struct memcg *memcg = inventory->memcgs[i];
		const struct memcg *parent = memcg->parent;

		if (!memcg->selected && parent && parent->selected && parent->state != MEMCG_ONLINE)
			memcg->below = memcg->selected = true;
	}
}

void select_no_more(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++) {
		if (inventory->memcgs[i]->below)
			inventory->memcgs[i]->selected = false;
	}
}
