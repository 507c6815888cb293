// SPDX-License-Identifier: GPL-2.0-or-later
/* Which evidence counts, on a kernel of a few words: ages.c and clock.c as they stand. */
#include "test.h"

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/ages.h"
#include "zmemcg/inventory.h"
#include "zmemcg/nodes.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"
#include "zmemcg/xattrs.h"

#define HZ	100
#define NOW	2000000000ll		/* of the wall clock */
#define UP	1000000ull		/* seconds */
#define JIFFIES	((uint64_t)(uint32_t)(-300 * HZ) + UP * HZ)
#define SCHED	(UP * 1000000000ull)

/* Where things are: a page each, and members at their own offsets in it. */
enum {
	ROOT = 0x1000, CLOCKS = 0x2000, MEMCG = 0x3000, CGROUP = 0x4000, KN = 0x5000, IATTR = 0x6000,
	PSI = 0x7000, PCPU = 0x8000, NODE = 0x9000,
};

enum { AT_JIFFIES = 8, AT_TICK = 16, AT_RQ = 24 };

enum { PRESSURE = 16, DIRTY = 24, EVENTS = 32, POPULATED = 40, PSI_POINTER = 48, KN_IATTR = 56,
       MTIME = 64, ATIME = 80, UID = 96, LAST_UPDATE = 104, PSI_PERCPU = 112, STATE_START = 120, GENERATIONS = 128 };

static uint64_t memory[0x1400];		/* words of 8 bytes, up to 0xa000 */
static struct run run;
static struct layout layout;

static void put(kaddr_t at, uint64_t value)
{
	memory[at / 8] = value;
}

static uint64_t jiffies_before(int64_t seconds)
{
	return JIFFIES - seconds * HZ;
}

static uint64_t sched_before(int64_t seconds)
{
	return SCHED - seconds * 1000000000ull;
}

bool read_member(struct run *r, kaddr_t object, struct member member, uint64_t *value)
{
	(void)r;
	if (!member.known)
		return false;
	assert_in_range(object, 0x1000, 0x9fff);
	*value = memory[(object + member.offset) / 8];
	return true;
}

void run_check(struct run *r)
{
	(void)r;
}

kaddr_t memcg_node(struct run *r, const struct memcg *memcg, uint64_t node)
{
	(void)r;
	(void)memcg;
	return node ? 0 : NODE;
}

struct name kernfs_xattr(struct run *r, kaddr_t kn, const char *name)
{
	(void)r;
	(void)kn;
	(void)name;
	return (struct name){ 0 };
}

bool session_live(void)
{
	return false;
}

int64_t session_now(void)
{
	return NOW;
}

unsigned int session_hz(void)
{
	return 1000;		/* as crash guesses */
}

int session_cpus(void)
{
	return 2;
}

kaddr_t session_percpu(kaddr_t symbol, int cpu)
{
	return symbol + 0x400 * cpu;
}

static struct member word_at(int offset)
{
	return (struct member){ true, offset, 8 };
}

/* A kernel that has all, and a removed memcg on v2 of which all is known: each thing a day before the other. */
enum { REMOVED = 86400, RAN = 2 * 86400 - 10, LEFT = 2 * 86400, EVENT = 3 * 86400, MADE = 4 * 86400 };

