/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The references to each memcg that were found, against the count that the kernel
 * keeps: percpu_ref of its css. What is left over is said, not hidden.
 */
#ifndef ZMEMCG_LEDGER_H
#define ZMEMCG_LEDGER_H

#include "zmemcg/map.h"
#include "zmemcg/remedies.h"
#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct folio;
struct inventory;
struct memcg;
struct networks;
struct open_files;
struct run;
struct sharing;

/* Kinds of holders, in the order of the columns of -w. */
enum reference {
	REF_FOLIO,	/* a folio that is charged to it */
	REF_KMEM,	/* a page of kernel memory (before 5.13) */
	REF_SWAP,	/* its id, which swap entries bear */
	REF_CHILD,	/* a child memcg */
	REF_CSET,	/* a css_set: tasks, cgroup namespaces */
	REF_SOCK,
	REF_FSNOTIFY,	/* an inotify or fanotify group */
	REF_BPF,	/* a bpf map (5.11 to 5.19) */
	REF_CGWB,	/* cgroup writeback of one backing device */
	REF_MM,		/* an mm of the multi-generational LRU */
	REF_STOCK,	/* a CPU's stock of charges */
	REF_KINDS,
};

/* As the columns of -w are titled: "FOLIOS". */
const char *reference_name(enum reference kind);

/* Lines behind one holder: what crash prints is still to be read by a person. */
#define BEHIND_LIMIT	100

/* What stands behind a holder and is no reference itself: a task of a css_set, an inode. */
struct behind {
	struct behind *next;
	kaddr_t object;
	struct name what;
};

/* Those of one type. */
struct behind_group {
	struct behind_group *next;
	const char *type;	/* of the objects, as crash calls it: "task", "inode" */
	struct behind *first, *last;	/* the first BEHIND_LIMIT */
	uint64_t count;		/* of all */
};

/* One holder, kept where the user asked for one memcg alone. */
struct reference_detail {
	enum reference kind;
	kaddr_t object;		/* for crash's own commands: task, struct, files */
	uint64_t count;
	struct name what;	/* a path, or words in the place of the bracket */
	struct behind_group *behind;	/* by type, in the order of their first */
};

/* What an action is to be done to, where it is named. */
enum target {
	TO_UNMOUNT,	/* mounts */
	TO_END,		/* tasks, a process by its leader */
	TO_REAP,	/* the parents of tasks that exited */
	TO_CLOSE,	/* tasks that have descriptors */
	TARGET_KINDS,
};

/* One of them. */
struct targeted {
	kaddr_t object;		/* struct mount, task_struct */
	uint64_t pid;		/* of a task */
	struct name name;
};

struct targets {
	struct map seen;
	struct targeted *list;
	size_t count, room;
	uint64_t unknown;	/* holders of which it is not known here: folios, sockets, maps */
	uint64_t elsewhere;	/* mounts that other namespaces have, of the same filesystems */
};

/* A writeback's inode that somebody has, where only its own end takes it away (until 5.13). */
struct inode_in_use {
	const struct memcg *memcg;
	kaddr_t inode;
};

struct ledger {
	struct run *run;
	struct inventory *inventory;
	uint64_t (*found)[REF_KINDS];		/* by the memcg's index */
	unsigned int *needs;	/* likewise: of holders whose kind does not say it alone, remedies.h */
	struct inode_in_use *inodes;	/* whose users say what takes them away */
	size_t inode_count, inode_room;
	struct targets targets[TARGET_KINDS];
	unsigned int waits;	/* a set of remedies.h: what of REMEDY_TIME is waited for */
	struct open_files *open_files;	/* NULL until somebody asks: open_files.h */
	struct sharing *sharing;	/* likewise: task_targets.h */
	struct networks *networks;	/* likewise: networks.h */
	uint64_t unkept;		/* css_sets of the selected that nothing was found to keep */
	struct map counted;		/* objects that are met more than once: sockets, groups */

	/* Sees each folio that is counted; NULL when all are counted anew, by a scan. */
	void (*watch)(struct run *run, void *arg, const struct folio *folio);
	void *watch_arg;
	bool whole;	/* each folio is to be seen: a scan follows where the lists have not all */
	bool detailed;
	struct reference_detail *details;
	size_t detail_count, detail_room;
	struct map detail_of[REF_KINDS];	/* an object's place among them, plus 1 */
};

struct ledger *ledger_new(struct run *run, struct inventory *inventory, bool detailed);

/*
 * Counts references of a kind; the rest is for the details. Without an object, the address
 * of its words tells one holder from the next.
 */
void ledger_add(struct ledger *ledger, const struct memcg *memcg, enum reference kind,
		uint64_t count, kaddr_t object, struct name what);

/* What ledger_add_behind() knows a holder by: what has no address is told by its words. */
kaddr_t ledger_holder(kaddr_t object, struct name what);

/*
 * What stands behind a holder that was counted under this kind and object; counts as no
 * reference. type is a constant. Nothing where no details were asked for.
 */
void ledger_add_behind(struct ledger *ledger, enum reference kind, kaddr_t holder,
		       const char *type, kaddr_t object, struct name what);

/* What takes a holder away, a set of remedies.h: where that depends on who keeps it. */
void ledger_needs(struct ledger *ledger, const struct memcg *memcg, unsigned int needs);

/* The same, left to those who use the inode. */
void ledger_needs_inode(struct ledger *ledger, const struct memcg *memcg, kaddr_t inode);

/*
 * Notes what an action is to be done to, where that is wanted. Returns it, without a name so far, or
 * NULL: it was noted before.
 */
struct targeted *ledger_target(struct ledger *ledger, enum target kind, kaddr_t object);

/* Whoever has this holder is not known: counted once. */
void ledger_target_unknown(struct ledger *ledger, enum target kind, kaddr_t holder);

/* Whether somebody wants to know which tasks have a holder. */
bool ledger_wants_tasks(const struct ledger *ledger);

/* Words as what of ledger_add(); a copy is taken. */
struct name ledger_words(struct ledger *ledger, const char *words);

/* Takes back what was counted of pages. */
void ledger_forget_pages(struct ledger *ledger);

/* The selected memcg that a pointer to a mem_cgroup (or to its css) means, or NULL. */
const struct memcg *ledger_memcg(const struct ledger *ledger, kaddr_t memcg);
const struct memcg *ledger_memcg_of_css(const struct ledger *ledger, kaddr_t css);

/* What the kernel counts and nobody explained; negative: explained twice. 0 when it can't be known. */
int64_t ledger_rest(const struct ledger *ledger, const struct memcg *memcg);

/*
 * Whether any selected memcg has references left that a further pass could explain; or pages
 * that were not seen, where each is to be.
 */
bool ledger_open(const struct ledger *ledger);

#endif
