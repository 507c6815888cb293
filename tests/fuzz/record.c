// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Linked into a build of the extension with -Wl,--wrap=readmem: writes down each page that the
 * reports read from a dump, and what they ask crash for. What it leaves in the folder
 * $ZMEMCG_RECORD is all that the harness needs: no dump, no debuginfo, no crash.
 *
 *   machine   lines "key value ..." of crash's tables
 *   pages     for each page its virtual and its physical address (8 bytes each), and its bytes
 */
#include <defs.h>

#include <stdint.h>

extern ulong section_mem_map_addr(ulong section, int raw);
extern ulong sparse_decode_mem_map(ulong coded_mem_map, ulong section_nr);

int __real_readmem(ulonglong addr, int memtype, void *buffer, long size, char *type, ulong how);
int __wrap_readmem(ulonglong addr, int memtype, void *buffer, long size, char *type, ulong how);

#define PAGE		4096
#define SEEN_ROOM	(1u << 20)	/* far more pages than the map of a small machine has */

static FILE *pages;
static uint64_t seen[SEEN_ROOM];

static FILE *open_in_folder(const char *name)
{
	const char *folder = getenv("ZMEMCG_RECORD");
	char path[1024];

	if (!folder)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return fopen(path, "w");
}

/* True the first time. */
static bool is_new(uint64_t page)
{
	size_t at = (page / PAGE * 0x9e3779b97f4a7c15ull >> 32) % SEEN_ROOM;

	while (seen[at] && seen[at] != page)
		at = (at + 1) % SEEN_ROOM;
	if (seen[at] == page)
		return false;
	seen[at] = page;
	return true;
}

static void write_page(uint64_t page)
{
	uint64_t head[2] = { page, UINT64_MAX };
	physaddr_t physical;
	char bytes[PAGE];

	if (!__real_readmem(page, KVADDR, bytes, PAGE, "zmemcg", RETURN_ON_ERROR | QUIET))
		return;
	if (kvtop(NULL, page, &physical, 0))
		head[1] = physical;
	fwrite(head, sizeof(head), 1, pages);
	fwrite(bytes, PAGE, 1, pages);
}

/* What crash itself gives up by longjmp never comes back to here. */
int __wrap_readmem(ulonglong addr, int memtype, void *buffer, long size, char *type, ulong how)
{
	int done = __real_readmem(addr, memtype, buffer, size, type, how);

	if (!done || !pages || memtype != KVADDR)
		return done;
	for (uint64_t page = addr & ~(uint64_t)(PAGE - 1); page < addr + size; page += PAGE) {
		if (is_new(page))
			write_page(page);
	}
	return done;
}

static void write_sections(FILE *file)
{
	for (ulong nr = 0; nr <= vt->max_mem_section_nr; nr++) {
		ulong addr = valid_section_nr(nr);

		if (addr)
			fprintf(file, "section %lx %lx %lx\n", nr, section_mem_map_addr(addr, 1),
				sparse_decode_mem_map(section_mem_map_addr(addr, 0), nr));
	}
}

static void write_machine(FILE *file)
{
	ulong present = 0;

	fprintf(file, "release %s\nmachine %s\n", kt->utsname.release, kt->utsname.machine);
	fprintf(file, "hz %x\n", machdep->hz);
	fprintf(file, "now %llx\n", (ulonglong)kt->date.tv_sec);
	for (int n = 0; n < vt->numnodes; n++)
		present += vt->node_table[n].present;
	fprintf(file, "present_pages %lx\n", present);
	fprintf(file, "total_pages %lx\nlast_section %lx\npages_per_section %lx\n", vt->total_pages,
		vt->max_mem_section_nr, PAGES_PER_SECTION());
	fprintf(file, "direct_map %lx\n", (ulong)PTOV(0));
	for (int cpu = 0; cpu < kt->cpus; cpu++)
		fprintf(file, "percpu %lx\n", kt->__per_cpu_offset[cpu]);
	write_sections(file);
}

static void __attribute__((constructor)) record_init(void)
{
	FILE *machine = open_in_folder("machine");

	pages = open_in_folder("pages");
	if (!machine || !pages || PAGESIZE() != PAGE || !IS_SPARSEMEM() ||
	    !(kt->flags & SMP) || !(kt->flags & PER_CPU_OFF))
		error(FATAL, "nothing can be recorded: ZMEMCG_RECORD names no folder, or this machine "
		      "is none that the harness knows\n");
	write_machine(machine);
	fclose(machine);
}

static void __attribute__((destructor)) record_fini(void)
{
	if (pages)
		fclose(pages);
}
