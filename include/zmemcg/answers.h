/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What layout asked of a kernel, and what it was answered: a lookup that stands before
 * another one and remembers. Each answer is a line "key: value" that can be asked again
 * by the same key, so a file of them is a kernel's layout to anyone who has not got the
 * kernel (tests/unit/test_layout.c).
 *
 *   struct.member: 16 8        offset and size, in bytes
 *   sizeof struct: 64
 *   symbol name: 0xffffffff82a5d0c0
 *   enum name: 6
 *   number NAME: -129          of vmcoreinfo
 *   kernfs_node.parent: absent
 *
 * Plain C.
 */
#ifndef ZMEMCG_ANSWERS_H
#define ZMEMCG_ANSWERS_H

#include "zmemcg/layout.h"

/* Far more than layout/rows.c has names; what is beyond is not remembered. */
#define ANSWERS_ROOM	1024

enum answer_kind { ANSWER_MEMBER, ANSWER_SIZE, ANSWER_SYMBOL, ANSWER_ENUMERATOR, ANSWER_NUMBER };

struct answers {
	const struct layout_lookup *source;
	size_t count;
	struct answer {
		enum answer_kind kind;
		const char *type, *name;	/* of a member; else the name alone */
		bool found;
		int64_t value;			/* a member's offset */
		int size;
	} list[ANSWERS_ROOM];
};

/* A lookup that asks source and remembers in answers. Both must live as long as it does. */
struct layout_lookup answers_recorder(struct answers *answers,
				      const struct layout_lookup *source);

/* Room for a key or a value of a line. */
#define ANSWER_ROOM	160

/* The names of layout/rows.c, each of which may have a line. */
size_t answers_lines(void);

/*
 * The line of a name, in the order of layout/rows.c, whichever report asked for it first. False where
 * nobody did, and where an earlier row is of the same name.
 */
bool answers_line(const struct answers *answers, size_t number, char key[ANSWER_ROOM],
		  char value[ANSWER_ROOM]);

#endif
