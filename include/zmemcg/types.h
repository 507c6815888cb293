/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The words that every layer uses.
 */
#ifndef ZMEMCG_TYPES_H
#define ZMEMCG_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An address in the kernel that is looked at: never a pointer of ours. */
typedef uint64_t kaddr_t;

/* No time, where others are seconds since 1970. */
#define NEVER	INT64_MIN

#endif
