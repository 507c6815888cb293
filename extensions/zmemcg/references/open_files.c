// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/open_files.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/descriptors.h"
#include "zmemcg/ledger.h"
#include "zmemcg/namespaces.h"
#include "zmemcg/run.h"
#include "zmemcg/sharers.h"
#include "zmemcg/task_targets.h"
#include "zmemcg/tasks.h"

/* include/linux/fs.h: opened with O_PATH, and has the operations of no file. */
#define FMODE_PATH	0x4000

struct walk {
	struct open_files *open;
	struct map tables;	/* that were looked at: threads and forks share them */
	kaddr_t task;		/* whose table is looked at */
};

/* Told by its file_operations; false for files of no interest. */
static bool kind_of(const struct layout *l, kaddr_t f_op, enum open_kind *kind)
{
	const kaddr_t operations[] = {
		[OPEN_SOCKET] = l->socket_file_ops,
		[OPEN_INOTIFY] = l->inotify_fops,
		[OPEN_FANOTIFY] = l->fanotify_fops,
		[OPEN_IO_URING] = l->io_uring_fops,
		[OPEN_NAMESPACE] = l->ns_file_operations,
		[OPEN_KERNFS] = l->kernfs_file_fops,
	};

	for (int i = 0; f_op && i < OPEN_KINDS; i++) {
		if (f_op == operations[i]) {
			*kind = i;
			return true;
		}
	}
	return false;
}

static bool is_path_of_namespace(struct run *run, kaddr_t file)
{
	const struct layout *l = run->layout;
	uint64_t mode;
	kaddr_t inode;

	return read_member(run, file, l->file_mode, &mode) && (mode & FMODE_PATH) &&
	       read_member(run, file, l->file_inode, &inode) && inode &&
	       inode_is_namespace(run, inode);
}

/* A file of no interest has no end of its list, and gets no tasks. */
static void add_task(struct run *run, struct open_tasks *tasks, kaddr_t task)
{
	struct open_task *added;

	if (!tasks->end)
		return;
	added = *tasks->end = arena_alloc(&run->arena, sizeof(*added));
	added->task = task;
	tasks->end = &added->next;
}

void open_files_add(struct run *run, struct open_files *open, struct open_file file)
{
	const struct layout *l = run->layout;
	struct open_tasks *tasks = map_get(&open->seen, file.file);
	kaddr_t f_op;

	if (tasks) {
		add_task(run, tasks, file.task);
		return;
	}
	tasks = arena_alloc(&run->arena, sizeof(*tasks));
	map_put(&open->seen, file.file, tasks);
	if (!read_member(run, file.file, l->file_f_op, &f_op))
		return;
	if (!kind_of(l, f_op, &file.kind)) {
		if (!is_path_of_namespace(run, file.file))
			return;
		file.kind = OPEN_NAMESPACE;
	}
	if (!read_member(run, file.file, l->file_private_data, &file.object))
		return;
	open->files = arena_grow(&run->arena, open->files, open->count, &open->room, sizeof(file));
	open->files[open->count++] = file;
	tasks->end = &tasks->first;
	add_task(run, tasks, file.task);
}

static void visit_descriptor(struct run *run, void *arg, unsigned int number, kaddr_t file)
{
	const struct walk *walk = arg;

	open_files_add(run, walk->open, (struct open_file){
		.file = file, .task = walk->task, .number = number });
}

static void visit_task(struct run *run, void *arg, kaddr_t task)
{
	struct walk *walk = arg;
	kaddr_t table;

	if (!read_member(run, task, run->layout->task_files, &table) || !table ||
	    !map_put(&walk->tables, table, walk))
		return;
	walk->task = task;
	descriptors_visit(run, table, visit_descriptor, walk);
}

struct open_files *open_files_of(struct run *run, struct ledger *ledger)
{
	struct walk walk = { 0 };

	if (ledger->open_files)
		return ledger->open_files;
	walk.open = ledger->open_files = arena_alloc(&run->arena, sizeof(*walk.open));
	map_init(&walk.open->seen, &run->arena);
	map_init(&walk.tables, &run->arena);
	tasks_visit(run, visit_task, &walk);
	return walk.open;
}

void open_file_words(struct run *run, const struct open_file *file, char *words, size_t room)
{
	char task[96], place[96];

	task_words(run, file->task, task, sizeof(task));
	switch (file->carriage) {
	case CARRIED_BY_SOCKET:
		snprintf(place, sizeof(place), "in a message (SCM_RIGHTS) to sock %llx",
			 (unsigned long long)file->carrier);
		break;
	case CARRIED_BY_RING:
		snprintf(place, sizeof(place), "registered with io_ring_ctx %llx",
			 (unsigned long long)file->carrier);
		break;
	default:
		snprintf(place, sizeof(place), "descriptor %u", file->number);
	}
	snprintf(words, room, "%s of %s, task %llx", place, task, (unsigned long long)file->task);
}

/* A table of descriptors can be of several processes. */
static const struct sharers *sharers_of_table(struct run *run, struct ledger *ledger, kaddr_t task)
{
	const struct sharing *sharing = task_targets_sharing(run, ledger);
	kaddr_t table;

	return read_member(run, task, run->layout->task_files, &table) ?
	       map_get(&sharing->tables.by_object, table) : NULL;
}

struct finding {
	bool (*is_wanted)(struct run *run, void *arg, kaddr_t task);
	void *arg;
};

static bool find_among(struct run *run, const struct sharers *sharers, const struct finding *finding)
{
	for (size_t i = 0; i < sharers->count; i++) {
		if (finding->is_wanted(run, finding->arg, sharers->tasks[i]))
			return true;
	}
	return false;
}

/* A task that ended meanwhile (live) has no table: it is asked about itself. */
static bool find_task(struct run *run, struct ledger *ledger, kaddr_t file,
		      const struct finding *finding)
{
	const struct open_tasks *tasks = map_get(&ledger->open_files->seen, file);

	for (const struct open_task *at = tasks ? tasks->first : NULL; at; at = at->next) {
		const struct sharers *sharers = sharers_of_table(run, ledger, at->task);

		if (sharers ? find_among(run, sharers, finding) :
			      finding->is_wanted(run, finding->arg, at->task))
			return true;
	}
	return false;
}

bool open_file_find_task(struct run *run, struct ledger *ledger, const struct open_file *file,
			 bool (*is_wanted)(struct run *run, void *arg, kaddr_t task), void *arg)
{
	const struct finding finding = { is_wanted, arg };

	return find_task(run, ledger, file->file, &finding) ||
	       (file->through && find_task(run, ledger, file->through, &finding));
}

void open_file_to_close(struct run *run, struct ledger *ledger, const struct open_file *file)
{
	const struct open_tasks *tasks = map_get(&ledger->open_files->seen, file->file);

	for (const struct open_task *task = tasks ? tasks->first : NULL; task; task = task->next)
		task_to_close(run, ledger, task->task);
}

void open_file_behind(struct run *run, struct ledger *ledger, enum reference kind,
		      kaddr_t holder, const struct open_file *file)
{
	char words[256];

	if (!ledger->detailed)
		return;
	open_file_words(run, file, words, sizeof(words));
	ledger_add_behind(ledger, kind, holder, "file", file->file, ledger_words(ledger, words));
}
