// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/sockets.h"

#include <stdio.h>
#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/folio.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/memmap.h"
#include "zmemcg/networks.h"
#include "zmemcg/open_files.h"
#include "zmemcg/references.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"
#include "zmemcg/scan.h"
#include "zmemcg/slab.h"
#include "zmemcg/socket_tasks.h"

/*
 * include/net/tcp_states.h (the same since 2.6): closed by its task, not yet by its peer. One that
 * waits to be accepted is in none of these.
 */
static bool closes_by_itself(struct run *run, kaddr_t sock, const char *proto)
{
	const unsigned int states = 1 << 4 | 1 << 5 | 1 << 9 | 1 << 11;	/* FIN_WAIT1, FIN_WAIT2, LAST_ACK, CLOSING */
	uint64_t state;

	return !strncmp(proto, "TCP", 3) && read_member(run, sock, run->layout->sock_state, &state) &&
	       state < 32 && states >> state & 1;
}

/*
 * What one that is connected sends when it is closed is charged, and given back to the stock of a
 * CPU. That refers to the memcg until the CPU charges for others: the next one, or where it keeps
 * several (mm/memcontrol.c 6.16 NR_MEMCG_STOCK), more.
 */
static bool leaves_charge(struct run *run, kaddr_t sock, const char *proto)
{
	const struct layout *l = run->layout;
	const unsigned int states = 1 << 7 | 1 << 10;	/* CLOSE, LISTEN */
	uint64_t state;

	return l->stock_cached.size > (int)sizeof(long) && !strncmp(proto, "TCP", 3) &&
	       read_member(run, sock, l->sock_state, &state) && state < 32 &&
	       !(states >> state & 1);
}

/*
 * One of the kernel's own has a struct socket without a file (net/socket.c 6.1 sock_create_kern()): its network
 * namespace. 0: it is none, or that is not known.
 */
static kaddr_t network_of_kernels(struct run *run, kaddr_t sock)
{
	const struct layout *l = run->layout;
	kaddr_t socket, file, net;

	return read_member(run, sock, l->sock_socket, &socket) && socket &&
	       read_member(run, socket, l->socket_file, &file) && !file &&
	       read_member(run, sock, l->sock_net, &net) ? net : 0;
}

/*
 * A connection that nobody accepted goes with the socket that listens, what was sent on a socket that
 * is closed with the one that gets it: both have no struct socket, as one of TCP's that lingers. A task
 * maps a packet socket.
 */
static enum remedy remedy_without_file(struct run *run, kaddr_t sock, const char *proto)
{
	kaddr_t socket;

	if (read_member(run, sock, run->layout->sock_socket, &socket) && socket)
		return REMEDY_TASK;
	return closes_by_itself(run, sock, proto) ? REMEDY_TIME : REMEDY_CLOSE;
}

static void need_task(struct run *run, struct ledger *ledger, kaddr_t sock)
{
	if (ledger_wants_tasks(ledger) && !socket_tasks_to_end(run, ledger, sock))
		ledger_target_unknown(ledger, TO_END, sock);
}

static void need_one(struct run *run, struct ledger *ledger, const struct memcg *memcg,
		     kaddr_t sock, enum remedy remedy)
{
	ledger_needs(ledger, memcg, NEED(remedy));
	if (remedy == REMEDY_TASK)
		need_task(run, ledger, sock);
	else if (remedy == REMEDY_CLOSE)
		ledger_target_unknown(ledger, TO_CLOSE, sock);
	else
		ledger->waits |= WAIT_TIMEOUT;
}

static void need_close(struct run *run, struct ledger *ledger, const struct memcg *memcg,
		       kaddr_t sock, const char *proto, const struct open_file *file)
{
	ledger_needs(ledger, memcg, NEED(REMEDY_CLOSE));
	open_file_to_close(run, ledger, file);
	if (!leaves_charge(run, sock, proto))
		return;
	ledger_needs(ledger, memcg, NEED(REMEDY_TIME));
	ledger->waits |= WAIT_SLOT;
}

/* One that no task has open. */
static void count_without_file(struct run *run, struct ledger *ledger, const struct memcg *memcg,
			       kaddr_t sock, const char *proto)
{
	const kaddr_t net = network_of_kernels(run, sock);
	char words[96];

	if (net)
		snprintf(words, sizeof(words), "%s socket of the kernel's, net %llx", proto,
			 (unsigned long long)net);
	else
		snprintf(words, sizeof(words), "%s socket that no task has open", proto);
	ledger_add(ledger, memcg, REF_SOCK, 1, sock, ledger_words(ledger, words));
	if (!net)
		need_one(run, ledger, memcg, sock, remedy_without_file(run, sock, proto));
	else if (ledger_wants_tasks(ledger))
		ledger_needs(ledger, memcg, network_needs(run, ledger, net, sock));
}

static void count_open(struct run *run, struct ledger *ledger, const struct memcg *memcg,
		       kaddr_t sock, const char *proto, const struct open_file *file)
{
	char words[64];

	snprintf(words, sizeof(words), "%s socket", proto);
	ledger_add(ledger, memcg, REF_SOCK, 1, sock, ledger_words(ledger, words));
	need_close(run, ledger, memcg, sock, proto, file);
	open_file_behind(run, ledger, REF_SOCK, sock, file);
}

