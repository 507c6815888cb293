# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps that lack something, or come in parts: what is there is exact, what is not there is said."""

import collections
import re
import struct

import pytest

import crashes
import crashrun
import dumpfiles
import expect

COMMANDS = ["zmemcg", "zmemcg -f -u", "zmemcg -p -S", "zmemcg -k"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("dumps")


def outputs(boot, *dump):
    """The dump can be several files: crash takes them one behind the other."""
    return crashes.ready("host").run(boot, dump, COMMANDS).outputs


def zombies(text):
    return {row["CGROUP"] for row in crashrun.parse(text).rows}


def sums_of_pages(text):
    """(cgroup, path) -> base pages."""
    found = collections.Counter()
    for row in crashrun.parse(text).rows:
        found[row["CGROUP"], row["PATH"]] += int(row["NPAGES"])
    return found


def pages(truth, text):
    """Whether they are those of the truth."""
    return sums_of_pages(text) == {key: npages for key, (_, npages) in truth.pages.items()}


def is_exact(truth, outputs_of_commands):
    listed, _, scanned, slab = outputs_of_commands
    assert zombies(listed) == set(truth.memcgs)
    assert pages(truth, scanned)
    assert f"The slab has {truth.dying} of the {truth.dying} dying memcgroups" in slab
    assert crashrun.parse(listed).ending == expect.ending(truth, "zmemcg")


def without_unused_memory_map(boot, level, target):
    """makedumpfile -e leaves out the struct pages of what it leaves out, where they fill a page."""
    dumpfiles.makedumpfile("-c", "-d", level, "-e", "--work-dir", target.parent, "-x", boot.vmlinux,
                           boot.formats["elf"], target)
    return outputs(boot, target)


def test_without_the_memory_map_of_free_memory(boot61, place):
    found = without_unused_memory_map(boot61, "17", place / "no-free-map")
    is_exact(boot61.truth, found)
    assert re.search(r"[1-9]\d* pages of the memory map are not in this dump", found[2])


def test_without_the_memory_map_of_the_page_cache(boot61, place):
    """There the folios themselves are gone: each report says how many it did not find."""
    found = without_unused_memory_map(boot61, "23", place / "no-cache-map")
    assert zombies(found[0]) == set(boot61.truth.memcgs)
    charged = sum(npages for _, npages in boot61.truth.pages.values())
    for output in found[:3]:
        done, wanted, missing = (int(re.search(pattern, output)[1]) for pattern in (
            r"Found (\d+) of", r"Found \d+ of (\d+) charged", r"(\d+) charged pages? w\w+ not found"))
        assert wanted == charged
        assert done + missing == charged and missing > 0
    assert f"The slab has {boot61.truth.dying} of the {boot61.truth.dying}" in found[3]
    shown = sums_of_pages(found[2])
    assert shown and all(npages <= boot61.truth.pages[key][1] for key, npages in shown.items())


def test_in_two_files(boot61, place):
    """makedumpfile --split."""
    parts = [place / "part1", place / "part2"]
    dumpfiles.makedumpfile("--split", "-l", "-d", "31", "-x", boot61.vmlinux, boot61.formats["elf"], *parts)
    is_exact(boot61.truth, outputs(boot61, *parts))


def without_part(kdump, start, end, target):
    """
    Points the descriptors of a share of the dump's pages behind its end, as they point in a file that was cut off. A
    real cut takes the end of the memory, without which crash does not open a dump of so small a machine.
    """
    dump = bytearray(kdump.read_bytes())
    block, sub_header, bitmaps = struct.unpack_from("<III", dump, 428)
    second = (1 + sub_header) * block + bitmaps * block // 2
    descriptors = (1 + sub_header + bitmaps) * block
    count = sum(byte.bit_count() for byte in dump[second:descriptors])
    for number in range(count * start // 100, count * end // 100):
        struct.pack_into("<q", dump, descriptors + 24 * number, len(dump) + block)
    target.write_bytes(dump)


# Per cent: where slabs and the memory map of so small a machine are, and where little is.
PARTS = [*((start, start + 2) for start in range(3, 17, 2)), (30, 35), (96, 97)]


def test_truncated(boot61, place):
    """Of what crash opens at all, what is missing is counted and nothing is called complete."""
    whole, lossy = outputs(boot61, boot61.formats["zlib"]), 0
    for start, end in PARTS:
        dump = place / "lacking"
        without_part(boot61.formats["zlib"], start, end, dump)
        found = outputs(boot61, dump)
        if not found[0]:
            continue            # crash itself gives it up
        for output, complete in zip(found, whole):
            if output == complete or "There are" not in output:
                continue        # no use for that part, or a refusal
            lossy += 1
            assert re.search(r"[1-9]\d* unreadable objects?|not in this dump|cut short", output), (start, output)
    assert lossy, "each part that is missing is one that nobody needs, or that crash needs"
