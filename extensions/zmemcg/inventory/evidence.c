// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/evidence.h"

#include "zmemcg/access.h"
#include "zmemcg/clock.h"
#include "zmemcg/inventory.h"
#include "zmemcg/nodes.h"
#include "zmemcg/run.h"
#include "zmemcg/session.h"

/* kernfs_iattrs: where somebody set attributes, or who was not root made the directory. */
static bool iattr_time(struct run *run, const struct clock *clock, const struct memcg *memcg,
		       struct member timespec, int64_t *date)
{
	kaddr_t iattr;
	uint64_t seconds;

	timespec.size = sizeof(int64_t);	/* struct timespec64: seconds first */
	if (!memcg->kn || !timespec.known ||
	    !read_member(run, memcg->kn, run->layout->kn_iattr, &iattr) || !iattr ||
	    !read_member(run, iattr, timespec, &seconds) ||
	    seconds > (uint64_t)(clock->wall + DATE_SLACK))	/* the clock was set back since */
		return false;
	*date = (int64_t)seconds;
	return true;
}

/*
 * rmdir takes the cgroup's files away first, which stamps their directory: fs/kernfs/dir.c
 * 6.1 __kernfs_remove().
 */
static bool removal(struct run *run, const struct clock *clock, const struct memcg *memcg,
		    int64_t *date)
{
	return memcg->cgroup_removed &&
	       iattr_time(run, clock, memcg, run->layout->iattr_mtime, date);
}

/* fs/kernfs/inode.c 6.1 __kernfs_iattrs(): of the first who set an attribute. */
static bool first_attribute(struct run *run, const struct clock *clock,
			    const struct memcg *memcg, int64_t *date)
{
	return iattr_time(run, clock, memcg, run->layout->iattr_atime, date);
}

/* jiffies in a member; 0 is none. */
static bool jiffies_at(struct run *run, const struct clock *clock, kaddr_t object,
		       struct member stamp, int64_t *date)
{
	uint64_t jiffies;

	return object && read_member(run, object, stamp, &jiffies) && jiffies &&
	       clock_of_jiffies(clock, jiffies, stamp.size, date);
}

/* kernel/cgroup/cgroup.c 6.1 cgroup_file_notify(): of a file that is there, on v2. */
static bool notified(struct run *run, const struct clock *clock, kaddr_t object,
		     struct member file, int64_t *date)
{
	return object && file.known &&
	       jiffies_at(run, clock, object + file.offset, run->layout->file_notified_at, date);
}

/*
 * cgroup.events: kernel/cgroup/cgroup.c 6.1 cgroup_update_populated(). A cgroup that lives
 * goes on without its memcg.
 */
static bool last_populated(struct run *run, const struct clock *clock,
			   const struct memcg *memcg, int64_t *date)
{
	return memcg->cgroup_removed &&
	       notified(run, clock, memcg->cgroup, run->layout->cgroup_events_file, date);
}

/* memory.events: include/linux/memcontrol.h 6.1 memcg_memory_event(). */
static bool last_memory_event(struct run *run, const struct clock *clock,
			      const struct memcg *memcg, int64_t *date)
{
	return notified(run, clock, memcg->addr, run->layout->memcg_events_file, date);
}

/* cgroup.psi: in the cgroup itself before 6.0, a pointer since (5f69a6577bc3). */
static kaddr_t psi_of(struct run *run, const struct memcg *memcg)
{
	const struct layout *l = run->layout;
	kaddr_t psi;

	if (!memcg->cgroup || !l->cgroup_psi.known || !l->psi_avg_last_update.known)
		return 0;
	if (l->cgroup_psi.size != sizeof(long))
		return memcg->cgroup + l->cgroup_psi.offset;
	return read_member(run, memcg->cgroup, l->cgroup_psi, &psi) ? psi : 0;
}

/* Whether the memory controller is in the hierarchy of v2: include/linux/cgroup.h 6.1 cgroup_on_dfl(). */
static bool is_v2(struct run *run)
{
	kaddr_t root;

	return run->layout->cgrp_dfl_root &&
	       read_member(run, run->layout->memory_cgrp_subsys, run->layout->subsys_root, &root) &&
	       root == run->layout->cgrp_dfl_root;
}

/* kernel/sched/psi.c 6.1 psi_group_change(): on each CPU, when a task last slept, woke or moved. */
static bool last_task_ran(struct run *run, const struct clock *clock,
			  const struct memcg *memcg, int64_t *date)
{
	const struct layout *l = run->layout;
	uint64_t latest = 0, ns;
	kaddr_t psi, percpu;

	if (!memcg->cgroup_removed || !l->psi_state_start.known || !is_v2(run))
		return false;
	psi = psi_of(run, memcg);
	if (!psi || !read_member(run, psi, l->psi_pcpu, &percpu) || !percpu)
		return false;
	for (int cpu = 0; cpu < session_cpus(); cpu++) {
		const kaddr_t of_cpu = session_percpu(percpu, cpu);

		if (of_cpu && read_member(run, of_cpu, l->psi_state_start, &ns) && ns > latest)
			latest = ns;
	}
	return clock_of_sched(clock, latest, date);
}

