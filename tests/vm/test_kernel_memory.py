# SPDX-License-Identifier: GPL-2.0-or-later
"""What frees the kernel's pages that hold a memcg until 5.12: of a dump in which page tables were made something else."""

import json
import re
import shutil
import struct

import pytest

import crashes
from conftest import boot_of
from test_rests import physical, place_in_file

# Held by page tables alone, but for swap entries: until the guest's task ends.
SWAPPED = "/memory/swap.scope"
LEFT_ALONE = "/memory/anon.scope"

# include/linux/page-flags.h 5.10: kernel memory, of no other type
PG_KMEMCG = 0xffffffff & ~0x200

ADVICE = {path: f"zmemcg -s -o json {path}" for path in (SWAPPED, LEFT_ALONE)}


def asked(boot, dump, commands):
    return crashes.ready("host").run(boot, dump, commands).outputs


def pages_of(boot, path):
    """Addresses of the struct pages of kernel memory that are charged to it."""
    (output,) = asked(boot, boot.formats["elf"], [f"zmemcg -p -S -o json {path}"])
    return [int(record["page"], 16) for record in map(json.loads, output.splitlines()) if record.get("type") == "kmem"]


def without_types(boot, path, target):
    pages = pages_of(boot, path)
    assert len(pages) == int(boot.truth.memcgs[path]["kmem"])
    words = asked(boot, boot.formats["elf"], [f"print &((struct page *)0x{page:x})->page_type" for page in pages])
    places = physical(boot, [int(re.search(r"0x([0-9a-f]+)", word)[1], 16) for word in words])
    shutil.copy(boot.formats["elf"], target)
    with open(target, "r+b") as file:
        head = file.read(4096)
        for place in places:
            file.seek(place_in_file(head, place))
            file.write(struct.pack("<I", PG_KMEMCG))


@pytest.fixture(scope="module")
def summaries(extension, tmp_path_factory):
    """of the dump as it is, and as it was changed"""
    boot = boot_of("5.10")
    dump = tmp_path_factory.mktemp("kernel-memory") / "elf"
    without_types(boot, SWAPPED, dump)
    found = [{path: json.loads(output)["summary"] for path, output in zip(ADVICE, asked(boot, of, list(ADVICE.values())))}
             for of in (boot.formats["elf"], dump)]
    dump.unlink()
    return found


def test_page_tables_go_with_their_task(summaries):
    as_it_is, _ = summaries
    assert as_it_is[SWAPPED]["end tasks + swapoff"] == as_it_is[SWAPPED]["held by KMEM"] == 1
    assert as_it_is[LEFT_ALONE]["ending tasks frees"] == as_it_is[LEFT_ALONE]["held by KMEM"] == 1


def test_of_other_pages_nobody_knows_who_has_them(summaries):
    _, changed = summaries
    assert changed[SWAPPED]["a reboot frees"] == changed[SWAPPED]["held by KMEM"] == 1
    assert "several of these together free" not in changed[SWAPPED]
    assert changed[LEFT_ALONE]["ending tasks frees"] == 1
