// SPDX-License-Identifier: GPL-2.0-or-later
/* Any path. */
#include "plain.h"
#include "zmemcg/templates.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path = malloc(size ? size : 1), *once = malloc(size + 1), *twice;
	size_t len;

	if (size)
		memcpy(path, data, size);
	len = template_of(path, size, once);
	demand(len <= size && !once[len]);
	/* Of a template no rule makes anything. */
	twice = malloc(len + 1);
	demand(template_of(once, len, twice) == len && !memcmp(once, twice, len));
	free(path);
	free(once);
	free(twice);
	return 0;
}
