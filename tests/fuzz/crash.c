// SPDX-License-Identifier: GPL-2.0-or-later
#include <defs.h>

#include <signal.h>

#include "crash.h"
#include "image.h"

/* Named as crash names them: the extension looks at their symbols' sizes. */
struct program_context program_context;
struct kernel_table kernel_table;
struct vm_table vm_table;
struct machdep_table machdep_table;

struct program_context *pc = &program_context;
struct kernel_table *kt = &kernel_table;
struct vm_table *vt = &vm_table;
struct machdep_table *machdep = &machdep_table;
FILE *fp;
char *args[MAXARGS];
int argcnt;

struct crash_ways crash_ways;

static struct command_table_entry *command;
static char *output;
static size_t output_len;

void register_extension(struct command_table_entry *table)
{
	command = table;
}

int error(int kind, char *format, ...)
{
	FILE *to = pc->error_path ? pc->error_fp : fp ? fp : stderr;
	va_list list;

	va_start(list, format);
	fputs("zmemcg: ", to);
	vfprintf(to, format, list);
	va_end(list);
	if (kind != FATAL)
		return 0;
	if (pc->flags & IN_FOREACH)
		longjmp(pc->foreach_loop_env, 1);
	RESTART();
}

/* The same bytes each time for one address: pointers to what is there, counts, zeros. */
static uint64_t noise_at(uint64_t address)
{
	uint64_t hash = (address ^ crash_ways.noise) * 0x9e3779b97f4a7c15ull;

	hash ^= hash >> 29;
	hash *= 0xbf58476d1ce4e5b9ull;
	hash ^= hash >> 32;
	switch (hash % 4) {
	case 0:
		return 0;
	case 1:
		return image.pages[hash / 4 % image.page_count].address + (hash >> 40) % IMAGE_PAGE;
	case 2:
		return hash / 4 % 300;
	default:
		return hash;
	}
}

static void make_noise(uint64_t address, char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++, address++)
		bytes[i] = (char)(noise_at(address & ~7ull) >> 8 * (address & 7));
}

static bool read_part(uint64_t address, char *bytes, size_t len)
{
	const struct image_page *page = image_page(address);

	if (page) {
		memcpy(bytes, page->bytes + address % IMAGE_PAGE, len);
		return !page->gone;
	}
	if (crash_ways.beyond == BEYOND_UNREADABLE || address < 0xffff800000000000ull)
		return false;
	if (crash_ways.beyond == BEYOND_NOISE)
		make_noise(address, bytes, len);
	else
		memset(bytes, 0, len);
	return true;
}

bool crash_is_flat(void)
{
	return crash_ways.flat;
}

bool crash_is_live(void)
{
	return crash_ways.live;
}

int readmem(ulonglong addr, int memtype, void *buffer, long size, char *type, ulong how)
{
	char *to = buffer;

	(void)memtype;
	(void)how;
	if (++crash_ways.reads == crash_ways.interrupt_at)
		raise(SIGINT);
	if (crash_ways.change && crash_ways.reads % crash_ways.change_every == 0)
		crash_ways.change();
	while (size > 0) {
		const long rest = IMAGE_PAGE - (long)(addr % IMAGE_PAGE);
		const long part = size < rest ? size : rest;

		if (!read_part(addr, to, part)) {
			if (crash_ways.gives_up)
				error(FATAL, "no page table for %llx (%s)\n", addr, type);
			return FALSE;
		}
		addr += part;
		to += part;
		size -= part;
	}
	return TRUE;
}

/* A section's address is, here, its place in the image's list plus 1. */
ulong valid_section_nr(ulong nr)
{
	for (size_t i = 0; i < image.section_count; i++) {
		if (image.sections[i].nr == nr)
			return i + 1;
	}
	return 0;
}

ulong section_mem_map_addr(ulong section, int raw);
ulong sparse_decode_mem_map(ulong coded_mem_map, ulong section_nr);

ulong section_mem_map_addr(ulong section, int raw)
{
	return raw ? image.sections[section - 1].flags : section;
}

ulong sparse_decode_mem_map(ulong coded_mem_map, ulong section_nr)
{
	(void)section_nr;
	return image.sections[coded_mem_map - 1].first;
}