/* Once, however often it is met; file: who has it, or NULL. */
static void count_socket(struct run *run, struct ledger *ledger, kaddr_t sock,
			 const struct open_file *file)
{
	const struct layout *l = run->layout;
	const struct memcg *memcg;
	char name[32] = "?";
	kaddr_t pointer, proto;
	size_t len;

	if (!read_member(run, sock, l->sock_memcg, &pointer))
		return;
	memcg = ledger_memcg(ledger, pointer);
	if (!memcg || !map_put(&ledger->counted, sock, ledger))
		return;
	if (read_member(run, sock, l->sock_prot, &proto) && proto)
		read_text(run, proto + l->proto_name.offset, name, sizeof(name), &len);
	if (file)
		count_open(run, ledger, memcg, sock, name, file);
	else
		count_without_file(run, ledger, memcg, sock, name);
}

void references_of_sockets(struct run *run, struct ledger *ledger)
{
	const struct open_files *open = open_files_of(run, ledger);
	kaddr_t sock;

	for (size_t i = 0; i < open->count; i++) {
		const struct open_file *file = &open->files[i];

		if (file->kind == OPEN_SOCKET && file->object &&
		    read_member(run, file->object, run->layout->socket_sk, &sock) && sock)
			count_socket(run, ledger, sock, file);
	}
}

/* The protocols' slab caches, a few dozen, and those of kmalloc() for protocols without. */
struct search {
	struct ledger *ledger;
	struct map caches, protos;
	uint64_t least, most;	/* bytes of a socket without a cache of its own; most is 0: none */
};

static void note_size(struct search *search, uint64_t bytes)
{
	if (!search->most || bytes < search->least)
		search->least = bytes;
	if (bytes > search->most)
		search->most = bytes;
}

static void note_proto(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;
	struct search *search = arg;
	kaddr_t proto = link - l->proto_node.offset, cache;
	uint64_t bytes;

	map_put(&search->protos, proto, search);
	if (!read_member(run, proto, l->proto_slab, &cache))
		return;
	if (cache)
		map_put(&search->caches, cache, search);
	else if (read_member(run, proto, l->proto_obj_size, &bytes))
		note_size(search, bytes);
}

/*
 * net/core/sock.c 6.1 sk_prot_alloc(): kmalloc() for netlink, packet and others. There are many
 * such caches of a size (mm/slab_common.c 6.12 kmalloc_info[]), their names begin alike.
 */
static bool is_kmalloc(struct run *run, kaddr_t cache)
{
	static const char begin[] = "kmalloc-";
	char name[sizeof(begin)];
	kaddr_t text;
	size_t len;

	return read_member(run, cache, run->layout->cache_name, &text) && text &&
	       read_text(run, text, name, sizeof(name), &len) && !strcmp(name, begin);
}

/* The sizes are powers of two: kmalloc() takes the least that is no less. */
static void note_cache(struct run *run, void *arg, kaddr_t link)
{
	const struct layout *l = run->layout;
	struct search *search = arg;
	kaddr_t cache = link - l->cache_list.offset;
	uint64_t bytes;

	if (read_member(run, cache, l->cache_object_size, &bytes) && bytes >= search->least &&
	    bytes < 2 * search->most && is_kmalloc(run, cache))
		map_put(&search->caches, cache, search);
}

static bool wants(struct run *run, void *arg, kaddr_t page, const char *bytes)
{
	const struct search *search = arg;

	(void)page;
	return map_get(&search->caches, word_of(bytes, run->layout->slab_cache.offset)) &&
	       slab_page(run->layout, bytes);
}

/*
 * A freed one keeps its memcg pointer. One that is closed, with nobody left, stays as long as what
 * it sent does, a message that was not read: net/core/sock.c 6.1 sk_free().
 */
static bool is_in_use(struct run *run, kaddr_t sock)
{
	const struct layout *l = run->layout;
	uint64_t count;

	return (peek_member(run, sock, l->sock_refcnt, &count) && (uint32_t)count) ||
	       (l->sock_wmem_alloc.known && peek_member(run, sock, l->sock_wmem_alloc, &count) &&
		(uint32_t)count);
}

/*
 * An object of such a cache: a socket when its protocol is one (caches can be merged, and have
 * anything in them) and it is in use.
 */
static void look_at_object(struct run *run, void *arg, kaddr_t object)
{
	const struct layout *l = run->layout;
	struct search *search = arg;
	uint64_t proto;

	if (peek_member(run, object, l->sock_prot, &proto) && map_get(&search->protos, proto) &&
	    is_in_use(run, object))
		count_socket(run, search->ledger, object, NULL);
}

static void visit_slab(struct run *run, void *arg, kaddr_t page, uint64_t pfn,
		       const char *bytes)
{
	slab_objects(run, page, pfn, bytes, look_at_object, arg);
}

bool sockets_interest(struct run *run, struct ledger *ledger, struct scan_interest *interest)
{
	const struct layout *l = run->layout;
	struct search *search;

	if (!l->proto_list || !l->sock_memcg.known || !l->sock_prot.known ||
	    !l->sock_refcnt.known || !l->proto_slab.known || layout_lacks(l, NEED_SLAB))
		return false;
	search = arena_alloc(&run->arena, sizeof(*search));
	search->ledger = ledger;
	map_init(&search->caches, &run->arena);
	map_init(&search->protos, &run->arena);
	list_visit(run, l->proto_list, note_proto, search);
	if (search->most && l->slab_caches && l->cache_list.known && l->cache_name.known)
		list_visit(run, l->slab_caches, note_cache, search);
	*interest = (struct scan_interest){
		.word_offset = l->slab_cache.offset,
		.wants = wants, .visit = visit_slab, .arg = search };
	return true;
}
