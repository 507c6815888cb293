/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In the place of crash's header: what session/ uses of it, no more. The declarations are
 * crash's own (defs.h of 8.0), the structures have only the members that we touch. What is
 * behind them is in crash.c: an image instead of a dump.
 */
#ifndef ZMEMCG_STAND_IN_DEFS_H
#define ZMEMCG_STAND_IN_DEFS_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#define BUFSIZE		1500
#define TRUE		1
#define FALSE		0
#define NR_CPUS		64
#define MAXARGS		100

typedef unsigned long long ulonglong;
typedef uint64_t physaddr_t;

/* pc->flags */
#define TTY		0x2ULL
#define IN_FOREACH	0x8ULL
#define CMDLINE_IFILE	0x10ULL

/* kt->flags */
#define PER_CPU_OFF	0x200
#define SMP		0x400

/* vt->flags */
#define V_MEM_MAP	0x20

struct program_context {
	jmp_buf main_loop_env, foreach_loop_env;
	ulonglong flags;
	ulong ifile_in_progress;
	char *error_path;
	FILE *error_fp, *nullfp;
	const char *program_version;
	char *(*read_vmcoreinfo)(const char *);
};

struct kernel_table {
	ulonglong flags;
	int cpus;
	ulong __per_cpu_offset[NR_CPUS];
	struct utsname utsname;
	struct timespec date;
};

struct node_table {
	ulong mem_map, size, present;
	ulonglong start_paddr;
};

struct vm_table {
	ulong flags;
	ulong max_mem_section_nr, total_pages, max_mapnr;
	int numnodes;
	struct node_table *node_table;
};

struct machdep_table {
	unsigned int pagesize, hz;
	ulong direct_map, pages_per_section;
};

extern struct program_context *pc;
extern struct kernel_table *kt;
extern struct vm_table *vt;
extern struct machdep_table *machdep;
extern FILE *fp;
extern char *args[MAXARGS];
extern int argcnt;

bool crash_is_live(void);
bool crash_is_flat(void);

/* Where it is not live: a dump that can be read by several processes at once. */
#define LIVE()			crash_is_live()
#define DUMPFILE()		(!crash_is_live())
#define REMOTE_MEMSRC()		false
#define DISKDUMP_DUMPFILE()	true
#define KDUMP_DUMPFILE()	false
#define NETDUMP_DUMPFILE()	false

#define PAGESIZE()		(machdep->pagesize)
#define PTOV(X)			((ulong)(X) + machdep->direct_map)
#define IS_SPARSEMEM()		(!crash_is_flat())
#define PAGES_PER_SECTION()	(machdep->pages_per_section)
#define section_nr_to_pfn(nr)	((nr) * PAGES_PER_SECTION())

ulong valid_section_nr(ulong nr);

#define KVADDR			0x1
#define FAULT_ON_ERROR		0x1
#define RETURN_ON_ERROR		0x2
#define QUIET			0x4

int readmem(ulonglong addr, int memtype, void *buffer, long size, char *type, ulong how);

#define INFO			1
#define FATAL			2
#define RESTART()		longjmp(pc->main_loop_env, 1)

int error(int kind, char *format, ...) __attribute__((format(printf, 2, 3)));
#define output_closed()		false

/* What crash knows of types by gdb. */
long member_offset(const char *type, const char *member);
long member_size(const char *type, const char *member);
long struct_size(const char *type);
bool struct_exists(const char *type);

#define MEMBER_OFFSET(T, M)		member_offset(T, M)
#define ANON_MEMBER_OFFSET(T, M)	member_offset(T, M)
#define MEMBER_SIZE(T, M)		member_size(T, M)
#define STRUCT_SIZE(T)			struct_size(T)
#define STRUCT_EXISTS(T)		struct_exists(T)

int kernel_symbol_exists(char *name);
ulong symbol_value(char *name);
int enumerator_value(char *name, long *value);

typedef void (*cmd_func_t)(void);

struct command_table_entry {
	char *name;
	cmd_func_t func;
	char **help_data;
	ulong flags;
};

void register_extension(struct command_table_entry *table);

#endif
