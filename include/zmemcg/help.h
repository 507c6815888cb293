/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "help zmemcg".
 */
#ifndef ZMEMCG_HELP_H
#define ZMEMCG_HELP_H

/* In the form that crash's cmd_usage() takes; each line is a printf format. */
extern char *zmemcg_help[];

#endif
