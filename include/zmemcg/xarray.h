/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's XArrays, and its idrs, which are one each: include/linux/xarray.h, since 4.20.
 */
#ifndef ZMEMCG_XARRAY_H
#define ZMEMCG_XARRAY_H

#include "zmemcg/types.h"

struct run;

/*
 * Calls visit() with each pointer that the struct xarray has, by ascending index. Each node has
 * to name the one that it hangs on as its parent, and to be of a lower level: a branch
 * that does not is cut and counted. What is no pointer (a value, a mark) is passed over.
 */
void xarray_visit(struct run *run, kaddr_t xarray,
		  void (*visit)(struct run *run, void *arg, kaddr_t entry), void *arg);

#endif
