// SPDX-License-Identifier: GPL-2.0-or-later
#include "found.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "crash.h"
#include "image.h"

#define DAMAGED		"# damaged list"
#define CHANGED		"# list"
#define UNREADABLE	"# unreadable object"

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

static uint64_t zombie(const struct before *before)
{
	return before->zombies->rows[before->zombies->count / 2].key;
}

static uint64_t cgroup_of(uint64_t memcg)
{
	return word(at(css_of(memcg), "cgroup_subsys_state.cgroup"));
}

static uint64_t node_of(uint64_t memcg)
{
	return word(at(memcg, "mem_cgroup.nodeinfo"));
}

static bool children_without_the_first(const struct before *before)
{
	(void)before;
	return set(root_children(), word(word(root_children())));
}

static bool a_child_of_nobody(const struct before *before)
{
	const uint64_t css = word(root_children()) - at(0, "cgroup_subsys_state.sibling");

	(void)before;
	return set(at(css, "cgroup_subsys_state.parent"), 0);
}

static bool a_running_child_of_nobody(const struct before *before)
{
	crash_ways.live = true;
	return a_child_of_nobody(before);
}

static bool no_children(const struct before *before)
{
	(void)before;
	return set(root_children(), root_children());
}

static bool a_child_as_root(const struct before *before)
{
	return set(symbol("root_mem_cgroup"), zombie(before));
}

static bool a_disabled_controller(const struct before *before)
{
	(void)before;
	return set_int(symbol("memory_cgrp_subsys_enabled_key"), 0);
}

static bool a_section_offline(const struct before *before)
{
	(void)before;
	image.sections[0].flags = 0;
	return true;
}

static bool a_zombie_released(const struct before *before)
{
	return set_int(at(css_of(zombie(before)), "cgroup_subsys_state.flags"), UINT32_MAX);
}

static bool no_cgroup(const struct before *before)
{
	return set(at(css_of(zombie(before)), "cgroup_subsys_state.cgroup"), 0);
}

static bool no_kernfs_node(const struct before *before)
{
	return set(at(cgroup_of(zombie(before)), "cgroup.kn"), 0);
}

static bool no_parent_directory(const struct before *before)
{
	return set(at(word(at(cgroup_of(zombie(before)), "cgroup.kn")),
		      "kernfs_node.parent kernfs_node.__parent"), 0);
}

static bool no_node(const struct before *before)
{
	return set(at(zombie(before), "mem_cgroup.nodeinfo"), 0);
}

static bool no_node_of_any(const struct before *before)
{
	for (size_t i = 0; i < before->zombies->count; i++)
		set(at(before->zombies->rows[i].key, "mem_cgroup.nodeinfo"), 0);
	return before->zombies->count;
}

static bool no_node_ids(const struct before *before)
{
	(void)before;
	return set_int(symbol("nr_node_ids"), 0);
}

/* Of a list with one folio or more, the head: it is empty now, its last folio is still there. */
static bool an_empty_list(const struct before *before)
{
	for (size_t i = 0; i < before->zombies->count; i++) {
		const uint64_t lists = at(at(node_of(before->zombies->rows[i].key), "mem_cgroup_per_node.lruvec"),
					  "lruvec.lists");

		for (uint64_t head = lists; head < lists + 4 * 16; head += 16) {
			if (word(head) != head && word(head) == word(head + 8))
				return set(head, head);
		}
	}
	return false;
}

/* On a kernel whose folios carry a memcg: a struct page's address is none. */
static bool a_page_of_a_page(const struct before *before)
{
	const uint64_t page = before->pages->rows[0].key;

	return !at(0, "mem_cgroup_per_node.orig_objcg") &&
	       set(at(page, "page.memcg_data page.mem_cgroup"), page);
}

/* A block of one page: behind it all is as it was. */
static bool a_page_that_is_free(const struct before *before)
{
	const uint64_t page = before->pages->rows[0].key;
	uint64_t numbers[2];

	return image_answer("number PAGE_BUDDY_MAPCOUNT_VALUE", numbers) &&
	       set_int(at(page, "page.page_type"), numbers[0]) && set(at(page, "page.private"), 0);
}

/* On a kernel whose folios carry it. */
static bool no_former_owner(const struct before *before)
{
	return set(at(node_of(zombie(before)), "mem_cgroup_per_node.orig_objcg"), 0);
}

static uint64_t clock_seconds(void)
{
	uint64_t keeper = symbol("timekeeper_data") ? symbol("timekeeper_data") : symbol("tk_core");

	return at(at(keeper, "tk_data.timekeeper"), "timekeeper.xtime_sec");
}

