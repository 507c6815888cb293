/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What PID 1 of any test machine needs: its start and its end, files in one go, the command line, disks. The live machine
 * (tests/live/guest) has it too.
 */
#ifndef SYSTEM_H
#define SYSTEM_H

#include <stdbool.h>

/* Writes `ZM FAIL ...` and ends the process; when it is PID 1, the machine. */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
char *text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The value of `zm.NAME=` on the kernel's command line, or `otherwise`. */
const char *option(const char *name, const char *otherwise);
void write_text(const char *path, const char *value);
/* False when the file is not there or the kernel says no. */
bool try_write_text(const char *path, const char *value);
/* In a static buffer. */
char *read_text(const char *path);
void make_dirs(const char *path);
/* The disk with this serial number, "vdc"; NULL when the machine has none. */
const char *disk(const char *serial);
/* Both make the directory where it is missing. */
void mount_new(const char *type, const char *where, const char *options);
void mount_disk(const char *serial, const char *where, const char *type);
/* The console for what is printed, what every machine has mounted, and the modules that the initramfs brings. */
void start_system(void);
void pause_ms(long ms);

#endif
