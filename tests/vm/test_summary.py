# SPDX-License-Identifier: GPL-2.0-or-later
"""The diagnosis: its counts are the guest's, each zombie has one way to be freed, and the advice is tested by following it."""

import collections
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

ADVICE = ["dropping caches frees", "truncating files frees", "ipcrm frees", "swapoff frees", "closing descriptors frees",
          "ending tasks frees", "unmounting frees", "waiting frees", "several of these together free",
          "about to go", "a reboot frees"]

# What the guest did to memory decides what frees it: nothing else has these open, mapped or attached.
MEMORY = {
    "/memory/tmpfs.scope": "truncating files frees",
    "/memory/tmpfs-deleted.scope": "closing descriptors frees",
    "/memory/memfd.scope": "closing descriptors frees",
    "/memory/shared-mapping.scope": "ending tasks frees",
    "/memory/anon.scope": "ending tasks frees",
    "/memory/sysv.scope": "ipcrm frees",
    "/memory/swap.scope": "swapoff frees",
    "/system.slice/mlocked.service": "several of these together free",     # unlocked, it is cache like other cache
}

# Who keeps a css_set or a socket decides, too.
KEPT = {
    "/references/namespace.service": "closing descriptors frees",
    "/references/namespace-of-process.service": "ending tasks frees",
    "/references/namespace-by-path.service": "closing descriptors frees",
    "/references/namespace-of-file.service": "closing descriptors frees",
    "/references/passed-namespace.service": "closing descriptors frees",
    "/references/registered-file-of-cgroup.service": "closing descriptors frees",
    "/references/namespace-mounted.service": "unmounting frees",
    "/references/namespace-mounted-elsewhere.service": "unmounting frees",
    "/references/unreaped.service": "ending tasks frees",
    "/references/mapped-packet.service": "ending tasks frees",
    "/references/unaccepted.service": "closing descriptors frees",
    "/references/network-namespace.service": "several of these together free",     # an inotify group is in it, too
}

# A zombie each of them, and much alike: they are asked for together.
SESSIONS = "/user.slice/user-1000.slice/session-*.scope"

LINES = 30      # of a screen


class Dump:
    """The diagnosis of one dump, by a scan, and its list of zombies."""

    def __init__(self, name):
        boot = boot_of(name)
        crash = crashes.ready(crashes.for_kernel(boot.kernel)[0].name)
        self.run = lambda commands: crash.run(boot, boot.formats["zlib"], commands).outputs
        summary, rows = self.run(["zmemcg -s -S -o json", "zmemcg -o json"])
        self.truth = boot.truth
        self.summary = json.loads(summary)["summary"]
        self.addresses = {row["cgroup"]: row["memcg"] for row in map(json.loads, rows.splitlines()) if "summary" not in row}
        self.zombies = set(self.addresses)

    def summaries(self, selectors):
        """The diagnosis of what each of them means."""
        outputs = self.run([f"zmemcg -s -o json {selector}" for selector in selectors])
        return [json.loads(output)["summary"] for output in outputs]

    @functools.cached_property
    def of_each(self):
        """cgroup -> its diagnosis alone; of the sessions, of all."""
        addresses = {path: address for path, address in self.addresses.items() if "/session-" not in path}
        if len(addresses) < len(self.addresses):
            addresses[SESSIONS] = SESSIONS
        return dict(zip(addresses, self.summaries(addresses.values())))


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
        assert dump.summary["files"] == [], "there pages hold no removed memcg"
        return
    files = expect.files(dump.truth, scan=True)
    first = dump.summary["files"][0]
    most = max(files, key=lambda path: (files[path]["ZOMBIES"], files[path]["PAGES"]))
    row = files[most]
    assert first["path"] == truth.unescaped(most)
    assert {column: first[column.lower()] for column in row} == row
    together = re.search(r"all pages of (\d+) of", expect.cover(dump.truth, scan=True)[0])
    assert dump.summary["few files have all pages of"] == int(together[1])


def test_holders_are_counted_by_kind(dump):
    expected = expect.references(dump.truth).values()
    for kind in ("SOCK", "FSNOTIFY", "CSET", "MM"):
        # what the guest did not count, the sockets of a network namespace, is there
        holding = sum(int(row.get(kind, 1)) > 0 for row in expected)
        assert dump.summary.get(f"held by {kind}", 0) == holding, kind
    assert "with a REST" not in dump.summary


def test_each_zombie_has_one_way_to_be_freed(dump):
    assert sum(dump.summary.get(key, 0) for key in ADVICE) == dump.truth.dying
    assert "a reboot frees" not in dump.summary


def advice_of(summary):
    return {key: summary[key] for key in ADVICE if key in summary}


def test_a_zombie_has_the_same_advice_whatever_is_selected(dump):
    sums = collections.Counter()
    for path, summary in dump.of_each.items():
        assert sum(advice_of(summary).values()) == summary["zombies"], path
        sums.update(advice_of(summary))
    assert sums == advice_of(dump.summary)


def test_memory_is_freed_by_what_has_it(dump):
    if dump.truth.pages_leave:
        return
    for path, advice in MEMORY.items():
        if "held by KMEM" not in dump.of_each[path]:    # until 5.12 the page tables of a task that swapped, too
            assert advice_of(dump.of_each[path]) == {advice: 1}, path
    (mapped_and_cache,) = [key for key in dump.of_each["/system.slice/mlocked.service"] if " + " in key]
    assert mapped_and_cache == "drop caches + end tasks"


def test_who_keeps_it_has_to_go(dump):
    for path, advice in KEPT.items():
        assert advice_of(dump.of_each[path]) == {advice: 1}, path


def test_figures_are_those_of_the_selected(dump):
    rows = expect.columns(dump.truth, scan=True)
    for path, summary in dump.of_each.items():
        if path == SESSIONS or "\\" in path or path not in rows:
            continue
        assert (summary["zombies"], summary["removal not finished"]) == (1, 0), path
        for key, column in (("file pages", "FILE"), ("shmem pages", "SHMEM"), ("anon pages", "ANON"), ("swap entries", "SWAP")):
            assert summary[key] == rows[path][column], (path, key)
        assert [record["zombies"] for record in summary["templates"]] == [1], path
        assert (summary["active"], summary["dying"]) == (dump.truth.active, dump.truth.dying), "of the machine"


def test_a_line_about_more_than_the_selected_says_so(dump):
    path = next(path for path in dump.of_each if path.startswith("/"))
    text, = dump.run([f"zmemcg -s {dump.addresses.get(path, path)}"])
    lines = text.splitlines()
    assert lines[0] == (f"zombies: 1 (of the machine's {dump.truth.dying}; all below is about the selected, "
                        'but where it says "machine")')
    for line in lines[:lines.index(next(line for line in lines if line.startswith("There are ")))]:
        assert ("machine" in line) == line.startswith(("zombies:", "ids in use:", "per-CPU KB:")), line


@pytest.mark.parametrize("command", ["zmemcg -s", "zmemcg -s -S"])
def test_it_is_one_screen(dump, command):
    text, = dump.run([command])
    assert len(text.splitlines()) <= LINES


@pytest.mark.parametrize("machine, advice", [("6.1-drop_caches", "dropping caches frees"), ("6.1-swapoff", "swapoff frees")])
def test_advice_frees_as_many_as_it_says(extension, machine, advice):
    before, after = dump_of("6.1"), dump_of(machine)
    assert before.summary[advice] > 0
    assert after.zombies < set(map(truth.unescaped, after.truth.memcgs)) == before.zombies
    assert len(before.zombies) - len(after.zombies) == before.summary[advice]
    assert advice not in after.summary
