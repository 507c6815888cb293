// SPDX-License-Identifier: GPL-2.0-or-later
/* Who has an mm: of threads one for their process, and no thread of the kernel, which only borrows it. */
#include "test.h"

#include "flat_memory.h"
#include "zmemcg/sharers.h"
#include "zmemcg/tasks.h"

enum { TASKS = 0x1000, TASK_BYTES = 0x100, SIGNAL = 0, MM = 8, FLAGS = 16, FILES = 24, NSPROXY = 32 };

enum { AN_MM = 0x9000, A_TABLE = 0x9100, PF_KTHREAD = 0x00200000, PF_WORKER = 0x00004000 };

static struct layout layout;
static struct run run;
static int task_count;

void tasks_visit(struct run *r, void (*visit)(struct run *r, void *arg, kaddr_t task), void *arg)
{
	for (int n = 0; n < task_count; n++)
		visit(r, arg, TASKS + n * TASK_BYTES);
}

static kaddr_t put_task(uint64_t signal, uint64_t flags)
{
	const kaddr_t task = TASKS + task_count++ * TASK_BYTES;

	put(task + SIGNAL, signal, 8);
	put(task + MM, AN_MM, 8);
	put(task + FLAGS, flags, 4);
	put(task + FILES, A_TABLE, 8);
	return task;
}

#define MEMBER(at, bytes)	((struct member){ .known = true, .offset = (at), .size = (bytes) })

static int setup(void **state)
{
	(void)state;
	layout = (struct layout){
		.task_signal = MEMBER(SIGNAL, 8), .task_mm = MEMBER(MM, 8), .task_flags = MEMBER(FLAGS, 4),
		.task_files = MEMBER(FILES, 8), .task_nsproxy = MEMBER(NSPROXY, 8),
	};
	run = (struct run){ .layout = &layout };
	task_count = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(&run.arena);
	memset(memory, 0, sizeof(memory));
	return 0;
}

static void one_of_each_process(void **state)
{
	const kaddr_t first = put_task(0x5000, 0);
	const struct sharers *sharers;

	(void)state;
	put_task(0x5000, 0);
	put_task(0x5100, PF_WORKER);
	sharers = sharers_of_mm(sharing_of_tasks(&run), AN_MM);
	assert_int_equal(sharers->count, 2);
	assert_int_equal(sharers->tasks[0], first);
}

static void a_thread_of_the_kernel_borrows_it(void **state)
{
	const struct sharing *sharing;
	const struct sharers *tables;

	(void)state;
	put_task(0x5000, PF_KTHREAD | PF_WORKER);
	sharing = sharing_of_tasks(&run);
	assert_null(sharers_of_mm(sharing, AN_MM));
	tables = map_get(&sharing->tables.by_object, A_TABLE);
	assert_int_equal(tables->count, 1);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_of_each_process),
		TEST(a_thread_of_the_kernel_borrows_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
