/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a cgroup's path is an instance of: the path with a * for each part that differs
 * from one run of the same thing to the next (a number, a container's id, a pod's UID).
 * Plain C.
 *
 *	/user.slice/user-1000.slice/session-7.scope
 *	/user.slice/user-*.slice/session-*.scope
 *
 * The rules are a table, one row each. What none of them knows stays as it is: two
 * services never become one template, httpd24.service and httpd25.service included, nor
 * do two containers that people gave names. Scopes are of a program that numbers them.
 */
#ifndef ZMEMCG_TEMPLATES_H
#define ZMEMCG_TEMPLATES_H

#include "zmemcg/types.h"

/*
 * Writes the template of a path (raw bytes, as in struct name) and a NUL into out, which
 * has room for len + 1 bytes. Returns its length: never more than the path's.
 */
size_t template_of(const char *path, size_t len, char *out);

#endif
