/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel that is a piece of memory from address 0 on, in the place of access.h. What is beyond, and NULL, is unreadable.
 */
#ifndef FLAT_MEMORY_H
#define FLAT_MEMORY_H

#include <string.h>

#include "zmemcg/access.h"
#include "zmemcg/run.h"

static unsigned char memory[1 << 17];
static unsigned long reads;

bool read_bytes(struct run *run, kaddr_t addr, void *bytes, size_t len)
{
	reads++;
	if (!addr || addr + len > sizeof(memory)) {
		run->counts.unreadable++;
		return false;
	}
	memcpy(bytes, memory + addr, len);
	return true;
}

bool read_member(struct run *run, kaddr_t object, struct member member, uint64_t *value)
{
	*value = 0;
	return read_bytes(run, object + member.offset, value, member.size);
}

bool read_pointer(struct run *run, kaddr_t addr, kaddr_t *value)
{
	return read_bytes(run, addr, value, sizeof(*value));
}

static void put(kaddr_t addr, uint64_t value, size_t size)
{
	memcpy(memory + addr, &value, size);
}

#endif
