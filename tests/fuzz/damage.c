// SPDX-License-Identifier: GPL-2.0-or-later
#include <defs.h>

#include "damage.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crash.h"
#include "image.h"
#include "places.h"

static uint64_t random_state;

/* SplitMix64, https://prng.di.unimi.it/splitmix64.c */
static uint64_t draw(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static uint64_t below(uint64_t limit)
{
	return draw() % limit;
}

static void say_bytes(FILE *log, const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(log, "%02x", bytes[i]);
}

/* "write ADDRESS was BYTES now BYTES why": what a dump file needs to be damaged the same way. */
static void put(struct damage *damage, uint64_t address, const void *bytes, size_t len,
		const char *why)
{
	unsigned char was[IMAGE_PAGE];

	if (len > sizeof(was) || !image_get(address, was, len))
		return;
	image_put(address, bytes, len);
	if (!damage->log)
		return;
	fprintf(damage->log, "write %" PRIx64 " was ", address);
	say_bytes(damage->log, was, len);
	fputs(" now ", damage->log);
	say_bytes(damage->log, bytes, len);
	fprintf(damage->log, " %s\n", why);
}

static void lose_page(struct damage *damage, struct image_page *page)
{
	page->gone = true;
	if (damage->log)
		fprintf(damage->log, "gone %" PRIx64 "\n", page->address);
}

static const struct place *any_place_of(const struct site *site)
{
	return &site->places[below(site->count)];
}

static const struct place *any_place(void)
{
	return any_place_of(&sites[below(site_count)]);
}

static uint64_t value_at(uint64_t address)
{
	uint64_t value = 0;

	image_get(address, &value, sizeof(value));
	return value;
}

/* Words that are bad in some way of their own. */
static const uint64_t bad_words[] = {
	0, ~0ull, 1, 8, 255, 4095, 4096, INT32_MAX, 0x80000000, UINT32_MAX, INT64_MAX, INT64_MIN,
	0xdead000000000100, 0xdead000000000122,		/* include/linux/poison.h */
	0x6b6b6b6b6b6b6b6b, 0x00007fffdeadb000, 0x8000000000000000, 0xffff800000000000,
	0xfffffffffffff000, (uint64_t)-22,
};

enum { BAD_WORDS = sizeof(bad_words) / sizeof(bad_words[0]) };

enum pointer_change {
	TO_ITSELF, TO_ITS_OBJECT, TO_ANOTHER_OF_ITS_KIND, TO_THE_VALUE_OF_ANOTHER, TO_A_STRANGER,
	TO_A_STRANGERS_VALUE, ON_BY_8, BACK_BY_8, ON_BY_MUCH, BACK_BY_MUCH, ONE_BIT, ANYTHING,
	CIRCLE_OF_TWO, POINTER_CHANGES
};

static uint64_t changed_pointer(const struct site *site, const struct place *place,
				enum pointer_change change)
{
	const uint64_t value = value_at(place->address);
	const struct place *other = any_place_of(site), *stranger = any_place();

	switch (change) {
	case TO_ITSELF:
		return place->address;
	case TO_ITS_OBJECT:
		return place->object;
	case TO_ANOTHER_OF_ITS_KIND:
		return other->object;
	case TO_THE_VALUE_OF_ANOTHER:
		return value_at(other->address);
	case TO_A_STRANGER:
		return below(2) ? stranger->object : stranger->address;
	case TO_A_STRANGERS_VALUE:
		return value_at(stranger->address);
	case ON_BY_8:
		return value + 8;
	case BACK_BY_8:
		return value - 8;
	case ON_BY_MUCH:
		return value + (8ull << below(12));
	case BACK_BY_MUCH:
		return value - (8ull << below(12));
	case ONE_BIT:
		return value ^ 1ull << below(64);
	default:
		return draw();
	}
}

/* The object that it points to points back by the same member: a parent that is its child's child. */
static void make_circle(struct damage *damage, const struct place *place)
{
	const uint64_t value = value_at(place->address);

	put(damage, value + (place->address - place->object), &place->object, sizeof(uint64_t),
	    "circle of two");
}

static void damage_word(struct damage *damage, const struct site *site, const struct place *place,
			uint64_t how)
{
	uint64_t word;

	if (how < BAD_WORDS) {
		word = bad_words[how];
	} else if (how - BAD_WORDS == CIRCLE_OF_TWO) {
		make_circle(damage, place);
		return;
	} else {
		word = changed_pointer(site, place, how - BAD_WORDS);
	}
	put(damage, place->address, &word, sizeof(word), "word");
}

static void damage_small(struct damage *damage, const struct place *place, uint64_t how)
{
	uint64_t word = value_at(place->address);

	if (how < BAD_WORDS)
		word = bad_words[how];
	else if (how % 4 == 0)
		word++;
	else if (how % 4 == 1)
		word--;
	else if (how % 4 == 2)
		word ^= 1ull << below(8 * place->size);
	else
		word = draw();
	put(damage, place->address, &word, place->size, "number");
}

static void damage_string(struct damage *damage, const struct place *place, uint64_t how)
{
	static const char fills[] = "A\xff\n\x1b/\\\" ;\x7f";
	const uint64_t rest = IMAGE_PAGE - place->address % IMAGE_PAGE;
	char bytes[IMAGE_PAGE] = "";
	uint64_t len = place->size < rest ? place->size : rest;

	if (how % 3 == 0)
		len = rest;	/* no end in this page */
	if (how % 4 == 0 && how) {
		for (uint64_t i = 0; i < len; i++)
			bytes[i] = (char)draw();
	} else if (how) {
		memset(bytes, fills[below(sizeof(fills) - 1)], len);
	}
	put(damage, place->address, bytes, len, "string");
}

/* One word of an array of counters, of the list_heads of a lruvec, of a struct page. */
static void damage_array(struct damage *damage, const struct site *site, const struct place *place,
			 uint64_t how)
{
	struct place word = *place;

	if (place->size < sizeof(uint64_t)) {
		damage_small(damage, place, how);
		return;
	}
	word.address += below(place->size / 8) * 8;
	word.size = 8;
	damage_word(damage, site, &word, how);
}

/* So many rounds try each on each site: no multiple of 5 or 7. */
#define WAYS	(BAD_WORDS + POINTER_CHANGES + 1)

static void damage_place(struct damage *damage, const struct site *site, const struct place *place,
			 uint64_t how)
{
	char name[400];

	if (damage->log) {
		site_name(site, name, sizeof(name));
		fprintf(damage->log, "%s at %" PRIx64 " of %" PRIx64 ", read by %s\n", site->kind,
			place->address, place->object, name);
	}
	if (how == WAYS - 1)
		lose_page(damage, image_page(place->address));
	else if (!strcmp(site->kind, "text"))
		damage_string(damage, place, how);
	else if (!strcmp(site->kind, "bytes"))
		damage_array(damage, site, place, how);
	else if (place->size == sizeof(uint64_t))
		damage_word(damage, site, place, how);
	else
		damage_small(damage, place, how);
}

/* Each round is over all sites; which way it is on a site differs from site to site. */
static void damage_chosen(struct damage *damage, uint64_t number)
{
	const uint64_t which = number % site_count, round = number / site_count;
	const struct site *site = &sites[which];

	damage_place(damage, site, any_place_of(site), (5 * which + 7 * round) % WAYS);
}

static void damage_several(struct damage *damage)
{
	for (uint64_t n = 2 + below(1ull << below(9)); n > 0; n--) {
		const struct site *site = &sites[below(site_count)];

		damage_place(damage, site, any_place_of(site), below(WAYS));
	}
}

static uint64_t any_address(void)
{
	/* Half of them where the reports read members, not only the memory map. */
	if (below(2))
		return (any_place()->address & ~(uint64_t)(IMAGE_PAGE - 1)) + below(IMAGE_PAGE);
	return image.pages[below(image.page_count)].address + below(IMAGE_PAGE);
}

static void flip_bits(struct damage *damage)
{
	for (uint64_t n = 1ull << below(12); n > 0; n--) {
		const uint64_t address = any_address();
		unsigned char byte = 0;

		image_get(address, &byte, 1);
		byte ^= 1u << below(8);
		put(damage, address, &byte, 1, "bit");
	}
}

static void change_words(struct damage *damage)
{
	for (uint64_t n = 1ull << below(11); n > 0; n--) {
		const struct site *site = &sites[below(site_count)];
		const uint64_t address = any_address() & ~7ull;

		damage_word(damage, site, &(struct place){ address, address, 8 },
			    below(BAD_WORDS + POINTER_CHANGES));
	}
}

static void lose_pages(struct damage *damage)
{
	for (uint64_t n = 1ull << below(11); n > 0; n--)
		lose_page(damage, image_page(any_address()));
}

/* Another page's bytes, zeros, anything: what a bad disk or a bad driver makes. */
static void change_pages(struct damage *damage)
{
	for (uint64_t n = 1ull << below(6); n > 0; n--) {
		struct image_page *page = image_page(any_address());
		const uint64_t how = below(4);
		char bytes[IMAGE_PAGE] = "";

		if (how == 0)
			memcpy(bytes, image_page(any_address())->bytes, sizeof(bytes));
		else if (how == 1)
			memset(bytes, 0xff, sizeof(bytes));
		for (size_t i = 0; how == 2 && i < sizeof(bytes); i++)
			bytes[i] = (char)draw();
		put(damage, page->address, bytes, sizeof(bytes), "page");
	}
}

static void change_section(struct damage *damage)
{
	struct section *section = &image.sections[below(image.section_count)];

	if (below(2))
		section->first = below(2) ? draw() : any_place()->address;
	else
		section->flags = below(2) ? draw() : section->flags ^ 1ull << below(5);
	if (damage->log)
		fprintf(damage->log, "section %" PRIx64 " flags %" PRIx64 " first %" PRIx64 "\n",
			section->nr, section->flags, section->first);
}

/* What crash itself took from the dump. */
static void change_tables(struct damage *damage)
{
	kt->date.tv_sec = (time_t)(below(2) ? draw() : bad_words[below(BAD_WORDS)]);
	machdep->hz = below(2) ? below(3) : (unsigned int)draw();
	if (damage->log)
		fprintf(damage->log, "date %lx, hz %u\n", (unsigned long)kt->date.tv_sec, machdep->hz);
}

static void damage_anything(struct damage *damage)
{
	static void (*const ways[])(struct damage *damage) = {
		damage_several, damage_several, flip_bits, change_words, lose_pages, change_pages,
		change_section, change_tables,
	};

	ways[below(sizeof(ways) / sizeof(ways[0]))](damage);
}

/* Now and then something that no byte of the dump says. */
static void change_ways(struct damage *damage)
{
	crash_ways.beyond = below(4) ? below(3) : BEYOND_UNREADABLE;
	crash_ways.gives_up = below(2);
	crash_ways.noise = draw();
	damage->refuse_from = below(50) ? 0 : 2 + below(100);
	damage->interrupted = !below(50);
	crash_ways.interrupt_at = damage->interrupted ? 1 + below(4000) : 0;
	if (damage->log)
		fprintf(damage->log, "beyond %d, gives up %d, memory refused from %" PRIu64 ", interrupt at %"
			PRIu64 "\n", crash_ways.beyond, crash_ways.gives_up, damage->refuse_from,
			crash_ways.interrupt_at);
}

void damage_do(struct damage *damage, uint64_t number, FILE *log)
{
	*damage = (struct damage){ .number = number, .log = log };
	random_state = number * 0x2545f4914f6cdd1dull;
	change_ways(damage);
	if (number % 2)
		damage_anything(damage);
	else
		damage_chosen(damage, number / 2);
}

/* Of the case that is under way. */
static struct damage *changing;

static bool is_element(uint64_t link)
{
	const uint64_t next = value_at(link), prev = value_at(link + 8);

	return next && prev && next != link && value_at(next + 8) == link && value_at(prev) == link;
}

static void put_pointer(uint64_t address, uint64_t value)
{
	put(changing, address, &value, sizeof(value), "meanwhile");
}

/* list_del(), and then anything: poison, an empty list, or list_add() behind another one. */
static void move_element(uint64_t link, uint64_t behind)
{
	const uint64_t next = value_at(link), prev = value_at(link + 8);

	put_pointer(next + 8, prev);
	put_pointer(prev, next);
	if (behind != link && is_element(behind)) {
		const uint64_t after = value_at(behind);

		put_pointer(link, after);
		put_pointer(link + 8, behind);
		put_pointer(after + 8, link);
		put_pointer(behind, link);
	} else if (below(2)) {
		put_pointer(link, link);
		put_pointer(link + 8, link);
	} else {
		put_pointer(link, 0xdead000000000100);
		put_pointer(link + 8, 0xdead000000000122);
	}
}

static void change_meanwhile(void)
{
	const struct site *site = &sites[below(site_count)];
	const struct place *place = any_place_of(site);

	if (is_element(place->address))
		move_element(place->address, any_place_of(site)->address);
	else if (!below(16))
		damage_place(changing, site, place, below(WAYS));
}

void damage_live(struct damage *damage, uint64_t number, FILE *log)
{
	*damage = (struct damage){ .number = number, .log = log };
	random_state = ~number * 0x2545f4914f6cdd1dull;
	change_ways(damage);
	if (below(2))
		damage_anything(damage);
	changing = damage;
	crash_ways.live = true;
	crash_ways.change = change_meanwhile;
	crash_ways.change_every = 64ull << below(10);
}
