// SPDX-License-Identifier: GPL-2.0-or-later
#include "found.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "image.h"

#define DAMAGED		"# damaged lists, paths or counters cut short"
#define UNREADABLE	"# unreadable objects"

/* Where a member is, by the first of its names ("a.b c.d") that this kernel has; 0: by none. */
static uint64_t at(uint64_t object, const char *names)
{
	uint64_t numbers[2];
	char name[128];
	int len;

	for (; sscanf(names, "%127s%n", name, &len) == 1; names += len) {
		if (image_answer(name, numbers))
			return object + numbers[0];
	}
	return 0;
}

static uint64_t symbol(const char *name)
{
	uint64_t numbers[2];
	char key[128];

	snprintf(key, sizeof(key), "symbol %s", name);
	return image_answer(key, numbers) ? numbers[0] : 0;
}

static uint64_t word(uint64_t address)
{
	uint64_t value = 0;

	image_get(address, &value, sizeof(value));
	return value;
}

static bool set(uint64_t address, uint64_t value)
{
	return address && image_put(address, &value, sizeof(value));
}

static bool set_int(uint64_t address, uint32_t value)
{
	return address && image_put(address, &value, sizeof(value));
}

static uint64_t css_of(uint64_t memcg)
{
	return at(memcg, "mem_cgroup.css");
}

static uint64_t root_children(void)
{
	return at(css_of(word(symbol("root_mem_cgroup"))), "cgroup_subsys_state.children");
}

static uint64_t zombie(const struct facts *zombies)
{
	return zombies->rows[zombies->count / 2].key;
}

static uint64_t cgroup_of(uint64_t memcg)
{
	return word(at(css_of(memcg), "cgroup_subsys_state.cgroup"));
}

static uint64_t node_of(uint64_t memcg)
{
	return word(at(memcg, "mem_cgroup.nodeinfo"));
}

static bool children_without_the_first(const struct facts *zombies)
{
	(void)zombies;
	return set(root_children(), word(word(root_children())));
}

static bool no_children(const struct facts *zombies)
{
	(void)zombies;
	return set(root_children(), root_children());
}

static bool a_child_as_root(const struct facts *zombies)
{
	return set(symbol("root_mem_cgroup"), zombie(zombies));
}

static bool a_disabled_controller(const struct facts *zombies)
{
	(void)zombies;
	return set_int(symbol("memory_cgrp_subsys_enabled_key"), 0);
}

static bool a_section_offline(const struct facts *zombies)
{
	(void)zombies;
	image.sections[0].flags = 0;
	return true;
}

static bool a_zombie_released(const struct facts *zombies)
{
	return set_int(at(css_of(zombie(zombies)), "cgroup_subsys_state.flags"), UINT32_MAX);
}

static bool no_cgroup(const struct facts *zombies)
{
	return set(at(css_of(zombie(zombies)), "cgroup_subsys_state.cgroup"), 0);
}

static bool no_kernfs_node(const struct facts *zombies)
{
	return set(at(cgroup_of(zombie(zombies)), "cgroup.kn"), 0);
}

static bool no_parent_directory(const struct facts *zombies)
{
	return set(at(word(at(cgroup_of(zombie(zombies)), "cgroup.kn")),
		      "kernfs_node.parent kernfs_node.__parent"), 0);
}

static bool no_node(const struct facts *zombies)
{
	return set(at(zombie(zombies), "mem_cgroup.nodeinfo"), 0);
}

static bool no_node_of_any(const struct facts *zombies)
{
	for (size_t i = 0; i < zombies->count; i++)
		set(at(zombies->rows[i].key, "mem_cgroup.nodeinfo"), 0);
	return zombies->count;
}

static bool no_node_ids(const struct facts *zombies)
{
	(void)zombies;
	return set_int(symbol("nr_node_ids"), 0);
}

/* Of a list with one folio or more, the head: it is empty now, its last folio is still there. */
static bool an_empty_list(const struct facts *zombies)
{
	for (size_t i = 0; i < zombies->count; i++) {
		const uint64_t lists = at(at(node_of(zombies->rows[i].key), "mem_cgroup_per_node.lruvec"),
					  "lruvec.lists");

		for (uint64_t head = lists; head < lists + 4 * 16; head += 16) {
			if (word(head) != head && word(head) == word(head + 8))
				return set(head, head);
		}
	}
	return false;
}

/* On a kernel whose folios carry it. */
static bool no_former_owner(const struct facts *zombies)
{
	return set(at(node_of(zombie(zombies)), "mem_cgroup_per_node.orig_objcg"), 0);
}

static uint64_t clock_seconds(void)
{
	uint64_t keeper = symbol("timekeeper_data") ? symbol("timekeeper_data") : symbol("tk_core");

	return at(at(keeper, "tk_data.timekeeper"), "timekeeper.xtime_sec");
}

static bool a_clock_at_zero(const struct facts *zombies)
{
	(void)zombies;
	return set(clock_seconds(), 0);
}

static bool a_clock_at_its_end(const struct facts *zombies)
{
	(void)zombies;
	return set(clock_seconds(), INT64_MAX);
}

const struct found founds[] = {
	{ "a css that its parent's list leaves out", "zmemcg", children_without_the_first, DAMAGED },
	{ "a list of children whose head points to itself", "zmemcg -s", no_children, DAMAGED },
	{ "a child in the root's place", "zmemcg", a_child_as_root, DAMAGED },
	{ "a key that says the controller is off", "zmemcg", a_disabled_controller, DAMAGED },
	{ "a part of the memory map that says it is offline", "zmemcg -p -S", a_section_offline,
	  "# pages of the memory map are not in this dump" },
	{ "a zombie that says it is released", "zmemcg", a_zombie_released, DAMAGED },
	{ "a memcg without a cgroup", "zmemcg", no_cgroup, UNREADABLE },
	{ "a cgroup without a kernfs_node", "zmemcg", no_kernfs_node, UNREADABLE },
	{ "a path that ends before the root", "zmemcg", no_parent_directory, DAMAGED },
	{ "a memcg without its part of the node", "zmemcg -p", no_node, DAMAGED },
	{ "no file at all", "zmemcg -f", no_node_of_any, DAMAGED },
	{ "no node at all", "zmemcg -p", no_node_ids, DAMAGED },
	{ "an LRU list whose head points to itself", "zmemcg -p", an_empty_list, DAMAGED },
	{ "a memcg without its obj_cgroup", "zmemcg -p", no_former_owner, UNREADABLE },
	{ "removals that are still to come", "zmemcg -t 1", a_clock_at_zero,
	  "# more have no evidence of their age" },
	{ "ages of 292 billion years", "zmemcg -s", a_clock_at_its_end, DAMAGED },
};

const size_t found_count = sizeof(founds) / sizeof(founds[0]);

static bool follows_a_number(const char *output, const char *at)
{
	bool digits = false;

	while (at > output && isdigit((unsigned char)at[-1]))
		digits |= *--at != '0';
	return digits;
}

bool found_says(const char *output, const char *words)
{
	const bool number = *words == '#';

	words += number;
	for (const char *at = strstr(output, words); at; at = strstr(at + 1, words)) {
		if (!number || follows_a_number(output, at))
			return true;
	}
	return false;
}
