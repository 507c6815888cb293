// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/ages.h"

#include "zmemcg/access.h"
#include "zmemcg/births.h"
#include "zmemcg/inventory.h"
#include "zmemcg/run.h"
#include "zmemcg/xattrs.h"

static struct dated none(void)
{
	return (struct dated){ .at = NEVER, .evidence = EVIDENCE_NONE };
}

static struct dated ask(struct run *run, const struct clock *clock, const struct memcg *memcg,
			const struct source *source)
{
	struct dated date = { .evidence = source->evidence, .field = source->field };

	return source->date(run, clock, memcg, &date.at) ? date : none();
}

/* Of the sources of such evidence, the first that has a date. */
static struct dated first_of(struct run *run, const struct clock *clock,
			     const struct memcg *memcg, enum evidence from, enum evidence to)
{
	struct dated date = none();

	for (size_t i = 0; i < source_count && date.at == NEVER; i++) {
		if (sources[i].evidence >= from && sources[i].evidence <= to)
			date = ask(run, clock, memcg, &sources[i]);
	}
	return date;
}

static struct dated earlier(struct dated a, struct dated b)
{
	return b.at == NEVER || (a.at != NEVER && a.at <= b.at) ? a : b;
}

/* Nothing moves both of the near ones together, so where they agree they are right. */
static struct dated creation(struct run *run, const struct clock *clock,
			     const struct memcg *memcg, bool from_afar)
{
	struct dated earliest = none(), date;
	bool agreed = false;

	for (size_t i = 0; i < source_count && !agreed; i++) {
		if (sources[i].evidence != EVIDENCE_CREATION ||
		    !(sources[i].near || from_afar))
			continue;
		date = ask(run, clock, memcg, &sources[i]);
		if (date.at == NEVER)
			continue;
		agreed = sources[i].near && earliest.at != NEVER &&
			 date.at - earliest.at <= DATE_SLACK && earliest.at - date.at <= DATE_SLACK;
		earliest = earlier(earliest, date);
	}
	return earliest;
}

static bool needs_creation(const struct memcg *memcg)
{
	return memcg->state != MEMCG_ONLINE && memcg->removed.at == NEVER;
}

void ages_note(struct run *run, const struct clock *clock, struct memcg *memcg)
{
	memcg->removed = memcg->state == MEMCG_ONLINE ? none() :
			 first_of(run, clock, memcg, EVIDENCE_REMOVAL, EVIDENCE_ACTIVITY);
	memcg->created = creation(run, clock, memcg, needs_creation(memcg));
	/* Then it was moved after the removal. */
	if (memcg->removed.at != NEVER && memcg->created.at > memcg->removed.at + DATE_SLACK)
		memcg->created = none();
}

/* Of those whose place in the order is known. Returns how many. */
static size_t list_births(struct run *run, const struct inventory *inventory, struct birth *births)
{
	size_t count = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct memcg *memcg = inventory->memcgs[i];

		run_check(run);
		if (memcg->serial)
			births[count++] = (struct birth){
				.serial = memcg->serial,
				.date = memcg->created.at,
				.owner = i,
			};
	}
	return count;
}

static void take_birth(struct memcg *memcg, const struct birth *birth)
{
	const bool late = memcg->removed.at != NEVER && birth->date > memcg->removed.at;

	if (!birth->interpolated)
		return;
	memcg->created = (struct dated){
		.at = late ? memcg->removed.at : birth->date,
		.evidence = EVIDENCE_SERIAL,
		.field = "cgroup_subsys_state.serial_nr",
	};
}

void ages_settle(struct run *run, struct inventory *inventory)
{
	struct birth *births = arena_alloc(&run->arena, inventory->count * sizeof(*births));
	const size_t count = list_births(run, inventory, births);

	births_settle(births, count);
	for (size_t i = 0; i < count; i++)
		take_birth(inventory->memcgs[births[i].owner], &births[i]);
	for (size_t i = 0; i < inventory->count; i++) {
		struct memcg *memcg = inventory->memcgs[i];

		if (needs_creation(memcg))
			memcg->removed = memcg->created;
	}
}

struct dated ages_of_cgroup(struct run *run, const struct clock *clock, kaddr_t kn,
			    kaddr_t cgroup)
{
	const struct memcg gone = { .kn = kn, .cgroup = cgroup, .cgroup_removed = true };

	return first_of(run, clock, &gone, EVIDENCE_REMOVAL, EVIDENCE_ACTIVITY);
}

/* src/core/cgroup.c of systemd: in its own hierarchy, that of cgroup v2. */
static struct name invocation_id(struct run *run, const struct memcg *memcg)
{
	const struct name id = kernfs_xattr(run, memcg->kn, "trusted.invocation_id");

	return id.path ? id : kernfs_xattr(run, memcg->kn, "user.invocation_id");
}

static bool owner_of(struct run *run, const struct memcg *memcg, uint64_t *uid)
{
	struct member kuid = run->layout->iattr_uid;
	kaddr_t iattr;

	kuid.size = sizeof(uint32_t);	/* of a nested name it is not known */
	return memcg->kn && kuid.known &&
	       read_member(run, memcg->kn, run->layout->kn_iattr, &iattr) && iattr &&
	       read_member(run, iattr, kuid, uid);
}

struct life ages_life(struct run *run, const struct clock *clock, const struct memcg *memcg)
{
	struct life life = {
		.last_task = first_of(run, clock, memcg, EVIDENCE_LAST_TASK, EVIDENCE_LAST_TASK),
		.activity = first_of(run, clock, memcg, EVIDENCE_ACTIVITY, EVIDENCE_ACTIVITY),
		.created = earlier(creation(run, clock, memcg, true), memcg->created),
		.invocation_id = invocation_id(run, memcg),
	};

	life.has_owner = owner_of(run, memcg, &life.owner);
	return life;
}
