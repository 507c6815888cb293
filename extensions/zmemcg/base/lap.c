// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/lap.h"

bool lap_came_back(struct lap *lap, kaddr_t one, kaddr_t other)
{
	if (lap->steps && lap->one == one && lap->other == other)
		return true;
	if (lap->steps++ == lap->next) {
		lap->one = one;
		lap->other = other;
		lap->next = 2 * lap->next + 1;
	}
	return false;
}
