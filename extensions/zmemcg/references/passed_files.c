// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/references.h"

#include "zmemcg/access.h"
#include "zmemcg/ledger.h"
#include "zmemcg/lists.h"
#include "zmemcg/open_files.h"
#include "zmemcg/run.h"

#define AF_UNIX		1	/* include/linux/socket.h */

/* io_uring/filetable.h 6.1 FFS_MASK: flags in the low bits of a pointer to a file. */
#define FFS_FLAGS	7

/* Ours: the kernel lets register 32,768 (IORING_MAX_FIXED_FILES), later a million. */
#define REGISTERED_LIMIT	1048576

/* A unix socket and the task that leads to it. */
struct station {
	kaddr_t sock, task;
};

struct search {
	struct open_files *open;
	struct station *stations;	/* a line: looked at in turn, each once */
	size_t count, room;
	struct map seen;
	struct station at;
	kaddr_t through;	/* the file that is looked into, or by which that was come to */
};

static void line_up(struct run *run, struct search *search, kaddr_t sock, kaddr_t task)
{
	uint64_t family;

	if (!read_member(run, sock, run->layout->sock_family, &family) || family != AF_UNIX ||
	    !map_put(&search->seen, sock, search))
		return;
	search->stations = arena_grow(&run->arena, search->stations, search->count, &search->room,
				      sizeof(*search->stations));
	search->stations[search->count++] = (struct station){ sock, task };
}

/* include/net/scm.h 6.1 struct scm_fp_list. */
static void look_at_list(struct run *run, const struct search *search, kaddr_t list)
{
	const struct layout *l = run->layout;
	uint64_t count;
	kaddr_t file;

	if (!read_member(run, list, l->fp_list_count, &count))
		return;
	if (count > l->fp_list_files.size / sizeof(long)) {
		run->counts.cut++;
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		if (read_pointer(run, list + l->fp_list_files.offset + i * sizeof(long), &file) && file)
			open_files_add(run, search->open, (struct open_file){
				.file = file, .task = search->at.task,
				.carriage = CARRIED_BY_SOCKET, .carrier = search->at.sock,
				.through = search->through });
	}
}

/*
 * A message bears files (include/net/af_unix.h 6.1 UNIXCB()). Its sk is who sent it; on the
 * queue of a socket that listens, the end that accept() will give out, with a queue of its
 * own (net/unix/af_unix.c 6.1 unix_stream_connect()).
 */
static void visit_message(struct run *run, void *arg, kaddr_t skb)
{
	const struct layout *l = run->layout;
	struct search *search = arg;
	kaddr_t list, sock;

	if (read_member(run, skb + l->skb_cb.offset, l->unix_cb_fp, &list) && list)
		look_at_list(run, search, list);
	if (read_member(run, skb, l->skb_sk, &sock) && sock)
		line_up(run, search, sock, search->at.task);
}

static void look_into_sockets(struct run *run, struct search *search)
{
	const struct layout *l = run->layout;

	for (size_t i = 0; i < search->count; i++) {
		search->at = search->stations[i];
		list_visit(run, search->at.sock + l->sock_receive_queue.offset, visit_message, search);
	}
	search->count = 0;
}

/* Where the pointer to the n-th registered file is, or 0. */
static kaddr_t registered_place(struct run *run, kaddr_t table, uint64_t n)
{
	const struct layout *l = run->layout;
	const kaddr_t data = table + l->file_table_data.offset;
	kaddr_t array, node;

	if (!l->file_table_data.known)
		return read_member(run, table, l->file_table_files, &array) && array ?
		       array + n * sizeof(long) : 0;
	return read_member(run, data, l->rsrc_data_nodes, &array) && array &&
	       read_pointer(run, array + n * sizeof(long), &node) && node ?
	       node + l->rsrc_node_file.offset : 0;
}

/* io_uring/filetable.h 6.1 io_file_from_index(); an array of nodes since 6.13. */
static void look_into_ring(struct run *run, const struct search *search, kaddr_t ring, kaddr_t task)
{
	const struct layout *l = run->layout;
	const kaddr_t table = ring + l->ring_file_table.offset;
	uint64_t count, file;
	kaddr_t place;

	if (!(l->file_table_data.known ?
	      read_member(run, table + l->file_table_data.offset, l->rsrc_data_nr, &count) :
	      read_member(run, ring, l->ring_nr_files, &count)))
		return;
	if (count > REGISTERED_LIMIT) {
		run->counts.cut++;
		return;
	}
	for (uint64_t i = 0; i < count; i++) {
		place = registered_place(run, table, i);
		if (place && read_pointer(run, place, &file) && file & ~(kaddr_t)FFS_FLAGS)
			open_files_add(run, search->open, (struct open_file){
				.file = file & ~(kaddr_t)FFS_FLAGS, .task = task,
				.carriage = CARRIED_BY_RING, .carrier = ring,
				.through = search->through });
	}
}

static void look_into(struct run *run, struct search *search, struct open_file file)
{
	const struct layout *l = run->layout;
	kaddr_t sock;

	search->through = file.through ? file.through : file.file;
	if (file.kind == OPEN_IO_URING && file.object && l->ring_file_table.known)
		look_into_ring(run, search, file.object, file.task);
	if (file.kind == OPEN_SOCKET && file.object && l->unix_cb_fp.known &&
	    l->sock_receive_queue.known &&
	    read_member(run, file.object, l->socket_sk, &sock) && sock) {
		line_up(run, search, sock, file.task);
		look_into_sockets(run, search);
	}
}

struct open_files *open_files_with_passed(struct run *run, struct ledger *ledger)
{
	struct search search = { .open = open_files_of(run, ledger) };

	if (search.open->has_passed)
		return search.open;
	search.open->has_passed = true;
	map_init(&search.seen, &run->arena);
	/* What is found is at the end, and is looked into in its turn. */
	for (size_t i = 0; i < search.open->count; i++)
		look_into(run, &search, search.open->files[i]);
	return search.open;
}

void references_of_passed_files(struct run *run, struct ledger *ledger)
{
	open_files_with_passed(run, ledger);
	references_of_sockets(run, ledger);
	references_of_fsnotify_groups(run, ledger);
}
