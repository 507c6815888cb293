/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The hierarchy of cgroups that the memory controller is in.
 */
#ifndef ZMEMCG_HIERARCHY_H
#define ZMEMCG_HIERARCHY_H

#include "zmemcg/types.h"

struct run;

/* Whether it is that of cgroup v2: include/linux/cgroup.h 6.1 cgroup_on_dfl(). */
bool hierarchy_is_v2(struct run *run);

#endif