static bool answer_of_member(const char *type, const char *member, uint64_t numbers[2])
{
	char key[256];

	snprintf(key, sizeof(key), "%s.%s", type, member);
	return image_answer(key, numbers);
}

static bool answer_of(const char *kind, const char *name, uint64_t *number)
{
	uint64_t numbers[2];
	char key[256];

	snprintf(key, sizeof(key), "%s %s", kind, name);
	if (!image_answer(key, numbers))
		return false;
	*number = numbers[0];
	return true;
}

long member_offset(const char *type, const char *member)
{
	uint64_t numbers[2];

	return answer_of_member(type, member, numbers) ? (long)numbers[0] : -1;
}

long member_size(const char *type, const char *member)
{
	uint64_t numbers[2];

	return answer_of_member(type, member, numbers) ? (long)numbers[1] : -1;
}

long struct_size(const char *type)
{
	uint64_t bytes;

	return answer_of("sizeof", type, &bytes) ? (long)bytes : -1;
}

/* A type is there when any of its members is. */
bool struct_exists(const char *type)
{
	return image_has_type(type) || struct_size(type) > 0;
}

int kernel_symbol_exists(char *name)
{
	uint64_t value;

	return answer_of("symbol", name, &value);
}

ulong symbol_value(char *name)
{
	uint64_t value = 0;

	answer_of("symbol", name, &value);
	return value;
}

int enumerator_value(char *name, long *value)
{
	uint64_t number;

	if (!answer_of("enum", name, &number))
		return FALSE;
	*value = (long)number;
	return TRUE;
}

/* "NUMBER(NAME)" */
static char *read_vmcoreinfo(const char *key)
{
	char name[128] = "", *text;
	uint64_t number;

	sscanf(key, "NUMBER(%127[^)])", name);
	if (!answer_of("number", name, &number))
		return NULL;
	text = malloc(32);
	snprintf(text, 32, "%ld", (long)number);
	return text;
}

/* crash's own way out of a command. */
static void restart(int sig)
{
	(void)sig;
	RESTART();
}

void crash_start(void)
{
	static struct node_table node;
	const struct sigaction interrupt = { .sa_handler = restart, .sa_flags = SA_NODEFER };

	pc->nullfp = fopen("/dev/null", "w");
	pc->program_version = "the stand-in";
	pc->read_vmcoreinfo = read_vmcoreinfo;
	kt->flags = SMP | PER_CPU_OFF;
	kt->cpus = image.cpus;
	memcpy(kt->__per_cpu_offset, image.percpu, sizeof(kt->__per_cpu_offset));
	snprintf(kt->utsname.release, sizeof(kt->utsname.release), "%s", image.release);
	snprintf(kt->utsname.machine, sizeof(kt->utsname.machine), "%s", image.machine);
	kt->date.tv_sec = (time_t)image.now;
	node.present = image.present_pages;
	node.mem_map = image.sections[0].first;
	node.size = image.section_count * image.pages_per_section;
	vt->numnodes = 1;
	vt->node_table = &node;
	vt->max_mem_section_nr = image.last_section;
	vt->total_pages = image.total_pages;
	machdep->pagesize = IMAGE_PAGE;
	machdep->hz = image.hz;
	machdep->direct_map = image.direct_map;
	machdep->pages_per_section = image.pages_per_section;
	sigaction(SIGINT, &interrupt, NULL);
}

/* What open_memstream() allocates is in nobody's count. */
void __real_free(void *memory);

static void split(char *line)
{
	argcnt = 0;
	for (char *word = strtok(line, " "); word && argcnt < MAXARGS - 1; word = strtok(NULL, " "))
		args[argcnt++] = word;
	args[argcnt] = NULL;
}

const char *crash_command(const char *line, size_t *len)
{
	char words[1024];

	if (!command) {
		fputs("the extension did not register its command\n", stderr);
		exit(2);
	}
	__real_free(output);
	output = NULL;
	fp = open_memstream(&output, &output_len);
	snprintf(words, sizeof(words), "%s", line);
	split(words);
	pc->flags = 0;
	pc->error_path = NULL;
	if (!setjmp(pc->main_loop_env))
		command->func();
	fclose(fp);
	fp = NULL;
	*len = output_len;
	return output;
}
