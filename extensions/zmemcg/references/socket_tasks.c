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

bool socket_tasks_to_end(struct run *run, struct ledger *ledger, kaddr_t sock)
{
	const struct sharing *sharing = task_targets_sharing(run, ledger);
	struct naming naming = { ledger, sock };
	const kaddr_t file = file_of(run, sock);
	kaddr_t mapping;

	return file && read_member(run, file, run->layout->file_mapping, &mapping) && mapping &&
	       mappers_visit_all(run, sharing, mapping, name_sharers, &naming);
}
