/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef ZMEMCG_VERSION_H
#define ZMEMCG_VERSION_H

/* As in CHANGELOG.md. */
#define ZMEMCG_VERSION	"0.10"

#endif