static struct memcg start(void)
{
	memset(memory, 0, sizeof(memory));
	layout = (struct layout){
		.memory_cgrp_subsys = ROOT, .subsys_root = word_at(0), .cgrp_dfl_root = 0xd,
		.jiffies_64 = CLOCKS + AT_JIFFIES, .tick_nsec = CLOCKS + AT_TICK,
		.runqueues = CLOCKS, .rq_clock = word_at(AT_RQ),
		.memcg_socket_pressure = word_at(PRESSURE),
		.memcg_cgwb_domain = word_at(0), .domain_dirty_limit_tstamp = word_at(DIRTY),
		.memcg_events_file = word_at(EVENTS), .cgroup_events_file = word_at(POPULATED),
		.file_notified_at = word_at(0), .cgroup_psi = word_at(PSI_POINTER), .kn_iattr = word_at(KN_IATTR),
		.iattr_mtime = word_at(MTIME), .iattr_atime = word_at(ATIME), .iattr_uid = word_at(UID),
		.psi_avg_last_update = word_at(LAST_UPDATE), .psi_pcpu = word_at(PSI_PERCPU),
		.psi_state_start = word_at(STATE_START),
		.pn_lruvec = word_at(0), .lruvec_lrugen = word_at(0),
		.lrugen_timestamps = { true, GENERATIONS, 2 * sizeof(long) },
	};
	run.layout = &layout;
	put(ROOT, 0xd);
	put(CLOCKS + AT_JIFFIES, JIFFIES);
	put(CLOCKS + AT_TICK, 1000000000 / HZ);
	put(CLOCKS + AT_RQ, SCHED - 5);
	put(CLOCKS + 0x400 + AT_RQ, SCHED);
	put(MEMCG + PRESSURE, jiffies_before(MADE));
	put(MEMCG + DIRTY, jiffies_before(MADE));
	put(MEMCG + EVENTS, jiffies_before(EVENT));
	put(CGROUP + POPULATED, jiffies_before(LEFT));
	put(CGROUP + PSI_POINTER, PSI);
	put(KN + KN_IATTR, IATTR);
	put(IATTR + MTIME, NOW - REMOVED);
	put(IATTR + ATIME, NOW - MADE + 60);
	put(IATTR + UID, 1000);
	put(PSI + LAST_UPDATE, sched_before(MADE));
	put(PSI + PSI_PERCPU, PCPU);
	put(PCPU + STATE_START, sched_before(RAN + 5));
	put(PCPU + 0x400 + STATE_START, sched_before(RAN));
	put(NODE + GENERATIONS, jiffies_before(EVENT));
	put(NODE + GENERATIONS + sizeof(long), jiffies_before(MADE - 60));
	return (struct memcg){
		.addr = MEMCG, .css = MEMCG, .serial = 7, .cgroup = CGROUP, .kn = KN, .state = MEMCG_ZOMBIE, .cgroup_removed = true,
	};
}

static struct memcg noted(struct memcg memcg)
{
	const struct clock clock = clock_read(&run);

	ages_note(&run, &clock, &memcg);
	return memcg;
}

static void is_dated(struct dated date, enum evidence evidence, int64_t ago, const char *field)
{
	assert_int_equal(date.evidence, evidence);
	assert_int_equal(NOW - date.at, ago);
	assert_string_equal(date.field, field);
}

static void the_tick_says_how_many_are_in_a_second(void **state)
{
	struct clock clock;

	(void)state;
	start();
	clock = clock_read(&run);
	assert_int_equal(clock.hz, HZ);
	assert_true(clock.wall == NOW && clock.jiffies == JIFFIES && clock.sched_ns == SCHED);
	put(CLOCKS + AT_TICK, 1000123);		/* stretched: crash's 1000 */
	assert_int_equal(clock_read(&run).hz, 1000);
	layout.tick_nsec = 0;			/* since 6.13 */
	layout.timekeeper_data = CLOCKS;
	layout.tk_data_timekeeper = word_at(0);
	layout.timekeeper_xtime_sec = word_at(32);
	layout.timekeeper_ntp_tick = word_at(40);
	put(CLOCKS + 32, NOW + 1);
	put(CLOCKS + 40, 4000000ull << 32 | 12345);
	assert_int_equal(clock_read(&run).hz, 250);
	assert_true(clock_read(&run).wall == NOW + 1);
	layout.jiffies_64 = 0;
	assert_int_equal(clock_read(&run).hz, 0);
}

static void the_best_source_that_is_there_counts(void **state)
{
	struct memcg memcg = start(), result = noted(memcg);

	(void)state;
	is_dated(result.removed, EVIDENCE_REMOVAL, REMOVED, "kernfs_iattrs.ia_mtime");
	assert_false(is_inferred(&result.removed));
	assert_int_equal(evidence_mark(&result.removed), '\0');
	is_dated(result.created, EVIDENCE_CREATION, MADE, "mem_cgroup.socket_pressure");

	put(KN + KN_IATTR, 0);			/* root's plain mkdir */
	result = noted(memcg);
	is_dated(result.removed, EVIDENCE_LAST_TASK, LEFT, "cgroup.events_file.notified_at");
	assert_true(is_inferred(&result.removed));
	assert_int_equal(evidence_mark(&result.removed), '~');

	layout.file_notified_at.known = false;
	is_dated(noted(memcg).removed, EVIDENCE_ACTIVITY, RAN, "psi_group_cpu.state_start");

	layout.file_notified_at.known = true;
	put(CGROUP + POPULATED, 0);		/* no task was ever in it */
	put(CGROUP + PSI_POINTER, 0);		/* psi=0 */
	is_dated(noted(memcg).removed, EVIDENCE_ACTIVITY, EVENT, "mem_cgroup.events_file.notified_at");

	put(MEMCG + EVENTS, 0);
	result = noted(memcg);
	assert_true(result.removed.at == NEVER && result.removed.evidence == EVIDENCE_NONE);
	assert_false(is_inferred(&result.removed));
	is_dated(result.created, EVIDENCE_CREATION, MADE, "mem_cgroup.socket_pressure");
}

