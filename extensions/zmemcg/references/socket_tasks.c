// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/socket_tasks.h"

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/mappers.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"
#include "zmemcg/task_targets.h"

struct naming {
	struct ledger *ledger;
	kaddr_t sock;
};

static void name_sharers(struct run *run, void *arg, const struct sharers *sharers)
{
	const struct naming *naming = arg;

	tasks_to_end(run, naming->ledger, REF_SOCK, naming->sock, sharers);
}

static kaddr_t file_of(struct run *run, kaddr_t sock)
{
	const struct layout *l = run->layout;
	kaddr_t socket, file;

	return read_member(run, sock, l->sock_socket, &socket) && socket &&
	       read_member(run, socket, l->socket_file, &file) ? file : 0;
}

/* Who maps it. */
static bool name_mappers(struct run *run, struct naming *naming, kaddr_t file)
{
	struct mappers *mappers = mappers_new(run, task_targets_sharing(run, naming->ledger));
	kaddr_t mapping;

	return read_member(run, file, run->layout->file_mapping, &mapping) && mapping &&
	       mappers_visit_all(run, mappers, mapping, name_sharers, naming);
}

static bool has_nsproxy_net(struct run *run, kaddr_t nsproxy, kaddr_t net)
{
	kaddr_t its;

	return read_member(run, nsproxy, run->layout->nsproxy_net_ns, &its) && its == net;
}

/* Who is in the network namespace; init's does not end. */
static bool name_members(struct run *run, struct naming *naming)
{
	const struct layout *l = run->layout;
	const struct shared *nsproxies = &task_targets_sharing(run, naming->ledger)->nsproxies;
	kaddr_t net, init;
	bool any = false;

	if (!read_member(run, naming->sock, l->sock_net, &net) || !net ||
	    !read_member(run, l->init_task, l->task_nsproxy, &init) || has_nsproxy_net(run, init, net))
		return false;
	for (size_t i = 0; i < nsproxies->count; i++) {
		if (!has_nsproxy_net(run, nsproxies->list[i]->object, net))
			continue;
		name_sharers(run, naming, nsproxies->list[i]);
		any = true;
	}
	return any;
}

bool socket_tasks_to_end(struct run *run, struct ledger *ledger, kaddr_t sock)
{
	struct naming naming = { ledger, sock };
	const kaddr_t file = file_of(run, sock);

	return file ? name_mappers(run, &naming, file) : name_members(run, &naming);
}
