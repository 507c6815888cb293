// SPDX-License-Identifier: GPL-2.0-or-later
/* What keeps a network namespace, and so the kernel's own sockets in it: all of it has to go, and nothing else is named. */
#include "test.h"

#include <stdio.h>

#include "flat_memory.h"
#include "zmemcg/descriptors.h"
#include "zmemcg/inventory.h"
#include "zmemcg/keepers.h"
#include "zmemcg/ledger.h"
#include "zmemcg/namespaces.h"
#include "zmemcg/networks.h"
#include "zmemcg/open_files.h"
#include "zmemcg/paths.h"
#include "zmemcg/remedies.h"
#include "zmemcg/sharers.h"
#include "zmemcg/task_targets.h"
#include "zmemcg/tasks.h"

enum { INIT_NET = 0x1000, NET = 0x2000, OTHER_NET = 0x3000, COMMON = 0x40 };

/* Of a task the table is the first word. */
enum { MEMBER = 0x4000, STRANGER = 0x4100, MEMBERS_TABLE = 0x4200, STRANGERS_TABLE = 0x4300, NSPROXY = 0x4400 };

enum { FILES = 0x5000, SOCKETS = 0x6000, F_OP = 0, PRIVATE = 8, SOCKET_OPS = 0x100, NS_OPS = 0x200 };

/* Where init sees it, and in another mount namespace. */
enum { MOUNT = 0x7000, COPY = 0x7100 };

enum { FIRST_SOCK = 0x8000, SECOND_SOCK = 0x8100 };

static struct layout layout;
static struct run run;
static struct memcg zombie = { .selected = true }, *memcgs[] = { &zombie };
static struct inventory inventory = { .memcgs = memcgs, .count = 1 };
static struct ledger *ledger;
static struct sharing sharing;
static struct sharers members, strangers, in_net;

/* Of nsfs. */
static struct {
	kaddr_t common;
	struct keeper keeper;
} found[4];
static int found_count;

#define AT(at)	((struct member){ .known = true, .offset = (at), .size = 8 })

kaddr_t namespace_of_task(struct run *r, kaddr_t task, struct member in_nsproxy)
{
	(void)r, (void)task, (void)in_nsproxy;
	return INIT_NET;
}

bool inode_is_namespace(struct run *r, kaddr_t inode)
{
	(void)r, (void)inode;
	return false;
}

void namespaces_visit(struct run *r, struct ledger *of,
		      void (*visit)(struct run *run, void *arg, kaddr_t common, struct keeper keeper), void *arg)
{
	(void)of;
	for (int i = 0; i < found_count; i++)
		visit(r, arg, found[i].common, found[i].keeper);
}

struct open_files *open_files_with_passed(struct run *r, struct ledger *of)
{
	(void)r;
	return of->open_files;
}

void tasks_visit(struct run *r, void (*visit)(struct run *run, void *arg, kaddr_t task), void *arg)
{
	(void)r, (void)visit, (void)arg;
}

void descriptors_visit(struct run *r, kaddr_t table,
		       void (*visit)(struct run *run, void *arg, unsigned int number, kaddr_t file), void *arg)
{
	(void)r, (void)table, (void)visit, (void)arg;
}

const struct sharing *task_targets_sharing(struct run *r, struct ledger *of)
{
	(void)r, (void)of;
	return &sharing;
}

void task_to_end(struct run *r, struct ledger *of, kaddr_t task)
{
	(void)r;
	ledger_target(of, TO_END, task);
}

void task_to_close(struct run *r, struct ledger *of, kaddr_t task)
{
	(void)r;
	ledger_target(of, TO_CLOSE, task);
}

kaddr_t task_process(struct run *r, kaddr_t task)
{
	(void)r;
	return task;
}

void task_words(struct run *r, kaddr_t task, char *words, size_t room)
{
	(void)r, (void)task;
	snprintf(words, room, "pid 1 (x)");
}

struct paths *paths_new(struct run *r)
{
	return arena_alloc(&r->arena, 1);
}

bool paths_of_mount(struct run *r, struct paths *paths, kaddr_t mount, struct name *name)
{
	(void)r, (void)paths;
	*name = (struct name){ .path = "/net", .path_len = 4 };
	return mount == MOUNT;
}

static void share(struct shared *shared, struct sharers *sharers, kaddr_t object)
{
	*sharers = (struct sharers){ .object = object };
	if (!shared->by_object.arena)
		map_init(&shared->by_object, &run.arena);
	map_put(&shared->by_object, object, sharers);
}

static void add_sharer(struct sharers *sharers, kaddr_t task)
{
	sharers->tasks = arena_grow(&run.arena, sharers->tasks, sharers->count, &sharers->room, sizeof(task));
	sharers->tasks[sharers->count++] = task;
}

