// SPDX-License-Identifier: GPL-2.0-or-later
#include "zmemcg/help.h"

#include <stddef.h>

char *zmemcg_help[] = {
"zmemcg",
"memory cgroups that were removed and are still held",
"[-p | -f | -k] [-S] [-a] [-n count] [-t seconds] [selector ...]",
"  to be written",
NULL
};