/* v1: nothing but its creation. */
static struct memcg start_v1(void)
{
	struct memcg memcg = start();

	put(ROOT, 0x1);
	put(KN + KN_IATTR, 0);
	put(CGROUP + POPULATED, 0);
	put(MEMCG + EVENTS, 0);
	return memcg;
}

static struct memcg settled(struct memcg memcg, const struct memcg *older, const struct memcg *younger)
{
	struct memcg copies[] = { younger ? *younger : memcg, memcg, older ? *older : memcg };
	struct memcg *list[] = { &copies[0], &copies[1], &copies[2] };
	struct inventory inventory = { .memcgs = list, .count = 3 };

	ages_settle(&run, &inventory);
	arena_free(&run.arena);
	return copies[1];
}

static void on_v1_the_creation_is_all_there_is(void **state)
{
	struct memcg memcg = noted(start_v1());

	(void)state;
	assert_true(memcg.removed.at == NEVER);
	memcg = settled(memcg, NULL, NULL);
	is_dated(memcg.removed, EVIDENCE_CREATION, MADE, "mem_cgroup.socket_pressure");
	assert_true(is_inferred(&memcg.removed));
}

static void where_two_stamps_differ_all_are_asked(void **state)
{
	struct memcg memcg = start_v1();

	(void)state;
	put(MEMCG + PRESSURE, jiffies_before(60));		/* reclaim was there */
	is_dated(noted(memcg).created, EVIDENCE_CREATION, MADE, "wb_domain.dirty_limit_tstamp");
	put(MEMCG + DIRTY, jiffies_before(3000));
	is_dated(noted(memcg).created, EVIDENCE_CREATION, MADE, "psi_group.avg_last_update");
	put(CGROUP + PSI_POINTER, 0);
	is_dated(noted(memcg).created, EVIDENCE_CREATION, MADE - 60, "lruvec.lrugen.timestamps");
	layout.lrugen_timestamps.known = false;
	put(KN + KN_IATTR, IATTR);
	memcg.cgroup_removed = false;
	is_dated(noted(memcg).created, EVIDENCE_CREATION, MADE - 60, "kernfs_iattrs.ia_atime");
}

static void psi_dates_the_creation_on_v1_alone(void **state)
{
	struct memcg memcg = start();

	(void)state;
	layout.memcg_socket_pressure.known = layout.memcg_cgwb_domain.known = false;
	layout.lrugen_timestamps.known = layout.iattr_atime.known = false;
	put(KN + KN_IATTR, 0);
	put(CGROUP + POPULATED, 0);
	put(MEMCG + EVENTS, 0);
	layout.psi_state_start.known = false;
	assert_true(noted(memcg).created.at == NEVER);
	put(ROOT, 0x1);
	is_dated(noted(memcg).created, EVIDENCE_CREATION, MADE, "psi_group.avg_last_update");
	layout.cgroup_psi = (struct member){ true, PSI_POINTER, 700 };	/* in the cgroup, until 5.19 */
	put(CGROUP + PSI_POINTER + LAST_UPDATE, sched_before(MADE + 7));
	is_dated(noted(memcg).created, EVIDENCE_CREATION, MADE + 7, "psi_group.avg_last_update");
}

static void a_stamp_that_moved_is_dated_by_serial_numbers(void **state)
{
	struct memcg memcg = start_v1(), older, younger;

	(void)state;
	memcg.serial = 6;
	put(MEMCG + PRESSURE, jiffies_before(MADE + 100));
	put(MEMCG + DIRTY, jiffies_before(MADE + 100));
	older = noted(memcg);
	memcg.serial = 8;
	put(MEMCG + PRESSURE, jiffies_before(MADE - 100));
	put(MEMCG + DIRTY, jiffies_before(MADE - 100));
	younger = noted(memcg);
	memcg.serial = 7;
	put(MEMCG + PRESSURE, jiffies_before(5));
	put(MEMCG + DIRTY, jiffies_before(5));
	memcg = settled(noted(memcg), &older, &younger);
	is_dated(memcg.removed, EVIDENCE_SERIAL, MADE, "cgroup_subsys_state.serial_nr");
	assert_int_equal(evidence_mark(&memcg.removed), '?');
	memcg = start_v1();
	memcg.serial = 0;			/* not known */
	memcg = settled(noted(memcg), &older, &younger);
	is_dated(memcg.removed, EVIDENCE_CREATION, MADE, "mem_cgroup.socket_pressure");
}

