/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was written to a struct text. After test.h.
 */
#include <string.h>

#include "zmemcg/text.h"

static char written[200000];
static size_t written_len;

static void keep(void *arg, const char *bytes, size_t len)
{
	(void)arg;
	assert_true(written_len + len < sizeof(written));
	memcpy(written + written_len, bytes, len);
	written_len += len;
	written[written_len] = '\0';
}

/* Text whose flushes are kept, with nothing written yet. */
static void start_writing(struct text *text)
{
	*text = (struct text){ .flush = keep };
	written_len = 0;
	written[0] = '\0';
}
