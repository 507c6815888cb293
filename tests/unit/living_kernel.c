// SPDX-License-Identifier: GPL-2.0-or-later
#include "living_kernel.h"

#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/ages.h"
#include "zmemcg/cgroups.h"
#include "zmemcg/inventory.h"
#include "zmemcg/memmap.h"
#include "zmemcg/nodes.h"
#include "zmemcg/options.h"
#include "zmemcg/pages.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

#define READS_LIMIT	100000		/* of one walk: more is a hang */

/* include/linux/poison.h */
#define LIST_POISON1	((struct list *)0xdead000000000100)
#define LIST_POISON2	((struct list *)0xdead000000000122)

struct kernel kernel;
uint64_t next_serial, parents[4096];
int list_of[ELEMENTS];
bool stayed[ELEMENTS];
uint64_t owner_when_read[PAGES];

static struct layout layout;
static struct run run;
static uint64_t chance;
static unsigned long reads;
static int changes_left, one_in;
static void (*change)(void);

/* Knuth's MMIX constants: the same in each run of the test. */
static uint64_t random_below(uint64_t n)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (chance >> 33) % n;
}

static void let_time_pass(void)
{
	assert_true(++reads < READS_LIMIT);
	while (changes_left && !random_below(one_in)) {
		changes_left--;
		change();
	}
}

/* What is not the kernel's is not readable. */
bool read_bytes(struct run *r, kaddr_t addr, void *bytes, size_t len)
{
	const kaddr_t first = (kaddr_t)(uintptr_t)&kernel;

	let_time_pass();
	if (addr < first || addr + len > first + sizeof(kernel)) {
		r->counts.unreadable++;
		return false;
	}
	memcpy(bytes, (const void *)(uintptr_t)addr, len);
	return true;
}

bool read_pointer(struct run *r, kaddr_t addr, kaddr_t *value)
{
	return read_bytes(r, addr, value, sizeof(*value));
}

bool read_member(struct run *r, kaddr_t object, struct member member, uint64_t *value)
{
	*value = 0;
	return member.known && read_bytes(r, object + member.offset, value, member.size);
}

bool peek_member(struct run *r, kaddr_t object, struct member member, uint64_t *value)
{
	return read_member(r, object, member, value);
}

bool read_object(struct run *r, kaddr_t object, struct member member, kaddr_t *value)
{
	return read_member(r, object, member, value);
}

bool session_live(void)
{
	return true;
}

void run_refuse(struct run *r, const char *format, ...)
{
	(void)r;
	fail_msg("%s", format);
	abort();
}

/* What a memcg is besides its place in the tree is not looked at here. */
struct clock clock_read(struct run *r)
{
	(void)r;
	return (struct clock){ 0 };
}

struct name kernfs_path(struct run *r, kaddr_t kn)
{
	(void)r;
	(void)kn;
	return (struct name){ 0 };
}

bool cgroup_removed(struct run *r, kaddr_t cgroup, bool *removed)
{
	(void)r;
	(void)cgroup;
	(void)removed;
	return false;
}

void ages_note(struct run *r, const struct clock *clock, struct memcg *memcg)
{
	(void)r;
	(void)clock;
	(void)memcg;
}

void ages_settle(struct run *r, struct inventory *inventory)
{
	(void)r;
	(void)inventory;
}

bool is_inferred(const struct dated *date)
{
	(void)date;
	return false;
}

uint64_t memcg_node_ids(struct run *r)
{
	(void)r;
	return 1;
}

kaddr_t memcg_nodeinfo(struct run *r, kaddr_t memcg, uint64_t node)
{
	(void)r;
	(void)memcg;
	(void)node;
	return 0;
}

/* Its part of the only node, with its lists, is inside of the css here. */
kaddr_t memcg_node(struct run *r, const struct memcg *memcg, uint64_t node)
{
	(void)r;
	return node ? 0 : memcg->css;
}

/* include/linux/list.h */
static void list_init(struct list *list)
{
	*list = (struct list){ list, list };
}

