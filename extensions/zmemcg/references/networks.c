// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/networks.h"

#include "zmemcg/access.h"
#include "zmemcg/keepers.h"
#include "zmemcg/layout.h"
#include "zmemcg/ledger.h"
#include "zmemcg/namespaces.h"
#include "zmemcg/open_files.h"
#include "zmemcg/paths.h"
#include "zmemcg/remedies.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"
#include "zmemcg/task_targets.h"

struct network {
	struct kept *kept;
	struct keeper *keepers;
	size_t count, room;
	unsigned int needs;	/* 0 until somebody asks */
};

/* All of the machine but init's, which does not end, by one pass over what can keep one. */
struct networks {
	struct ledger *ledger;
	struct paths *paths;
	struct map by_addr;	/* struct network */
	kaddr_t init;
};

static struct network *network_of(struct run *run, struct networks *networks, kaddr_t net)
{
	struct network *network = map_get(&networks->by_addr, net);

	if (network)
		return network;
	network = arena_alloc(&run->arena, sizeof(*network));
	network->kept = kept_new(run, net, "net");
	map_put(&networks->by_addr, net, network);
	return network;
}

static void add_keeper(struct run *run, struct networks *networks, kaddr_t net, struct keeper keeper)
{
	struct network *network = network_of(run, networks, net);

	kept_by(run, networks->paths, network->kept, &keeper);
	network->keepers = arena_grow(&run->arena, network->keepers, network->count,
				      &network->room, sizeof(keeper));
	network->keepers[network->count++] = keeper;
}

static void add_members(struct run *run, struct networks *networks, const struct sharers *sharers)
{
	kaddr_t net;

	if (!read_member(run, sharers->object, run->layout->nsproxy_net_ns, &net) || !net ||
	    net == networks->init)
		return;
	for (size_t i = 0; i < sharers->count; i++)
		add_keeper(run, networks, net, (struct keeper){ .task = sharers->tasks[i] });
}

static void add_all_members(struct run *run, struct networks *networks)
{
	const struct shared *nsproxies = &task_targets_sharing(run, networks->ledger)->nsproxies;

	for (size_t i = 0; i < nsproxies->count; i++)
		add_members(run, networks, nsproxies->list[i]);
}

/* What is of another kind is under an address that nobody asks for. */
static void look_at_namespace(struct run *run, void *arg, kaddr_t common, struct keeper keeper)
{
	struct networks *networks = arg;
	const kaddr_t net = common - run->layout->net_common.offset;

	if (net != networks->init)
		add_keeper(run, networks, net, keeper);
}

/* Those of members go with them, and are many. */
static void look_at_socket(struct run *run, struct networks *networks, const struct open_file *file)
{
	const struct layout *l = run->layout;
	const struct kept *kept;
	kaddr_t sock, net;

	if (!read_member(run, file->object, l->socket_sk, &sock) || !sock ||
	    !read_member(run, sock, l->sock_net, &net) || !net || net == networks->init)
		return;
	kept = network_of(run, networks, net)->kept;
	if (!kept_file_is_of_members(run, networks->ledger, kept, file))
		add_keeper(run, networks, net, (struct keeper){ .file = file });
}

static void look_at_sockets(struct run *run, struct networks *networks)
{
	const struct open_files *open = open_files_with_passed(run, networks->ledger);

	for (size_t i = 0; i < open->count; i++) {
		if (open->files[i].kind == OPEN_SOCKET && open->files[i].object)
			look_at_socket(run, networks, &open->files[i]);
	}
}

static struct networks *networks_of(struct run *run, struct ledger *ledger)
{
	const struct layout *l = run->layout;
	struct networks *networks = ledger->networks;

	if (networks)
		return networks;
	networks = ledger->networks = arena_alloc(&run->arena, sizeof(*networks));
	networks->ledger = ledger;
	networks->paths = paths_new(run);
	networks->init = namespace_of_task(run, l->init_task, l->nsproxy_net_ns);
	map_init(&networks->by_addr, &run->arena);
	add_all_members(run, networks);
	if (l->net_common.known)
		namespaces_visit(run, ledger, look_at_namespace, networks);
	look_at_sockets(run, networks);
	return networks;
}

static void name_keepers(struct run *run, const struct networks *networks, struct network *network,
			 kaddr_t sock)
{
	for (size_t i = 0; i < network->count; i++) {
		const struct keeper *keeper = &network->keepers[i];

		network->needs |= keeper_needs(run, networks->ledger, networks->paths, network->kept,
					       keeper);
		keeper_behind(run, networks->ledger, networks->paths,
			      (struct shelf){ REF_SOCK, sock }, network->kept, keeper);
	}
}

unsigned int network_needs(struct run *run, struct ledger *ledger, kaddr_t net, kaddr_t sock)
{
	const struct networks *networks = networks_of(run, ledger);
	struct network *network = map_get(&networks->by_addr, net);

	if (!network || !network->count)
		return NEED(REMEDY_NONE);
	if (!network->needs)
		name_keepers(run, networks, network, sock);
	return network->needs;
}
