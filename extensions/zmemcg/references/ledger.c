// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/ledger.h"

#include <string.h>

#include "zmemcg/inventory.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"

const char *reference_name(enum reference kind)
{
	static const char *const names[] = {
		[REF_FOLIO] = "FOLIOS",
		[REF_KMEM] = "KMEM",
		[REF_SWAP] = "SWAP",
		[REF_CHILD] = "CHILD",
		[REF_CSET] = "CSET",
		[REF_SOCK] = "SOCK",
		[REF_FSNOTIFY] = "FSNOTIFY",
		[REF_BPF] = "BPF",
		[REF_CGWB] = "CGWB",
		[REF_MM] = "MM",
		[REF_STOCK] = "STOCK",
	};

	return names[kind];
}

static void forget_places(struct ledger *ledger)
{
	for (int kind = 0; kind < REF_KINDS; kind++)
		map_init(&ledger->detail_of[kind], &ledger->run->arena);
}

struct ledger *ledger_new(struct run *run, struct inventory *inventory, bool detailed)
{
	struct ledger *ledger = arena_alloc(&run->arena, sizeof(*ledger));

	ledger->run = run;
	ledger->inventory = inventory;
	ledger->detailed = detailed;
	map_init(&ledger->counted, &run->arena);
	for (int kind = 0; kind < TARGET_KINDS; kind++)
		map_init(&ledger->targets[kind].seen, &run->arena);
	forget_places(ledger);
	ledger->found = arena_alloc(&run->arena, inventory->count * sizeof(*ledger->found));
	ledger->needs = arena_alloc(&run->arena, inventory->count * sizeof(*ledger->needs));
	return ledger;
}

void ledger_needs(struct ledger *ledger, const struct memcg *memcg, unsigned int needs)
{
	ledger->needs[memcg->index] |= needs;
}

void ledger_needs_inode(struct ledger *ledger, const struct memcg *memcg, kaddr_t inode)
{
	ledger->inodes = arena_grow(&ledger->run->arena, ledger->inodes, ledger->inode_count,
				    &ledger->inode_room, sizeof(*ledger->inodes));
	ledger->inodes[ledger->inode_count++] = (struct inode_in_use){ memcg, inode };
}

struct targeted *ledger_target(struct ledger *ledger, enum target kind, kaddr_t object)
{
	struct targets *targets = &ledger->targets[kind];
	struct targeted *target;

	if (!ledger->whole || !map_put(&targets->seen, object, targets))
		return NULL;
	targets->list = arena_grow(&ledger->run->arena, targets->list, targets->count,
				   &targets->room, sizeof(*targets->list));
	target = &targets->list[targets->count++];
	*target = (struct targeted){ .object = object };
	return target;
}

void ledger_target_unknown(struct ledger *ledger, enum target kind, kaddr_t holder)
{
	struct targets *targets = &ledger->targets[kind];

	targets->unknown += ledger->whole && map_put(&targets->seen, holder, targets);
}

bool ledger_wants_tasks(const struct ledger *ledger)
{
	return ledger->whole || ledger->detailed;
}

struct name ledger_words(struct ledger *ledger, const char *words)
{
	if (!ledger->detailed)
		return (struct name){ 0 };
	return (struct name){
		.bracket = arena_strndup(&ledger->run->arena, words, strlen(words)) };
}

/* A constant then: anonymous memory, the kernel's. */
kaddr_t ledger_holder(kaddr_t object, struct name what)
{
	return object ? object : (kaddr_t)(uintptr_t)what.bracket;
}

static kaddr_t key_of(const struct reference_detail *detail)
{
	return ledger_holder(detail->object, detail->what);
}

/* A holder that comes again (a file with its next page) counts where it stands. */
static void keep_detail(struct ledger *ledger, struct reference_detail detail)
{
	struct map *places = &ledger->detail_of[detail.kind];
	const size_t place = (size_t)map_get(places, key_of(&detail));

	if (place) {
		ledger->details[place - 1].count += detail.count;
		return;
	}
	ledger->details = arena_grow(&ledger->run->arena, ledger->details, ledger->detail_count,
				     &ledger->detail_room, sizeof(detail));
	ledger->details[ledger->detail_count++] = detail;
	map_put(places, key_of(&detail), (void *)ledger->detail_count);
}

void ledger_add(struct ledger *ledger, const struct memcg *memcg, enum reference kind,
		uint64_t count, kaddr_t object, struct name what)
{
	ledger->found[memcg->index][kind] += count;
	if (ledger->detailed && memcg->selected)
		keep_detail(ledger, (struct reference_detail){ kind, object, count, what, NULL });
}

static struct behind_group *group_of_type(struct ledger *ledger, struct reference_detail *holder,
					  const char *type)
{
	struct behind_group **at = &holder->behind;

	while (*at && strcmp((*at)->type, type) != 0)
		at = &(*at)->next;
	if (!*at) {
		*at = arena_alloc(&ledger->run->arena, sizeof(**at));
		(*at)->type = type;
	}
	return *at;
}

void ledger_add_behind(struct ledger *ledger, enum reference kind, kaddr_t holder,
		       const char *type, kaddr_t object, struct name what)
{
	const size_t place = (size_t)map_get(&ledger->detail_of[kind], holder);
	struct behind_group *group;
	struct behind *behind;

	if (!place)
		return;
	group = group_of_type(ledger, &ledger->details[place - 1], type);
	if (++group->count > BEHIND_LIMIT)
		return;
	behind = arena_alloc(&ledger->run->arena, sizeof(*behind));
	*behind = (struct behind){ NULL, object, what };
	if (group->last)
		group->last->next = behind;
	else
		group->first = behind;
	group->last = behind;
}

void ledger_forget_pages(struct ledger *ledger)
{
	const struct reference_detail *details = ledger->details;
	const size_t count = ledger->detail_count;

	for (size_t i = 0; i < ledger->inventory->count; i++)
		ledger->found[i][REF_FOLIO] = ledger->found[i][REF_KMEM] = 0;
	if (ledger->watch)
		ledger->watch(ledger->run, ledger->watch_arg, NULL);
	ledger->detail_count = 0;
	forget_places(ledger);
	for (size_t i = 0; i < count; i++) {
		if (details[i].kind != REF_FOLIO && details[i].kind != REF_KMEM)
			keep_detail(ledger, details[i]);
	}
}

const struct memcg *ledger_memcg(const struct ledger *ledger, kaddr_t memcg)
{
	const struct memcg *found = memcg ? map_get(&ledger->inventory->by_addr, memcg) : NULL;

	return found && found->selected ? found : NULL;
}

const struct memcg *ledger_memcg_of_css(const struct ledger *ledger, kaddr_t css)
{
	return css ? ledger_memcg(ledger, css - ledger->run->layout->memcg_css.offset) : NULL;
}

int64_t ledger_rest(const struct ledger *ledger, const struct memcg *memcg)
{
	int64_t rest = memcg->refs;

	if (memcg->refs == REFS_UNKNOWN || memcg->moving)
		return 0;
	for (int kind = 0; kind < REF_KINDS; kind++)
		rest -= ledger->found[memcg->index][kind];
	return rest;
}

bool ledger_open(const struct ledger *ledger)
{
	const struct inventory *inventory = ledger->inventory;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];
		const bool unseen = ledger->whole && memcg_pages_on_lists(memcg) < memcg->charged;

		if (memcg->selected && (ledger_rest(ledger, memcg) > 0 || unseen))
			return true;
	}
	return false;
}