static void list_add_tail(struct list *list, struct list *head)
{
	*list = (struct list){ head, head->prev };
	head->prev->next = list;
	head->prev = list;
}

static void list_unlink(const struct list *list)
{
	list->next->prev = list->prev;
	list->prev->next = list->next;
}

static struct css *last_released;	/* an allocator's first choice */

static struct css *free_css(void)
{
	if (last_released && !last_released->listed && random_below(2))
		return last_released;
	for (int tries = 0; tries < CSSES; tries++) {
		struct css *css = &kernel.css[random_below(CSSES)];

		if (!css->listed)
			return css;
	}
	return NULL;
}

static struct css *listed_css(void)
{
	for (;;) {
		struct css *css = &kernel.css[random_below(CSSES)];

		if (css->listed)
			return css;
	}
}

/* kernel/cgroup/cgroup.c 6.1 init_and_link_css(), css_create() */
static void make(struct css *parent)
{
	struct css *css = free_css();

	if (!css)
		return;
	*css = (struct css){ .parent = parent, .serial = next_serial++, .flags = CSS_ONLINE, .listed = true };
	list_init(&css->children);
	list_init(&css->lru);
	parents[css->serial] = parent ? parent->serial : 0;
	if (parent) {
		list_add_tail(&css->sibling, &parent->children);
		parent->children_count++;
	} else {
		list_init(&css->sibling);
	}
}

/* css_release_work_fn(): what is behind it on the list can be reached from it, for a while. */
static void release(struct css *css)
{
	if (!css->parent || css->children_count)
		return;
	css->flags = CSS_RELEASED | CSS_DYING;
	list_unlink(&css->sibling);
	css->sibling.prev = LIST_POISON2;
	css->parent->children_count--;
	css->listed = false;
	last_released = css;
}

/* The memory of one that was released is anything: as it was but for the allocator's pointer, zeros, or another's. */
static void scribble(void)
{
	struct css *css = free_css();

	if (!css)
		return;
	switch (random_below(3)) {
	case 0:
		css->parent = (struct css *)&kernel.css[random_below(CSSES)];
		return;
	case 1:
		memset(css, 0, sizeof(*css));
		return;
	default:
		memset(css, 0x6b, offsetof(struct css, listed));
	}
}

static void change_tree(void)
{
	switch (random_below(5)) {
	case 0 ... 1:
		make(listed_css());
		return;
	case 2 ... 3:
		release(listed_css());
		return;
	default:
		scribble();
	}
}

#define MEMBER_OF(type, name) ((struct member){ true, offsetof(type, name), sizeof(((type *)NULL)->name) })

static void start(uint64_t seed)
{
	memset(&kernel, 0, sizeof(kernel));
	layout = (struct layout){
		.root_mem_cgroup = (kaddr_t)(uintptr_t)&kernel.root_mem_cgroup,
		.css_sibling = MEMBER_OF(struct css, sibling), .css_children = MEMBER_OF(struct css, children),
		.css_parent = MEMBER_OF(struct css, parent), .css_flags = MEMBER_OF(struct css, flags),
		.css_serial_nr = MEMBER_OF(struct css, serial),
		.lruvec_lists = MEMBER_OF(struct css, lru), .pn_lru_zone_size = MEMBER_OF(struct css, charged),
		.page_lru = MEMBER_OF(struct page, lru), .page_memcg = MEMBER_OF(struct page, css),
	};
	run = (struct run){ .layout = &layout };
	last_released = NULL;
	chance = seed;
	reads = 0;
	one_in = 1 + random_below(30);
	changes_left = 0;
	next_serial = 1;
}

struct run *start_tree(uint64_t seed)
{
	start(seed);
	make(NULL);
	kernel.root_mem_cgroup = listed_css();
	for (int i = 0; i < 15; i++)
		make(listed_css());
	changes_left = random_below(60);
	change = change_tree;
	return &run;
}

