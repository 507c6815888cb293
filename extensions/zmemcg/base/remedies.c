// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/remedies.h"

static bool is_single(unsigned int bits)
{
	return !(bits & (bits - 1));
}

static int lowest(unsigned int bits)
{
	return __builtin_ctz(bits);
}

struct remedies remedies_count(struct patient *patients, size_t count)
{
	struct remedies remedies = { 0 };

	for (size_t i = count; i-- > 0;) {
		const struct patient *patient = &patients[i];

		if (patient->parent < i)
			patients[patient->parent].needs |= patient->needs;
		if (!patient->asked)
			continue;
		if (!patient->needs)
			remedies.going++;
		else if (patient->needs & NEED(REMEDY_NONE))
			remedies.alone[REMEDY_NONE]++;
		else if (is_single(patient->needs))
			remedies.alone[lowest(patient->needs)]++;
		else
			remedies.sets[patient->needs]++;
	}
	for (size_t i = 0; i < NEED(REMEDY_NONE); i++)
		remedies.together += remedies.sets[i];
	return remedies;
}
