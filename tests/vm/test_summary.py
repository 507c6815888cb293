# SPDX-License-Identifier: GPL-2.0-or-later
"""The diagnosis: its counts are the guest's, each zombie has one way to be freed, and the advice is tested by following it."""

import functools
import json
import re

import pytest

import boots
import crashes
import expect
import kernels
import truth
from conftest import boot_of

MACHINES = [machine.name for machine in boots.WITH_ZOMBIES]

ADVICE = ["dropping caches frees", "truncating files frees", "swapoff frees", "closing descriptors frees",
          "ending tasks frees", "unmounting frees", "waiting frees", "several of these together free",
          "about to go", "a reboot frees"]


class Dump:
    """The diagnosis of one dump, by a scan, and its list of zombies."""

    def __init__(self, name):
        boot = boot_of(name)
        crash = crashes.ready(crashes.for_kernel(boot.kernel)[0].name)
        summary, rows = crash.run(boot, boot.formats["zlib"], ["zmemcg -s -S -o json", "zmemcg -o json"]).outputs
        self.truth = boot.truth
        self.summary = json.loads(summary)["summary"]
        self.zombies = {row["cgroup"] for row in map(json.loads, rows.splitlines()) if "summary" not in row}


@functools.cache
def dump_of(name):
    try:
        return Dump(name)
    except kernels.Missing as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=MACHINES)
def dump(request, extension):
    return dump_of(request.param)


def test_counts_are_the_guests(dump):
    summary = dump.summary
    assert (summary["zombies"], summary["online memcgs"]) == (dump.truth.dying, dump.truth.active)
    assert summary["removal not finished"] == 0
    rows = expect.columns(dump.truth, scan=True).values()
    for key, column in (("file pages", "FILE"), ("shmem pages", "SHMEM"), ("anon pages", "ANON"), ("swap entries", "SWAP")):
        assert summary[key] == sum(row[column] for row in rows), key
    swapped = sum(row["SWAP"] > 0 for row in rows)
    assert summary["ids in use"] == 1 + dump.truth.active + swapped


def test_the_files_are_those_that_hold_most(dump):
    """As -f has them, which other tests compare with the guest's."""
    if dump.truth.pages_leave:
        assert "file 1" not in dump.summary, "there pages hold no removed memcg"
        return
    files = expect.files(dump.truth, scan=True)
    first = dump.summary["file 1"]
    most = max(files, key=lambda path: (files[path]["ZOMBIES"], files[path]["PAGES"]))
    row = files[most]
    assert first == f"{row['ZOMBIES']} zombies, {row['SOLE']} alone, {row['PAGES']} pages, {most}"
    alone = re.search(r"holds? (\d+) of", expect.cover(dump.truth, scan=True)[0])
    assert dump.summary["few files hold alone"] == int(alone[1])


def test_holders_are_counted_by_kind(dump):
    expected = expect.references(dump.truth).values()
    for kind in ("SOCK", "FSNOTIFY", "CSET", "MM"):
        holding = sum(int(row.get(kind, 0)) > 0 for row in expected)
        assert dump.summary.get(f"held by {kind}", 0) == holding, kind
    assert "with a REST" not in dump.summary


def test_each_zombie_has_one_way_to_be_freed(dump):
    assert sum(dump.summary.get(key, 0) for key in ADVICE) == dump.truth.dying
    assert "a reboot frees" not in dump.summary


@pytest.mark.parametrize("machine, advice", [("6.1-drop_caches", "dropping caches frees"), ("6.1-swapoff", "swapoff frees")])
def test_advice_frees_as_many_as_it_says(extension, machine, advice):
    before, after = dump_of("6.1"), dump_of(machine)
    assert before.summary[advice] > 0
    assert after.zombies < set(map(truth.unescaped, after.truth.memcgs)) == before.zombies
    assert len(before.zombies) - len(after.zombies) == before.summary[advice]
    assert advice not in after.summary