/* Forgotten, set aside for itself, or moved. */
static void change_lists(void)
{
	const int i = random_below(ELEMENTS), to = random_below(4);
	struct list *element = &kernel.elements[i];

	if (list_of[i] >= 0)
		list_unlink(element);
	stayed[i] = false;
	list_of[i] = to < 2 ? to : -1;
	if (to == 2)
		list_init(element);
	else if (to == 3)
		*element = (struct list){ LIST_POISON1, LIST_POISON2 };
	else
		list_add_tail(element, &kernel.heads[to]);
}

struct run *start_lists(uint64_t seed)
{
	start(seed);
	list_init(&kernel.heads[0]);
	list_init(&kernel.heads[1]);
	for (int i = 0; i < ELEMENTS; i++) {
		list_of[i] = random_below(2);
		stayed[i] = list_of[i] == 0;
		list_add_tail(&kernel.elements[i], &kernel.heads[list_of[i]]);
	}
	changes_left = random_below(8);
	change = change_lists;
	return &run;
}

uint64_t memmap_pages(void)
{
	return PAGES;
}

void scan_memory_map(struct run *r, const struct scan_interest *interests, int count)
{
	assert_int_equal(count, 1);
	for (int i = 0; i < PAGES; i++) {
		const kaddr_t at = (uintptr_t)&kernel.pages[i];
		char bytes[sizeof(struct page)];

		if (read_bytes(r, at, bytes, sizeof(bytes)) &&
		    interests->wants(r, interests->arg, at, bytes))
			interests->visit(r, interests->arg, at, i, bytes);
	}
}

void run_add_counts(struct run *r, const struct run_counts *more)
{
	r->counts.unreadable += more->unreadable;
	r->counts.cut += more->cut;
}

struct folio_owner folio_owner(struct run *r, const struct inventory *inventory, uint64_t word)
{
	(void)r;
	return (struct folio_owner){ .memcg = map_get(&inventory->by_addr, word) };
}

bool folio_read(struct run *r, const struct inventory *inventory, kaddr_t at, struct folio *folio)
{
	struct page page;

	if (!read_bytes(r, at, &page, sizeof(page)))
		return false;
	*folio = (struct folio){
		.page = at, .base_pages = 1, .kind = FOLIO_CACHE,
		.memcg = folio_owner(r, inventory, (uintptr_t)page.css).memcg,
		.lru_next = (uintptr_t)page.lru.next, .lru_prev = (uintptr_t)page.lru.prev,
	};
	for (int i = 0; i < PAGES; i++) {
		if (at == (uintptr_t)&kernel.pages[i] && page.css)
			owner_when_read[i] = page.css->serial;
	}
	return true;
}

/* A folio's bytes lead to an objcg: whose it is, is read now, and may be another than when it was looked at. */
void folio_decode(struct run *r, const struct inventory *inventory, kaddr_t page, const char *bytes,
		  struct folio *folio)
{
	(void)bytes;
	assert_true(folio_read(r, inventory, page, folio));
}

static void free_page(struct page *page)
{
	if (!page->css)
		return;
	list_unlink(&page->lru);
	page->css->charged--;
	page->css = NULL;
}

static void charge_page(struct page *page, struct css *css)
{
	free_page(page);
	page->css = css;
	css->charged++;
	list_add_tail(&page->lru, &css->lru);
}

/* As a memcg's last page goes, it does; the next that is made gets pages at once. */
static void change_pages(void)
{
	struct css *css = listed_css();

	if (random_below(3)) {
		charge_page(&kernel.pages[random_below(PAGES)], css);
		return;
	}
	if (css->children_count)
		return;
	for (int i = 0; i < PAGES; i++) {
		if (kernel.pages[i].css == css)
			free_page(&kernel.pages[i]);
	}
	release(css);
	make(listed_css());
}

struct run *start_pages(uint64_t seed)
{
	static const struct options options;

	start_tree(seed);
	run.options = &options;
	for (int i = 0; i < PAGES; i++)
		charge_page(&kernel.pages[i], listed_css());
	changes_left = 0;
	return &run;
}

void let_pages_change(void)
{
	changes_left = random_below(100);
	change = change_pages;
}