/* kernel/sched/psi.c 6.1 group_init(); on v1, where no task is followed, nothing moves it. */
static bool psi_made(struct run *run, const struct clock *clock, const struct memcg *memcg,
		     int64_t *date)
{
	uint64_t ns;
	kaddr_t psi;

	if (is_v2(run))
		return false;
	psi = psi_of(run, memcg);
	return psi && read_member(run, psi, run->layout->psi_avg_last_update, &ns) &&
	       clock_of_sched(clock, ns, date);
}

/*
 * mm/memcontrol.c 6.1 mem_cgroup_css_online(), 6.12 mem_cgroup_css_alloc(); moved by
 * mm/vmpressure.c vmpressure().
 */
static bool socket_pressure(struct run *run, const struct clock *clock,
			    const struct memcg *memcg, int64_t *date)
{
	return jiffies_at(run, clock, memcg->addr, run->layout->memcg_socket_pressure, date);
}

/* mm/page-writeback.c 6.1 wb_domain_init(); moved by domain_update_dirty_limit(). */
static bool dirty_limit(struct run *run, const struct clock *clock, const struct memcg *memcg,
			int64_t *date)
{
	const struct layout *l = run->layout;

	return l->memcg_cgwb_domain.known &&
	       jiffies_at(run, clock, memcg->addr + l->memcg_cgwb_domain.offset,
			  l->domain_dirty_limit_tstamp, date);
}

/* The oldest of a few generations: mm/vmscan.c 6.1 lru_gen_init_lruvec(), inc_max_seq(). */
static bool oldest_generation(struct run *run, const struct clock *clock,
			      const struct memcg *memcg, int64_t *date)
{
	const struct layout *l = run->layout;
	const int generations = l->lrugen_timestamps.size / (int)sizeof(long);
	const kaddr_t pn = memcg_node(run, memcg, 0);
	struct member stamp = l->lrugen_timestamps;
	int64_t oldest = INT64_MAX, one;

	if (!pn || !l->lruvec_lrugen.known || !stamp.known)
		return false;
	stamp.size = sizeof(long);
	stamp.offset += l->pn_lruvec.offset + l->lruvec_lrugen.offset;
	for (int i = 0; i < generations; i++, stamp.offset += (int)sizeof(long)) {
		if (jiffies_at(run, clock, pn, stamp, &one) && one < oldest)
			oldest = one;
	}
	*date = oldest;
	return oldest != INT64_MAX;
}

const struct source sources[] = {
	{ EVIDENCE_REMOVAL, "kernfs_iattrs.ia_mtime", removal, false },
	{ EVIDENCE_LAST_TASK, "cgroup.events_file.notified_at", last_populated, false },
	{ EVIDENCE_ACTIVITY, "psi_group_cpu.state_start", last_task_ran, false },
	{ EVIDENCE_ACTIVITY, "mem_cgroup.events_file.notified_at", last_memory_event, false },
	{ EVIDENCE_CREATION, "mem_cgroup.socket_pressure", socket_pressure, true },
	{ EVIDENCE_CREATION, "wb_domain.dirty_limit_tstamp", dirty_limit, true },
	{ EVIDENCE_CREATION, "psi_group.avg_last_update", psi_made, false },
	{ EVIDENCE_CREATION, "lruvec.lrugen.timestamps", oldest_generation, false },
	{ EVIDENCE_CREATION, "kernfs_iattrs.ia_atime", first_attribute, false },
};

const size_t source_count = sizeof(sources) / sizeof(sources[0]);

const char *evidence_word(enum evidence evidence)
{
	static const char *const words[] = {
		[EVIDENCE_REMOVAL] = "removal",
		[EVIDENCE_LAST_TASK] = "last task",
		[EVIDENCE_ACTIVITY] = "last activity",
		[EVIDENCE_CREATION] = "creation",
		[EVIDENCE_SERIAL] = "serial number",
		[EVIDENCE_NONE] = NULL,
	};

	return words[evidence];
}

bool is_inferred(const struct dated *date)
{
	return date->evidence != EVIDENCE_REMOVAL && date->evidence != EVIDENCE_NONE;
}

char evidence_mark(const struct dated *date)
{
	if (!is_inferred(date))
		return '\0';
	return date->evidence == EVIDENCE_SERIAL ? '?' : '~';
}
