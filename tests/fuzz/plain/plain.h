/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the targets share. Each is a libFuzzer program of one file; what has to be true of any
 * input stands in it as demand().
 */
#ifndef ZMEMCG_FUZZ_PLAIN_H
#define ZMEMCG_FUZZ_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "zmemcg/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void demand(bool truth)
{
	if (!truth)
		abort();
}

/* A copy with a NUL behind it, on the heap: a byte too far is noticed. */
static inline char *string_of(const uint8_t *data, size_t size)
{
	char *string = malloc(size + 1);

	if (size)
		memcpy(string, data, size);
	string[size] = '\0';
	return string;
}

/* What was written to a struct text. */
struct written {
	struct text text;
	char *bytes;
	size_t len;
};

static inline void keep_written(void *arg, const char *bytes, size_t len)
{
	struct written *written = arg;

	written->bytes = realloc(written->bytes, written->len + len + 1);
	memcpy(written->bytes + written->len, bytes, len);
	written->len += len;
	written->bytes[written->len] = '\0';
}

static inline struct text *start_writing(struct written *written)
{
	*written = (struct written){ .text = { .flush = keep_written, .arg = written } };
	return &written->text;
}

#endif
