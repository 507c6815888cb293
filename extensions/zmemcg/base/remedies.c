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
		if (!patient->needs)
			remedies.going++;
		else if (patient->needs & 1u << REMEDY_NONE)
			remedies.alone[REMEDY_NONE]++;
		else if (is_single(patient->needs))
			remedies.alone[lowest(patient->needs)]++;
		else
			remedies.together++;
	}
	return remedies;
}
