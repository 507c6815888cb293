/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * RFC 8259, read by somebody else than who wrote it: base/json.c has no part in this.
 */
#ifndef ZMEMCG_FUZZ_JSON_CHECK_H
#define ZMEMCG_FUZZ_JSON_CHECK_H

/* Where a JSON value that starts at text ends, or NULL: up to end there is none. */
const char *json_value_end(const char *text, const char *end);

#endif
