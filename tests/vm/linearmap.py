# SPDX-License-Identifier: GPL-2.0-or-later
"""
What crash must be told of an arm64 dump. A kernel that is built for addresses of 52 bits, on a processor that has fewer,
counts its linear map from where that of 52 bits would begin (arch/arm64/mm/init.c 6.12, arm64_memblock_init(): memstart_addr).
crash 9.0.2 counts from where that of the processor begins, and takes each address in it for one outside of memory.
"""

import re

NOTES_WITHIN = 1 << 20      # of the dump's beginning


def options(dump):
    with open(dump, "rb") as file:
        noted = dict(re.findall(rb"^NUMBER\((\w+)\)=(\w+)$", file.read(NOTES_WITHIN), re.MULTILINE))
    built, actual = int(noted[b"VA_BITS"]), 64 - int(noted[b"TCR_EL1_T1SZ"], 16)
    if built == actual:
        return []
    offset = int(noted[b"PHYS_OFFSET"], 16) + (1 << built) - (1 << actual)
    return ["--machdep", f"phys_offset={offset % (1 << 64):#x}"]
