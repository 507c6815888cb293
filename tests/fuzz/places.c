// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linked with -Wl,--wrap=... of each function below: the extension's calls come through here.
 */
#include "places.h"

#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/layout.h"
#include "zmemcg/run.h"
#include "zmemcg/slab.h"

#define SITES_LIMIT	1024

/* Who called list_visit(), whose own reads are of every kind of list. */
static uintptr_t list_of;

struct site *sites;
size_t site_count;
bool places_learning;
uint64_t places_reads;

static struct site *site_of(uintptr_t code, const char *kind)
{
	const uintptr_t list = strcmp(kind, "pointer") ? 0 : list_of;
	size_t i = 0;

	if (!sites)
		sites = calloc(SITES_LIMIT, sizeof(*sites));
	while (i < site_count && (sites[i].code != code || sites[i].list != list ||
				  strcmp(sites[i].kind, kind)))
		i++;
	if (i == site_count && site_count < SITES_LIMIT)
		sites[site_count++] = (struct site){ .code = code, .list = list, .kind = kind };
	return i < site_count ? &sites[i] : NULL;
}

static bool is_known(const struct site *site, uint64_t address)
{
	for (size_t i = 0; i < site->count; i++) {
		if (site->places[i].address == address)
			return true;
	}
	return false;
}

static void learn(uintptr_t code, const char *kind, struct place place)
{
	struct site *site;

	if (!image_page(place.address))
		return;
	site = site_of(code, kind);
	if (!site || is_known(site, place.address))
		return;
	site->met++;
	if (site->count < PLACES_OF_SITE)
		site->places[site->count++] = place;
	else if (site->met % (site->met / PLACES_OF_SITE) == 0)
		site->places[place.address / 8 * 0x9e3779b9 % PLACES_OF_SITE] = place;
}

/* Members of a struct page are read with the whole of it: each is a site of its own. */
static void learn_page(const struct layout *l, kaddr_t page)
{
	const struct {
		struct member member;
		int offset;
	} words[] = {
		{ l->page_flags, 0 }, { l->page_mapping, 0 }, { l->page_lru, 0 },
		{ l->page_lru, sizeof(long) }, { l->page_memcg, 0 }, { l->page_mapcount, 0 },
		{ l->page_refcount, 0 }, { l->page_private, 0 }, { l->page_compound_head, 0 },
		{ l->page_page_type, 0 }, { l->slab_cache, 0 },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const int at = words[i].member.offset + words[i].offset;

		if (words[i].member.known)
			learn(at, "page", (struct place){ page + at, page,
				words[i].member.size < 8 ? words[i].member.size : 8 });
	}
}

#define CALLER	((uintptr_t)__builtin_return_address(0))

bool __real_read_bytes(struct run *run, kaddr_t addr, void *bytes, size_t len);
bool __wrap_read_bytes(struct run *run, kaddr_t addr, void *bytes, size_t len);
bool __real_read_member(struct run *run, kaddr_t object, struct member member, uint64_t *value);
bool __wrap_read_member(struct run *run, kaddr_t object, struct member member, uint64_t *value);
bool __real_peek_member(struct run *run, kaddr_t object, struct member member, uint64_t *value);
bool __wrap_peek_member(struct run *run, kaddr_t object, struct member member, uint64_t *value);
bool __real_read_pointer(struct run *run, kaddr_t addr, kaddr_t *value);
bool __wrap_read_pointer(struct run *run, kaddr_t addr, kaddr_t *value);
bool __real_read_text(struct run *run, kaddr_t addr, char *string, size_t room, size_t *len);
bool __wrap_read_text(struct run *run, kaddr_t addr, char *string, size_t room, size_t *len);
void __real_folio_decode(struct run *run, const struct inventory *inventory, kaddr_t page,
			 const char *bytes, struct folio *folio);
void __wrap_folio_decode(struct run *run, const struct inventory *inventory, kaddr_t page,
			 const char *bytes, struct folio *folio);
void __real_slab_objects(struct run *run, kaddr_t page, uint64_t pfn, const char *bytes,
			 void (*visit)(struct run *run, void *arg, kaddr_t object), void *arg);
void __wrap_slab_objects(struct run *run, kaddr_t page, uint64_t pfn, const char *bytes,
			 void (*visit)(struct run *run, void *arg, kaddr_t object), void *arg);
void __real_list_visit(struct run *run, kaddr_t head,
		       void (*visit)(struct run *run, void *arg, kaddr_t link), void *arg);
void __wrap_list_visit(struct run *run, kaddr_t head,
		       void (*visit)(struct run *run, void *arg, kaddr_t link), void *arg);

void __wrap_list_visit(struct run *run, kaddr_t head,
		       void (*visit)(struct run *run, void *arg, kaddr_t link), void *arg)
{
	const uintptr_t around = list_of;

	list_of = CALLER;
	__real_list_visit(run, head, visit, arg);
	list_of = around;
}

/* Whether it is noted, besides being counted. */
static bool met(void)
{
	places_reads++;
	return places_learning;
}

bool __wrap_read_bytes(struct run *run, kaddr_t addr, void *bytes, size_t len)
{
	if (met())
		learn(CALLER, "bytes", (struct place){ addr, addr, len });
	return __real_read_bytes(run, addr, bytes, len);
}

static void learn_member(uintptr_t caller, kaddr_t object, struct member member)
{
	if (met() && member.known)
		learn(caller, "member", (struct place){ object + member.offset, object,
							member.size < 8 ? member.size : 8 });
}

bool __wrap_read_member(struct run *run, kaddr_t object, struct member member, uint64_t *value)
{
	learn_member(CALLER, object, member);
	return __real_read_member(run, object, member, value);
}

bool __wrap_peek_member(struct run *run, kaddr_t object, struct member member, uint64_t *value)
{
	learn_member(CALLER, object, member);
	return __real_peek_member(run, object, member, value);
}

bool __wrap_read_pointer(struct run *run, kaddr_t addr, kaddr_t *value)
{
	if (met())
		learn(CALLER, "pointer", (struct place){ addr, addr, sizeof(kaddr_t) });
	return __real_read_pointer(run, addr, value);
}

bool __wrap_read_text(struct run *run, kaddr_t addr, char *string, size_t room, size_t *len)
{
	const bool done = __real_read_text(run, addr, string, room, len);

	if (met() && done)
		learn(CALLER, "text", (struct place){ addr, addr, *len + 1 });
	return done;
}

void __wrap_folio_decode(struct run *run, const struct inventory *inventory, kaddr_t page,
			 const char *bytes, struct folio *folio)
{
	if (met())
		learn_page(run->layout, page);
	__real_folio_decode(run, inventory, page, bytes, folio);
}

void __wrap_slab_objects(struct run *run, kaddr_t page, uint64_t pfn, const char *bytes,
			 void (*visit)(struct run *run, void *arg, kaddr_t object), void *arg)
{
	if (met())
		learn_page(run->layout, page);
	__real_slab_objects(run, page, pfn, bytes, visit, arg);
}

static size_t code_name(uintptr_t code, char *name, size_t room)
{
	__sanitizer_symbolize_pc((void *)(code - 1), "%f in %s:%l", name, room);
	return strlen(name);
}

void site_name(const struct site *site, char *name, size_t room)
{
	size_t len;

	if (!strcmp(site->kind, "page")) {
		snprintf(name, room, "struct page + %d", (int)site->code);
		return;
	}
	len = code_name(site->code, name, room);
	if (site->list && len + 16 < room) {
		strcpy(name + len, " called by ");
		code_name(site->list, name + len + 11, room - len - 11);
	}
}