static bool a_clock_at_zero(const struct before *before)
{
	(void)before;
	return set(clock_seconds(), 0);
}

static bool a_clock_at_its_end(const struct before *before)
{
	(void)before;
	return set(clock_seconds(), INT64_MAX);
}

static bool a_tick_of_a_nanosecond(const struct before *before)
{
	(void)before;
	return set(symbol("tick_nsec"), 1);
}

/* The directories of all files are their files' children. */
static bool circles_of_directories(const struct before *before)
{
	for (size_t i = 0; i < before->files->count; i++) {
		const uint64_t link = word(at(before->files->rows[i].key, "inode.i_dentry"));
		const uint64_t dentry = link - at(0, "dentry.d_u dentry.d_alias");
		const uint64_t directory = link ? word(at(dentry, "dentry.d_parent")) : 0;

		if (directory && directory != dentry)
			set(at(directory, "dentry.d_parent"), dentry);
	}
	return before->files->count;
}

/* Of each process as many descriptors as there can be, or of the first alone. */
static bool set_descriptors(uint64_t files, bool of_each)
{
	const uint64_t head = at(symbol("init_task"), "task_struct.tasks");
	bool any = false;

	for (uint64_t link = word(head); link && link != head && (of_each || !any); link = word(link)) {
		const uint64_t task = link - at(0, "task_struct.tasks");
		const uint64_t table = word(word(at(task, "task_struct.files")) + at(0, "files_struct.fdt"));

		any |= set_int(at(table, "fdtable.max_fds"), 1048576) &&
		       set(at(table, "fdtable.fd"), files);
	}
	return any;
}

static bool descriptors_elsewhere(const struct before *before)
{
	(void)before;
	return set_descriptors(UINT64_C(0xffff900000000000), true);
}

/* The memory map is full of words that could be pointers to files. */
static bool descriptors_of_anything(const struct before *before)
{
	return set_descriptors(before->pages->rows[0].key, false);
}

/* Until 5.12 page tables hold a memcg, and are looked for. Here each word of the first process' own one refers to another. */
static bool page_tables_of_anything(const struct before *before)
{
	const uint64_t first = word(at(symbol("init_task"), "task_struct.tasks")) - at(0, "task_struct.tasks");
	const uint64_t mm = word(at(first, "task_struct.mm"));
	const uint64_t pgd = mm ? word(at(mm, "mm_struct.pgd")) : 0;
	bool all = pgd && at(0, "page.mem_cgroup");

	(void)before;
	for (uint64_t i = 0; i < 256 && all; i++)
		all = set(pgd + i * sizeof(pgd), (1000 + i) << 12 | 0x67);
	return all;
}

static bool objects_without_a_size(const struct before *before)
{
	const uint64_t cache = word(symbol("kernfs_node_cache"));

	(void)before;
	return cache && set_int(at(cache, "kmem_cache.size"), 0);
}

const struct found founds[] = {
	{ "a css that its parent's list leaves out", "zmemcg", children_without_the_first, DAMAGED },
	{ "a child of nobody", "zmemcg", a_child_of_nobody, DAMAGED },
	{ "a child of nobody on a machine that runs", "zmemcg", a_running_child_of_nobody, CHANGED },
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
	{ "directories in their files", "zmemcg -f", circles_of_directories, DAMAGED },
	{ "descriptors that are not there", "zmemcg -f -u", descriptors_elsewhere, UNREADABLE },
	{ "descriptors that are anything", "zmemcg -f -u", descriptors_of_anything, DAMAGED },
	{ "page tables that are anything", "zmemcg -s", page_tables_of_anything, DAMAGED },
	{ "no file at all", "zmemcg -f", no_node_of_any, DAMAGED },
	{ "no node at all", "zmemcg -p", no_node_ids, DAMAGED },
	{ "an LRU list whose head points to itself", "zmemcg -p", an_empty_list, DAMAGED },
	{ "a page that is charged to what is no memcg", "zmemcg -p -S", a_page_of_a_page, DAMAGED },
	{ "a page in use that says it is free", "zmemcg -p -S", a_page_that_is_free, DAMAGED },
	{ "a memcg without its obj_cgroup", "zmemcg -p", no_former_owner, UNREADABLE },
	{ "slab objects without a size", "zmemcg -k", objects_without_a_size, DAMAGED },
	{ "removals that are still to come", "zmemcg -t 0", a_clock_at_zero,
	  "# more have no evidence of their age" },
	{ "a billion ticks a second", "zmemcg -t 0", a_tick_of_a_nanosecond, DAMAGED },
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