static int setup(void **state)
{
	static struct sharers *nsproxies[] = { &in_net };

	(void)state;
	memset(memory, 0, sizeof(memory));
	layout = (struct layout){
		.nsproxy_net_ns = AT(0), .task_files = AT(0), .net_common = AT(COMMON), .socket_sk = AT(0), .sock_net = AT(0),
		.file_f_op = AT(F_OP), .file_private_data = AT(PRIVATE),
		.socket_file_ops = SOCKET_OPS, .ns_file_operations = NS_OPS,
	};
	run = (struct run){ .layout = &layout };
	ledger = ledger_new(&run, &inventory, true);
	ledger->whole = true;
	ledger->open_files = arena_alloc(&run.arena, sizeof(*ledger->open_files));
	map_init(&ledger->open_files->seen, &run.arena);
	sharing = (struct sharing){ .nsproxies = { .list = nsproxies, .count = 1 } };
	share(&sharing.tables, &members, MEMBERS_TABLE);
	share(&sharing.tables, &strangers, STRANGERS_TABLE);
	add_sharer(&members, MEMBER);
	add_sharer(&strangers, STRANGER);
	put(MEMBER, MEMBERS_TABLE, 8);
	put(STRANGER, STRANGERS_TABLE, 8);
	in_net = (struct sharers){ .object = NSPROXY };
	put(NSPROXY, NET, 8);
	found_count = 0;
	ledger_add(ledger, &zombie, REF_SOCK, 1, FIRST_SOCK, ledger_words(ledger, "socket"));
	ledger_add(ledger, &zombie, REF_SOCK, 1, SECOND_SOCK, ledger_words(ledger, "socket"));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&run.arena);
	return 0;
}

static void make_member(void)
{
	add_sharer(&in_net, MEMBER);
}

static void find(kaddr_t net, struct keeper keeper)
{
	found[found_count].common = net + COMMON;
	found[found_count++].keeper = keeper;
}

/* The n-th file, a descriptor of the task. */
static kaddr_t open_by(int n, kaddr_t f_op, kaddr_t object, kaddr_t task)
{
	const kaddr_t file = FILES + n * 0x100;

	put(file + F_OP, f_op, 8);
	put(file + PRIVATE, object, 8);
	open_files_add(&run, ledger->open_files, (struct open_file){ .file = file, .task = task });
	return file;
}

/* To be asked for behind the last addition: they move. */
static const struct open_file *opened(int n)
{
	return &ledger->open_files->files[n];
}

static kaddr_t socket_in(kaddr_t net)
{
	put(SOCKETS, SOCKETS + 0x100, 8);
	put(SOCKETS + 0x100, net, 8);
	return SOCKETS;
}

static unsigned int needs_of(kaddr_t net)
{
	return network_needs(&run, ledger, net, FIRST_SOCK);
}

static size_t named(enum target kind)
{
	return ledger->targets[kind].count;
}

static void what_nothing_keeps_is_not_known(void **state)
{
	(void)state;
	find(OTHER_NET, (struct keeper){ .mount = MOUNT });
	assert_int_equal(needs_of(NET), NEED(REMEDY_NONE));
	assert_int_equal(needs_of(INIT_NET), NEED(REMEDY_NONE));
}

static void inits_does_not_end(void **state)
{
	(void)state;
	make_member();
	put(NSPROXY, INIT_NET, 8);
	find(INIT_NET, (struct keeper){ .mount = MOUNT });
	open_by(0, SOCKET_OPS, socket_in(INIT_NET), STRANGER);
	assert_int_equal(needs_of(INIT_NET), NEED(REMEDY_NONE));
	assert_int_equal(named(TO_END) + named(TO_CLOSE) + named(TO_UNMOUNT), 0);
}

static void a_mount_and_a_member_both_have_to_go(void **state)
{
	(void)state;
	make_member();
	find(NET, (struct keeper){ .mount = MOUNT });
	assert_int_equal(needs_of(NET), NEED(REMEDY_TASK) | NEED(REMEDY_UNMOUNT));
	assert_int_equal(named(TO_END), 1);
	assert_int_equal(named(TO_UNMOUNT), 1);
	assert_int_equal(named(TO_CLOSE), 0);
}

static void the_first_socket_has_the_lines(void **state)
{
	(void)state;
	find(NET, (struct keeper){ .mount = MOUNT });
	assert_int_equal(needs_of(NET), NEED(REMEDY_UNMOUNT));
	assert_int_equal(network_needs(&run, ledger, NET, SECOND_SOCK), NEED(REMEDY_UNMOUNT));
	assert_int_equal(ledger->details[0].behind->count, 1);
	assert_string_equal(ledger->details[0].behind->type, "net");
	assert_int_equal(ledger->details[0].behind->first->object, NET);
	assert_string_equal(ledger->details[0].behind->first->what.bracket, "mount 7000 at /net");
	assert_null(ledger->details[1].behind);
}

static void a_copy_of_a_mount_is_elsewhere(void **state)
{
	(void)state;
	find(NET, (struct keeper){ .mount = COPY });
	find(NET, (struct keeper){ .mount = MOUNT });
	assert_int_equal(needs_of(NET), NEED(REMEDY_UNMOUNT));
	assert_int_equal(named(TO_UNMOUNT), 1);
	assert_string_equal(ledger->targets[TO_UNMOUNT].list[0].name.path, "/net");
	assert_int_equal(ledger->targets[TO_UNMOUNT].elsewhere, 1);
}

