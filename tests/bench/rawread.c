// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two commands of crash for the bench.
 *
 * rawread: reads the whole memory map through readmem(), a page at a time, and does nothing with it. This is the
 * limit for all that looks at every struct page. Prints how many these were.
 *
 * stamp: prints the seconds of the clock and of the session's CPU time, its workers' included, and the peak of its
 * memory since the stamp before, in KB.
 */
#include <defs.h>

#include <sys/resource.h>
#include <time.h>

/* Exported by crash, declared in none of its headers. */
extern ulong section_mem_map_addr(ulong section, int raw);
extern ulong sparse_decode_mem_map(ulong coded_mem_map, ulong section_nr);

/* include/linux/mmzone.h */
#define SECTION_HAS_MEM_MAP	(1UL << 1)

static ulong read_section(ulong nr, ulong section)
{
	const ulong bytes = PAGES_PER_SECTION() * SIZE(page);
	const ulong first = sparse_decode_mem_map(section_mem_map_addr(section, 0), nr);
	static char page[1 << 16];

	for (ulong at = 0; at < bytes; at += PAGESIZE())
		readmem(first + at, KVADDR, page, PAGESIZE(), "rawread", RETURN_ON_ERROR | QUIET);
	return PAGES_PER_SECTION();
}

static void cmd_rawread(void)
{
	ulong pages = 0;

	for (ulong nr = 0; nr <= vt->max_mem_section_nr; nr++) {
		ulong section = valid_section_nr(nr);

		if (section && section_mem_map_addr(section, 1) & SECTION_HAS_MEM_MAP)
			pages += read_section(nr, section);
	}
	fprintf(fp, "pages %lu\n", pages);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

static double cpu_time_of(int who)
{
	struct rusage usage;

	getrusage(who, &usage);
	return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static ulong peak_kb(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	ulong kb = 0;

	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "VmHWM: %lu", &kb) == 1)
			break;
	if (status)
		fclose(status);
	return kb;
}

static void forget_peak(void)
{
	FILE *file = fopen("/proc/self/clear_refs", "w");

	if (!file)
		return;
	fputs("5", file);
	fclose(file);
}

static void cmd_stamp(void)
{
	fprintf(fp, "stamp %.6f %.6f %lu\n", now(),
		cpu_time_of(RUSAGE_SELF) + cpu_time_of(RUSAGE_CHILDREN), peak_kb());
	fflush(fp);
	forget_peak();
}

static struct command_table_entry command_table[] = {
	{ "rawread", cmd_rawread, NULL, 0 },
	{ "stamp", cmd_stamp, NULL, 0 },
	{ NULL },
};

static void __attribute__((constructor)) rawread_init(void)
{
	register_extension(command_table);
}
