// SPDX-License-Identifier: GPL-2.0-or-later
/* Any name: escaped, and back. */
#include "plain.h"

static size_t unescape(const char *escaped, char *out)
{
	size_t len = 0;

	for (; *escaped; escaped++) {
		out[len] = *escaped;
		if (*escaped == '\\') {
			out[len] = (escaped[1] - '0') << 6 | (escaped[2] - '0') << 3 | (escaped[3] - '0');
			escaped += 3;
		}
		len++;
	}
	return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *escaped = malloc(4 * size + 1), *back = malloc(4 * size + 1);
	const size_t len = escape((const char *)data, size, escaped);
	struct written written;

	demand(len == strlen(escaped) && len <= 4 * size);
	for (size_t i = 0; i < len; i++)
		demand((unsigned char)escaped[i] > ' ' && escaped[i] != 0x7f);
	demand(unescape(escaped, back) == size && (!size || !memcmp(back, data, size)));

	demand(text_escaped(start_writing(&written), (const char *)data, size) == len);
	text_flush(&written.text);
	demand(written.len == len && (!len || !memcmp(written.bytes, escaped, len)));
	free(written.bytes);
	free(escaped);
	free(back);
	return 0;
}
