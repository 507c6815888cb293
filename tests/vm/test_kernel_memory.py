# SPDX-License-Identifier: GPL-2.0-or-later
"""What frees the kernel's pages that hold a memcg until 5.12: of a dump in which page tables were made something else."""

import json
import re
import shutil
import struct

import pytest

import crashes
import endings
from conftest import boot_of
from test_rests import physical, place_in_file

# Held by page tables alone, but for swap entries: until the guest's task ends.
SWAPPED = "/memory/swap.scope"
LEFT_ALONE = "/memory/anon.scope"

# Held by huge pages, and by page tables that these have in reserve: no other table refers to them.
HUGE = "/memory/anon-huge.scope"

# Held by a task's stack alone.
STACK = "/memory/stack.scope"

# include/linux/page-flags.h 5.10: kernel memory, of no other type
PG_KMEMCG = 0xffffffff & ~0x200

ADVICE = {path: f"zmemcg -s -o json {path}" for path in (SWAPPED, LEFT_ALONE, HUGE, STACK)}


def asked(boot, dump, commands):
    return crashes.ready("host").run(boot, dump, commands).outputs


def pages_of(boot, path):
    """Addresses of the struct pages of kernel memory that are charged to it."""
    (output,) = asked(boot, boot.formats["elf"], [f"zmemcg -p -S -o json {path}"])
    return [int(record["page"], 16) for record in map(json.loads, output.splitlines()) if record.get("type") == "kmem"]


def without_types(boot, paths, target):
    pages = [page for path in paths for page in pages_of(boot, path)]
    assert len(pages) == sum(int(boot.truth.memcgs[path]["kmem"]) for path in paths)
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
    without_types(boot, (SWAPPED, HUGE), dump)
    found = [{path: json.loads(output)["summary"] for path, output in zip(ADVICE, asked(boot, of, list(ADVICE.values())))}
             for of in (boot.formats["elf"], dump)]
    dump.unlink()
    return found


def test_page_tables_go_with_their_task(summaries):
    as_it_is, _ = summaries
    assert as_it_is[SWAPPED]["swapoff + end tasks"] == as_it_is[SWAPPED]["held by KMEM"] == 1
    assert as_it_is[LEFT_ALONE]["ending tasks frees"] == as_it_is[LEFT_ALONE]["held by KMEM"] == 1


def test_a_stack_goes_with_its_task(summaries):
    as_it_is, _ = summaries
    assert as_it_is[STACK]["ending tasks frees"] == as_it_is[STACK]["held by KMEM"] == 1
    assert endings.as_said(as_it_is[STACK]["to end"]) == [f"{pid} init" for pid in boot_of("5.10").truth.ends[STACK]]


def test_page_tables_are_known_by_those_that_refer_to_them(summaries):
    as_it_is, changed = summaries
    for key in ("swapoff + end tasks", "held by KMEM", "to end"):
        assert changed[SWAPPED][key] == as_it_is[SWAPPED][key], key
    assert changed[LEFT_ALONE]["ending tasks frees"] == 1


def test_of_other_pages_nobody_knows_who_has_them(summaries):
    as_it_is, changed = summaries
    assert as_it_is[HUGE]["ending tasks frees"] == as_it_is[HUGE]["held by KMEM"] == 1
    assert changed[HUGE]["a reboot frees"] == changed[HUGE]["held by KMEM"] == 1
    assert "ending tasks frees" not in changed[HUGE]
