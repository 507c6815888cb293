/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Folded stacks, as flame graph tools read them: "frame;frame;frame count".
 * Plain C.
 */
#ifndef ZMEMCG_FOLDED_H
#define ZMEMCG_FOLDED_H

#include "zmemcg/table.h"
#include "zmemcg/types.h"

struct text;

/*
 * The components of a path as frames, then the leaf as one frame, where there is one.
 * A frame has no blank (names are escaped), and a semicolon in a name is written \073.
 */
void folded_line(struct text *out, const struct name *path, const struct name *leaf,
		 uint64_t count);

#endif
