// SPDX-License-Identifier: GPL-2.0-or-later
#include <defs.h>

#include "zmemcg/access.h"

#include "zmemcg/run.h"
#include "zmemcg/session.h"

/*
 * Pages that were read in this run. crash keeps 16 of a compressed dump and none
 * of an ELF one; ours holds what one report comes back to: slab pages full of
 * memcgs, kernfs_nodes and dentries, 16 MB at most.
 */
#define CACHE_SLOTS	4096

struct page_cache {
	struct {
		kaddr_t page;	/* 0: empty */
		char *bytes;
	} slot[CACHE_SLOTS];
};

struct quiet {
	char *error_path;
	FILE *error_fp;
};

static char silent[] = "silent";

/* error() writes to pc->error_fp alone when error_path is none of its known words. */
static struct quiet silence(void)
{
	struct quiet was = { pc->error_path, pc->error_fp };

	pc->error_path = silent;
	pc->error_fp = pc->nullfp;
	return was;
}

static void speak(struct quiet was)
{
	pc->error_path = was.error_path;
	pc->error_fp = was.error_fp;
}

bool access_guarded(void (*fn)(void *arg), void *arg)
{
	const struct quiet was = silence();

	if (setjmp(pc->foreach_loop_env)) {
		pc->flags &= ~IN_FOREACH;
		speak(was);
		return false;
	}
	pc->flags |= IN_FOREACH;
	fn(arg);
	pc->flags &= ~IN_FOREACH;
	speak(was);
	return true;
}

struct request {
	kaddr_t addr;
	void *bytes;
	size_t len;
	bool done;
};

static void readmem_request(void *arg)
{
	struct request *request = arg;

	request->done = readmem(request->addr, KVADDR, request->bytes, request->len,
				"zmemcg", RETURN_ON_ERROR | QUIET);
}

static bool read_uncached(struct run *run, kaddr_t addr, void *bytes, size_t len)
{
	struct request request = { addr, bytes, len, false };
	bool done = access_guarded(readmem_request, &request) && request.done;

	run_check(run);
	return done;
}

static kaddr_t page_of(kaddr_t addr)
{
	return addr & ~(kaddr_t)(PAGESIZE() - 1);
}

/* The page's bytes, or NULL when it can't be read whole. */
static const char *cached_page(struct run *run, kaddr_t page)
{
	struct page_cache *cache = run->cache;
	size_t at = (page / PAGESIZE() * 0x9e3779b97f4a7c15ull >> 32) % CACHE_SLOTS;

	if (!cache)
		cache = run->cache = arena_alloc(&run->arena, sizeof(*cache));
	if (cache->slot[at].page == page)
		return cache->slot[at].bytes;
	if (!cache->slot[at].bytes)
		cache->slot[at].bytes = arena_alloc(&run->arena, PAGESIZE());
	cache->slot[at].page = 0;
	if (!read_uncached(run, page, cache->slot[at].bytes, PAGESIZE()))
		return NULL;
	cache->slot[at].page = page;
	return cache->slot[at].bytes;
}

/* len bytes that lie within one page. */
static bool read_within_page(struct run *run, kaddr_t addr, void *bytes, size_t len)
{
	const char *page;

	if (session_live() || !page_of(addr))
		return read_uncached(run, addr, bytes, len);
	page = cached_page(run, page_of(addr));
	if (!page)
		return read_uncached(run, addr, bytes, len);
	memcpy(bytes, page + (addr - page_of(addr)), len);
	return true;
}

static size_t rest_of_page(kaddr_t addr, size_t len)
{
	size_t rest = PAGESIZE() - (addr - page_of(addr));

	return rest < len ? rest : len;
}

static bool peek_bytes(struct run *run, kaddr_t addr, void *bytes, size_t len)
{
	char *to = bytes;

	while (len) {
		size_t part = rest_of_page(addr, len);

		if (!read_within_page(run, addr, to, part))
			return false;
		addr += part;
		to += part;
		len -= part;
	}
	run_check(run);
	return true;
}

bool read_bytes(struct run *run, kaddr_t addr, void *bytes, size_t len)
{
	if (peek_bytes(run, addr, bytes, len))
		return true;
	run->counts.unreadable++;
	return false;
}

bool read_pointer(struct run *run, kaddr_t addr, kaddr_t *value)
{
	ulong pointer;

	if (!read_bytes(run, addr, &pointer, sizeof(pointer)))
		return false;
	*value = pointer;
	return true;
}

static uint64_t widen(const unsigned char *bytes, int size)
{
	switch (size) {
	case 1:
		return *bytes;
	case 2:
		return *(const uint16_t *)bytes;
	case 4:
		return *(const uint32_t *)bytes;
	default:
		return *(const uint64_t *)bytes;
	}
}

static bool is_number(struct member member)
{
	return member.known && member.size >= 1 && member.size <= 8;
}

bool peek_member(struct run *run, kaddr_t object, struct member member, uint64_t *value)
{
	_Alignas(8) unsigned char bytes[8];

	if (!is_number(member) ||
	    !peek_bytes(run, object + member.offset, bytes, member.size))
		return false;
	*value = widen(bytes, member.size);
	return true;
}

bool read_member(struct run *run, kaddr_t object, struct member member, uint64_t *value)
{
	if (peek_member(run, object, member, value))
		return true;
	run->counts.unreadable += is_number(member);
	return false;
}

bool read_object(struct run *run, kaddr_t object, struct member member, kaddr_t *value)
{
	if (!read_member(run, object, member, value))
		return false;
	if (!*value)
		run->counts.unreadable++;
	return *value;
}

bool read_text(struct run *run, kaddr_t addr, char *string, size_t room, size_t *len)
{
	size_t have = 0;

	while (have < room - 1) {
		size_t part = rest_of_page(addr + have, room - 1 - have);
		char *end;

		if (!read_bytes(run, addr + have, string + have, part))
			return false;
		end = memchr(string + have, '\0', part);
		if (end) {
			*len = end - string;
			return true;
		}
		have += part;
	}
	string[have] = '\0';
	*len = have;
	return true;
}

void read_map(struct run *run, kaddr_t addr, void *bytes, size_t len)
{
	char *to = bytes;

	if (read_uncached(run, addr, bytes, len))
		return;
	while (len) {
		size_t part = rest_of_page(addr, len);

		if (!read_uncached(run, addr, to, part)) {
			memset(to, 0, part);
			run->counts.missing_map++;
		}
		addr += part;
		to += part;
		len -= part;
	}
}
