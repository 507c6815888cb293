// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/hierarchy.h"

#include "zmemcg/access.h"
#include "zmemcg/run.h"

bool hierarchy_is_v2(struct run *run)
{
	kaddr_t root;

	return run->layout->cgrp_dfl_root &&
	       read_member(run, run->layout->memory_cgrp_subsys, run->layout->subsys_root, &root) &&
	       root == run->layout->cgrp_dfl_root;
}
