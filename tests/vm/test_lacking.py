# SPDX-License-Identifier: GPL-2.0-or-later
"""Dumps that lack something, or come in parts: what is there is exact, what is not there is said."""

import re

import pytest

import crashes
import crashrun
import dumpfiles
import expect

COMMANDS = ["zmemcg", "zmemcg -f", "zmemcg -p -S", "zmemcg -k"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("dumps")


def outputs(boot, *dump):
    """The dump can be several files: crash takes them one behind the other."""
    return crashes.ready("host").run(boot, dump, COMMANDS).outputs


def zombies(text):
    return {row["CGROUP"] for row in crashrun.parse(text).rows}


def pages(truth, text):
    """(cgroup, path) -> base pages."""
    found = {}
    for row in crashrun.parse(text).rows:
        found[row["CGROUP"], row["PATH"]] = found.get((row["CGROUP"], row["PATH"]), 0) + int(row["NPAGES"])
    return found == {key: npages for key, (_, npages) in truth.pages.items()}


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
            r"Found (\d+) of", r"Found \d+ of (\d+) charged", r"(\d+) charged pages were not found"))
        assert wanted == charged
        assert done + missing == charged and missing > 0
    assert f"The slab has {boot61.truth.dying} of the {boot61.truth.dying}" in found[3]


def test_in_two_files(boot61, place):
    """makedumpfile --split."""
    parts = [place / "part1", place / "part2"]
    dumpfiles.makedumpfile("--split", "-l", "-d", "31", "-x", boot61.vmlinux, boot61.formats["elf"], *parts)
    is_exact(boot61.truth, outputs(boot61, *parts))


def test_cut_off(boot61, place):
    """A disk that was full: of what crash opens at all, what is missing is counted and nothing is called complete."""
    whole = boot61.formats["zlib"].read_bytes()
    opened = 0
    for share in (95, 85, 70, 50):
        dump = place / f"cut{share}"
        dump.write_bytes(whole[:len(whole) * share // 100])
        found = outputs(boot61, dump)
        if not found[0]:
            continue            # crash itself gives it up
        opened += 1
        if zombies(found[0]) == set(boot61.truth.memcgs) and pages(boot61.truth, found[2]):
            continue
        said = "\n".join(output for output in found if output)
        assert re.search(r"[1-9]\d* unreadable objects|not in this dump|cut short", said), f"{share} %"
    if not opened:
        pytest.skip("crash opens none of the dumps that were cut off")
