/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of cgroups as machines have them, each with the template that it belongs to. A
 * backslash is one byte of the name: systemd writes a dash inside a part of a name \x2d.
 */
#ifndef TEMPLATED_H
#define TEMPLATED_H

#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "zmemcg/templates.h"

#define HEX8	"3f9c02ab"
#define HEX32	"0f3be1c49a8d4f6c8f1f0a2b3c4d5e6f"
#define HEX64	HEX32 "94a1c0de77f0be5511223344aabbccdd"
#define UUID	"0f3be1c4-9a8d-4f6c-8f1f-0a2b3c4d5e6f"
#define UUID_	"0f3be1c4_9a8d_4f6c_8f1f_0a2b3c4d5e6f"
#define BUILD	"k2j4h5l6m7n8o9p0q1r2s3t4u"	/* 25 digits of base 36 */
#define UUIDX	"0f3be1c4\\x2d9a8d\\x2d4f6c\\x2d8f1f\\x2d0a2b3c4d5e6f"
#define USER	"/user.slice/user-1000.slice/user@1000.service/app.slice/"
#define USERS	"/user.slice/user-*.slice/user@*.service/app.slice/"

struct pair {
	const char *path, *template;
};

/* out is as small as the contract allows: the sanitizer sees a byte too many. */
static void becomes(const char *path, const char *template)
{
	char *out = malloc(strlen(path) + 1);
	size_t len = template_of(path, strlen(path), out);

	assert_string_equal(out, template);
	assert_int_equal(len, strlen(template));
	free(out);
}

static void all_become(const struct pair *pairs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		becomes(pairs[i].path, pairs[i].template);
		becomes(pairs[i].template, pairs[i].template);	/* a template is its own */
	}
}

#define ALL_BECOME(pairs)	all_become(pairs, sizeof(pairs) / sizeof((pairs)[0]))

#endif
