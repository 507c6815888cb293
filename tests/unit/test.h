/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cmocka wants these before its own header.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