static void nothing_is_created_after_its_removal(void **state)
{
	struct memcg memcg = start(), younger;

	(void)state;
	put(MEMCG + PRESSURE, jiffies_before(5));	/* a zombie that was reclaimed from */
	put(MEMCG + DIRTY, jiffies_before(5));
	memcg = noted(memcg);
	assert_true(memcg.created.at == NEVER);
	younger = memcg;
	younger.serial++;
	younger.created = younger.removed = (struct dated){ NOW - 10, EVIDENCE_CREATION, "" };
	memcg = settled(memcg, NULL, &younger);
	is_dated(memcg.created, EVIDENCE_SERIAL, REMOVED, "cgroup_subsys_state.serial_nr");
	is_dated(memcg.removed, EVIDENCE_REMOVAL, REMOVED, "kernfs_iattrs.ia_mtime");
}

static void what_the_clock_belies_is_no_evidence(void **state)
{
	struct memcg memcg = start();

	(void)state;
	put(IATTR + MTIME, NOW + 3600);			/* the clock was set back since */
	assert_int_equal(noted(memcg).removed.evidence, EVIDENCE_LAST_TASK);
	put(IATTR + MTIME, (uint64_t)-5);
	assert_int_equal(noted(memcg).removed.evidence, EVIDENCE_LAST_TASK);
	put(CGROUP + POPULATED, JIFFIES + 3600 * HZ);
	assert_int_equal(noted(memcg).removed.evidence, EVIDENCE_ACTIVITY);
}

static void a_cgroup_that_lives_says_nothing_of_its_dead_memcg(void **state)
{
	struct memcg memcg = start();

	(void)state;
	memcg.cgroup_removed = false;
	put(MEMCG + EVENTS, 0);
	assert_true(noted(memcg).removed.at == NEVER);
	memcg.state = MEMCG_ONLINE;
	put(MEMCG + EVENTS, jiffies_before(EVENT));
	memcg = settled(noted(memcg), NULL, NULL);
	assert_true(memcg.removed.at == NEVER);
	assert_true(memcg.created.at == NOW - MADE);
}

static void a_life_has_all_of_it(void **state)
{
	struct memcg memcg = noted(start());
	const struct clock clock = clock_read(&run);
	const struct life life = ages_life(&run, &clock, &memcg);

	(void)state;
	is_dated(life.last_task, EVIDENCE_LAST_TASK, LEFT, "cgroup.events_file.notified_at");
	is_dated(life.activity, EVIDENCE_ACTIVITY, RAN, "psi_group_cpu.state_start");
	is_dated(life.created, EVIDENCE_CREATION, MADE, "mem_cgroup.socket_pressure");
	assert_true(life.has_owner && life.owner == 1000);
	assert_null(life.invocation_id.path);
}

static void a_cgroup_without_its_memcg_has_a_date(void **state)
{
	const struct clock clock = (start(), clock_read(&run));
	const struct dated removed = ages_of_cgroup(&run, &clock, KN, CGROUP);

	(void)state;
	is_dated(removed, EVIDENCE_REMOVAL, REMOVED, "kernfs_iattrs.ia_mtime");
}

static void every_evidence_has_a_word(void **state)
{
	(void)state;
	for (int i = 0; i < EVIDENCE_NONE; i++)
		assert_non_null(evidence_word(i));
	assert_null(evidence_word(EVIDENCE_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tick_says_how_many_are_in_a_second),
		cmocka_unit_test(the_best_source_that_is_there_counts),
		cmocka_unit_test(on_v1_the_creation_is_all_there_is),
		cmocka_unit_test(where_two_stamps_differ_all_are_asked),
		cmocka_unit_test(psi_dates_the_creation_on_v1_alone),
		cmocka_unit_test(a_stamp_that_moved_is_dated_by_serial_numbers),
		cmocka_unit_test(nothing_is_created_after_its_removal),
		cmocka_unit_test(what_the_clock_belies_is_no_evidence),
		cmocka_unit_test(a_cgroup_that_lives_says_nothing_of_its_dead_memcg),
		cmocka_unit_test(a_life_has_all_of_it),
		cmocka_unit_test(a_cgroup_without_its_memcg_has_a_date),
		cmocka_unit_test(every_evidence_has_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