static void a_mount_that_init_does_not_see_has_its_address(void **state)
{
	(void)state;
	find(NET, (struct keeper){ .mount = COPY });
	find(OTHER_NET, (struct keeper){ .mount = MOUNT });
	assert_int_equal(needs_of(NET), NEED(REMEDY_UNMOUNT));
	assert_int_equal(named(TO_UNMOUNT), 1);
	assert_string_equal(ledger->targets[TO_UNMOUNT].list[0].name.bracket, "[nsfs mount 7100]");
	assert_int_equal(ledger->targets[TO_UNMOUNT].elsewhere, 0);
}

static void a_members_file_goes_with_it(void **state)
{
	(void)state;
	make_member();
	open_by(0, NS_OPS, 0, MEMBER);
	find(NET, (struct keeper){ .file = opened(0) });
	assert_int_equal(needs_of(NET), NEED(REMEDY_TASK));
	assert_int_equal(named(TO_CLOSE), 0);
}

static void a_file_that_a_fork_has_too_is_to_be_closed(void **state)
{
	(void)state;
	make_member();
	open_by(0, NS_OPS, 0, MEMBER);
	open_by(0, NS_OPS, 0, STRANGER);
	find(NET, (struct keeper){ .file = opened(0) });
	assert_int_equal(needs_of(NET), NEED(REMEDY_TASK) | NEED(REMEDY_CLOSE));
	assert_int_equal(named(TO_CLOSE), 2);
}

static void a_file_of_a_shared_table_is_to_be_closed(void **state)
{
	(void)state;
	make_member();
	add_sharer(&members, STRANGER);
	open_by(0, NS_OPS, 0, MEMBER);
	find(NET, (struct keeper){ .file = opened(0) });
	assert_int_equal(needs_of(NET), NEED(REMEDY_TASK) | NEED(REMEDY_CLOSE));
}

/* In a message to a socket of the member, which a fork of it may have open, too. */
static void carry(kaddr_t fork)
{
	const kaddr_t carrier = open_by(0, SOCKET_OPS, 0, MEMBER), carried = carrier + 0x100;

	if (fork)
		open_by(0, SOCKET_OPS, 0, fork);
	put(carried + F_OP, NS_OPS, 8);
	open_files_add(&run, ledger->open_files, (struct open_file){
		.file = carried, .task = MEMBER, .carriage = CARRIED_BY_SOCKET, .through = carrier });
	find(NET, (struct keeper){ .file = opened(1) });
}

static void a_file_on_its_way_to_a_member_goes_with_it(void **state)
{
	(void)state;
	make_member();
	carry(0);
	assert_int_equal(needs_of(NET), NEED(REMEDY_TASK));
}

static void a_file_on_its_way_is_of_all_that_have_the_socket(void **state)
{
	(void)state;
	make_member();
	carry(STRANGER);
	assert_int_equal(needs_of(NET), NEED(REMEDY_TASK) | NEED(REMEDY_CLOSE));
}

static void a_socket_keeps_it_wherever_its_task_is(void **state)
{
	(void)state;
	open_by(0, SOCKET_OPS, socket_in(NET), STRANGER);
	assert_int_equal(needs_of(NET), NEED(REMEDY_CLOSE));
	assert_int_equal(named(TO_CLOSE), 1);
	assert_int_equal(needs_of(OTHER_NET), NEED(REMEDY_NONE));
}

static void sockets_of_members_have_no_line(void **state)
{
	(void)state;
	make_member();
	open_by(0, SOCKET_OPS, socket_in(NET), MEMBER);
	assert_int_equal(needs_of(NET), NEED(REMEDY_TASK));
	assert_int_equal(ledger->details[0].behind->count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_nothing_keeps_is_not_known, setup, teardown),
		cmocka_unit_test_setup_teardown(inits_does_not_end, setup, teardown),
		cmocka_unit_test_setup_teardown(a_mount_and_a_member_both_have_to_go, setup, teardown),
		cmocka_unit_test_setup_teardown(the_first_socket_has_the_lines, setup, teardown),
		cmocka_unit_test_setup_teardown(a_copy_of_a_mount_is_elsewhere, setup, teardown),
		cmocka_unit_test_setup_teardown(a_mount_that_init_does_not_see_has_its_address, setup, teardown),
		cmocka_unit_test_setup_teardown(a_members_file_goes_with_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_that_a_fork_has_too_is_to_be_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_of_a_shared_table_is_to_be_closed, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_on_its_way_to_a_member_goes_with_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_on_its_way_is_of_all_that_have_the_socket, setup, teardown),
		cmocka_unit_test_setup_teardown(a_socket_keeps_it_wherever_its_task_is, setup, teardown),
		cmocka_unit_test_setup_teardown(sockets_of_members_have_no_line, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
