// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/keepers.h"

#include <stdio.h>

#include "zmemcg/access.h"
#include "zmemcg/layout.h"
#include "zmemcg/open_files.h"
#include "zmemcg/paths.h"
#include "zmemcg/run.h"
#include "zmemcg/task_targets.h"
#include "zmemcg/tasks.h"
#include "zmemcg/text.h"

/* Longer ones are cut: the path of a mount. */
#define WORDS_ROOM	4352

struct kept *kept_new(struct run *run, kaddr_t addr, const char *type)
{
	struct kept *kept = arena_alloc(&run->arena, sizeof(*kept));

	kept->addr = addr;
	kept->type = type;
	map_init(&kept->members, &run->arena);
	return kept;
}

void kept_by(struct run *run, struct paths *paths, struct kept *kept, const struct keeper *keeper)
{
	struct name name = { 0 };

	if (keeper->task)
		map_put(&kept->members, task_process(run, keeper->task), kept);
	if (keeper->mount && paths && !kept->is_mounted)
		kept->is_mounted = paths_of_mount(run, paths, keeper->mount, &name);
}

static bool is_other(struct run *run, void *arg, kaddr_t task)
{
	const struct kept *kept = arg;

	return !map_get(&kept->members, task_process(run, task));
}

bool kept_file_is_of_members(struct run *run, struct ledger *ledger, const struct kept *kept,
			     const struct open_file *file)
{
	return kept->members.count && !open_file_find_task(run, ledger, file, is_other, (void *)kept);
}

/*
 * One that init does not see has no path: -w says which mnt_namespace has it. Each mount namespace has copies of
 * those that there were when it was made, and of what propagated to it since.
 */
static void name_mount(struct run *run, struct ledger *ledger, struct paths *paths,
		       const struct kept *kept, kaddr_t mount)
{
	struct targeted *target;
	struct name path = { 0 };
	char words[64];
	int len;

	if (!paths_of_mount(run, paths, mount, &path)) {
		if (kept->is_mounted) {
			ledger->targets[TO_UNMOUNT].elsewhere++;
			return;
		}
		len = snprintf(words, sizeof(words), "[nsfs mount %llx]", (unsigned long long)mount);
		path.bracket = arena_strndup(&run->arena, words, len);
	}
	target = ledger_target(ledger, TO_UNMOUNT, mount);
	if (target)
		target->name = path;
}

unsigned int keeper_needs(struct run *run, struct ledger *ledger, struct paths *paths,
			  const struct kept *kept, const struct keeper *keeper)
{
	if (keeper->mount) {
		name_mount(run, ledger, paths, kept, keeper->mount);
		return NEED(REMEDY_UNMOUNT);
	}
	if (!keeper->file) {
		task_to_end(run, ledger, keeper->task);
		return NEED(REMEDY_TASK);
	}
	if (kept_file_is_of_members(run, ledger, kept, keeper->file))
		return NEED(REMEDY_TASK);
	open_file_to_close(run, ledger, keeper->file);
	return NEED(REMEDY_CLOSE);
}

static void mount_words(struct run *run, struct paths *paths, kaddr_t mount, char *words,
			size_t room)
{
	struct name name = { 0 };
	char *escaped;
	kaddr_t ns;

	if (paths_of_mount(run, paths, mount, &name)) {
		escaped = arena_alloc(&run->arena, 4 * name.path_len + 1);
		escape(name.path, name.path_len, escaped);
		snprintf(words, room, "mount %llx at %s", (unsigned long long)mount, escaped);
	} else if (read_member(run, mount, run->layout->mount_ns, &ns) && ns) {
		snprintf(words, room, "mount %llx in mnt_namespace %llx", (unsigned long long)mount,
			 (unsigned long long)ns);
	} else {
		snprintf(words, room, "mount %llx, detached", (unsigned long long)mount);
	}
}

static void file_words(struct run *run, const struct open_file *file, char *words, size_t room)
{
	static const char *const of[OPEN_KINDS] = {
		[OPEN_KERNFS] = " of cgroupfs",
		[OPEN_SOCKET] = " of a socket",
	};
	const int len = snprintf(words, room, "file %llx%s, ", (unsigned long long)file->file,
				 of[file->kind] ? of[file->kind] : "");

	open_file_words(run, file, words + len, room - len);
}

static void task_keeper_words(struct run *run, kaddr_t task, char *words, size_t room)
{
	char name[96];

	task_words(run, task, name, sizeof(name));
	snprintf(words, room, "of %s, task %llx", name, (unsigned long long)task);
}

void keeper_behind(struct run *run, struct ledger *ledger, struct paths *paths, struct shelf shelf,
		   const struct kept *kept, const struct keeper *keeper)
{
	char words[WORDS_ROOM];

	if (!ledger->detailed)
		return;
	if (keeper->file)
		file_words(run, keeper->file, words, sizeof(words));
	else if (keeper->mount)
		mount_words(run, paths, keeper->mount, words, sizeof(words));
	else
		task_keeper_words(run, keeper->task, words, sizeof(words));
	ledger_add_behind(ledger, shelf.kind, shelf.holder, kept->type, kept->addr,
			  ledger_words(ledger, words));
}
