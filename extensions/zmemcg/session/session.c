// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include <defs.h>

#include "zmemcg/session.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <time.h>

#include "zmemcg/answers.h"
#include "zmemcg/layout.h"

/* The size that the running crash gives to one of its tables. */
static size_t running_size(const void *table)
{
	ElfW(Sym) *symbol = NULL;
	Dl_info info;

	if (!dladdr1(table, &info, (void **)&symbol, RTLD_DL_SYMENT) || !symbol)
		return 0;
	return symbol->st_size;
}

/*
 * crash appends to most of its tables, so an object built for an older crash
 * fits a newer one; program_context and kernel_table have lost members in the
 * middle, so they must agree.
 */
bool session_fits(void)
{
	bool fits = running_size(pc) == sizeof(struct program_context) &&
		    running_size(kt) == sizeof(struct kernel_table) &&
		    running_size(vt) >= sizeof(struct vm_table) &&
		    running_size(machdep) >= sizeof(struct machdep_table);

	if (!fits)
		error(INFO, "zmemcg was built for another version of crash than %s: "
		      "build it again with this crash's defs.h (make CRASH_INC=DIR)\n",
		      pc->program_version);
	return fits;
}

/* Types that were asked for, each once: of one that is absent crash looks through all that there are, 43 ms. */
#define TYPES	256

static bool has_type(const char *type)
{
	static struct {
		const char *name;	/* of a row, which stays */
		bool exists;
	} types[TYPES];
	static size_t count;
	bool exists;

	for (size_t i = 0; i < count; i++) {
		if (!strcmp(types[i].name, type))
			return types[i].exists;
	}
	exists = STRUCT_EXISTS((char *)type);
	if (count < TYPES) {
		types[count].name = type;
		types[count++].exists = exists;
	}
	return exists;
}

static bool find_member(void *from, const char *type, const char *name,
			struct member *found)
{
	/* Inside a member whose type has no name crash has to ask gdb: 24 ms. */
	const bool nested = strchr(name, '.');
	long offset;

	(void)from;
	if (!has_type(type))
		return false;
	offset = nested ? ANON_MEMBER_OFFSET((char *)type, (char *)name) :
			  MEMBER_OFFSET((char *)type, (char *)name);
	if (offset < 0)
		return false;
	*found = (struct member){ true, offset, nested ? (long)sizeof(long) :
				  MEMBER_SIZE((char *)type, (char *)name) };
	return true;
}

static bool find_size(void *from, const char *type, long *bytes)
{
	(void)from;
	*bytes = STRUCT_SIZE((char *)type);
	return *bytes > 0;
}

static bool find_symbol(void *from, const char *name, kaddr_t *value)
{
	(void)from;
	if (!kernel_symbol_exists((char *)name))
		return false;
	*value = symbol_value((char *)name);
	return true;
}

static bool find_enumerator(void *from, const char *name, long *value)
{
	(void)from;
	return enumerator_value((char *)name, value);
}

/* "NUMBER(NAME)=-129" in the dump's vmcoreinfo note. */
static bool find_number(void *from, const char *name, long *value)
{
	char key[128], *text;

	(void)from;
	snprintf(key, sizeof(key), "NUMBER(%s)", name);
	text = pc->read_vmcoreinfo(key);
	if (!text)
		return false;
	*value = strtol(text, NULL, 0);
	free(text);
	return true;
}

static struct answers answers;

const struct layout *session_layout(unsigned int needs)
{
	static const struct layout_lookup crash_lookup = {
		.member = find_member,
		.size = find_size,
		.symbol = find_symbol,
		.enumerator = find_enumerator,
		.number = find_number,
	};
	static struct layout layout;
	const struct layout_lookup lookup = answers_recorder(&answers, &crash_lookup);
	static unsigned int resolved;
	static bool begun;

	if (!begun)
		layout_resolve(&layout, &lookup);
	begun = true;
	layout_resolve_for(&layout, &lookup, needs & ~resolved);
	resolved |= needs;
	return &layout;
}

const struct answers *session_answers(void)
{
	return &answers;
}

const char *session_release(void)
{
	return kt->utsname.release;
}

const char *session_machine(void)
{
	return kt->utsname.machine;
}

int session_page_size(void)
{
	return PAGESIZE();
}

int64_t session_now(void)
{
	return session_live() ? time(NULL) : kt->date.tv_sec;
}

unsigned int session_hz(void)
{
	return machdep->hz;
}

bool session_live(void)
{
	return LIVE();
}

int session_cpus(void)
{
	return kt->cpus;
}

kaddr_t session_percpu(kaddr_t symbol, int cpu)
{
	if ((kt->flags & SMP) && (kt->flags & PER_CPU_OFF))
		return symbol + kt->__per_cpu_offset[cpu];
	return cpu ? 0 : symbol;
}
