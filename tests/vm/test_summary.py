# SPDX-License-Identifier: GPL-2.0-or-later
"""The diagnosis: its counts are the guest's, each zombie has one way to be freed, and each advice is tested by following it."""

import collections
import fnmatch
import functools
import json
import re

import pytest

import boots
import crashes
import crashrun
import endings
import expect
import kernels
from conftest import boot_of
from test_forms import whole
from truth import unescaped

MACHINES = [machine.name for machine in boots.WITH_ZOMBIES]
FOLLOWED = [machine.name.removesuffix("-followed") for machine in boots.FOLLOWED]

# What the line says, and what it is called among several; in the order in which the guest follows them.
ACTIONS = {"ipcrm frees": "ipcrm", "truncating files frees": "truncate", "swapoff frees": "swapoff", "ending tasks frees": "end tasks",
           "closing descriptors frees": "close", "letting go of pages frees": "let go", "unmounting frees": "unmount", "dropping caches frees": "drop caches",
           "waiting frees": "wait"}
ORDER = list(ACTIONS.values())

ADVICE = [*ACTIONS, "several of these together free", "about to go", "a reboot frees"]

# What the guest did to memory decides what frees it: nothing else has these open, mapped or attached.
MEMORY = {
    "/memory/tmpfs.scope": "truncating files frees",
    "/memory/ramfs.scope": "truncating files frees",
    "/memory/tmpfs-deleted.scope": "closing descriptors frees",
    "/memory/memfd.scope": "closing descriptors frees",
    "/memory/shared-mapping.scope": "ending tasks frees",
    "/memory/anon.scope": "ending tasks frees",
    "/memory/anon-forked.scope": "ending tasks frees",
    "/memory/anon-copied.scope": "ending tasks frees",
    "/memory/file-mapped.scope": "several of these together free",
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
    "/references/unreaped-elsewhere.service": "ending tasks frees",
    "/references/mapped-packet.service": "ending tasks frees",
    "/references/unaccepted.service": "closing descriptors frees",
    "/references/network-namespace.service": "several of these together free",     # an inotify group is in it, too
    "/references/network-mounted.service": "unmounting frees",
    "/references/network-mounted-with-member.service": "several of these together free",
    "/references/network-by-descriptor.service": "closing descriptors frees",
    "/references/network-of-socket.service": "closing descriptors frees",
}

# What has the pages besides the cache, too.
REFERRED = {"/spliced/file.scope": {"drop caches", "let go"}, "/spliced/large.scope": {"drop caches", "let go"}, "/spliced/tmpfs.scope": {"truncate", "let go"},
            "/spliced/truncated.scope": {"let go"}, "/spliced/memory.scope": {"let go"}, "/spliced/mapped-memory.scope": {"end tasks", "let go"}, "/spliced/batched.scope": {"drop caches"}}

# Much alike, each of them: they are asked for together.
ALIKE = ["/user.slice/user-1000.slice/session-*.scope", "/names/*", "/ages/*"]

# Whose descriptors the guest opened before it forked.
OPENED = [f"/references/{name}.service" for name in ("tcp-sockets", "inotify", "namespace", "namespace-by-path", "network-by-descriptor")]

SCREENS = ["zmemcg -s", "zmemcg -s -S"]
LINES, COLUMNS = 40, 100      # of a screen


def selectors(truth):
    """Of each zombie; of those that are alike, of all."""
    paths = [path for path in map(unescaped, truth.memcgs) if not any(fnmatch.fnmatch(path, glob) for glob in ALIKE)]
    return [*(glob for glob in ALIKE if any(fnmatch.fnmatch(path, glob) for path in truth.memcgs)), *paths]


class Dump:
    """All that is asked of one dump, in one session: to open it costs more than all of this."""

    def __init__(self, name):
        boot = boot_of(name)
        crash = crashes.ready(crashes.for_kernel(boot.kernel)[0].name)
        self.truth = boot.truth
        chosen = [] if self.truth.freed else selectors(self.truth)
        alone = chosen[-1:]
        opened = [] if self.truth.freed else OPENED
        whole, rows, self.descriptors, self.tables, *outputs = crash.run(boot, boot.formats["zlib"], [
            "zmemcg -s -S -o json", "zmemcg -o json", "foreach files", "foreach task -R files", *(f"zmemcg -w {path}" for path in opened), *SCREENS, *(f"zmemcg -s {selector}" for selector in alone),
            *(f"zmemcg -s -o json {selector}" for selector in chosen)]).outputs
        self.holders = dict(zip(opened, outputs))
        outputs = outputs[len(opened):]
        self.summary = json.loads(whole)["summary"]
        self.zombies = {row["cgroup"] for row in map(json.loads, rows.splitlines()) if "summary" not in row}
        self.screens = dict(zip(SCREENS, outputs))
        self.alone = outputs[len(SCREENS):-len(chosen)]
        self.of_each = {selector: json.loads(output)["summary"]
                        for selector, output in zip(chosen, outputs[len(SCREENS) + len(alone):])}


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


def behind(inferred, left_out):
    parts = [f"{count} {words}" for count, words in ((inferred, "inferred"), (left_out, "left out")) if count]
    return f" ({', '.join(parts)})" if parts else None


def test_both_kinds_of_age_have_a_verdict(dump):
    """However many there are of either: nothing turns on one zombie."""
    exact = sum(row["evidence"] == "removal" for row in dump.truth.memcgs.values())
    every = len(dump.truth.memcgs)
    assert (dump.summary["exact ages"]["ages"], dump.summary["all ages"]["ages"]) == (exact, every)
    lines = re.findall(r"^(?:bursts?|steady|few): .*", whole(dump.screens["zmemcg -s -S"]), re.M)
    said = [re.fullmatch(r"(\w+): (\d+)% of (.*) within .*?( \(.*\))?", line).groups() for line in lines]
    expected = [(f"{exact} exact ages", dump.summary["exact ages"], 0)] if exact else []
    if every > exact:
        expected.append((f"all {every} ages", dump.summary["all ages"], every - exact) if exact
                        else (f"{every} inferred ages", dump.summary["all ages"], 0))
    assert said == [(of["verdict"], str(of["percent"]), which, behind(inferred, of["left_out"])) for which, of, inferred in expected]


def test_the_files_are_those_that_hold_most(dump):
    """As -f has them, which other tests compare with the guest's."""
    if dump.truth.pages_leave:
        assert dump.summary["files"] == [], "there pages hold no removed memcg"
        return
    files = expect.files(dump.truth, scan=True)
    first = dump.summary["files"][0]
    most = max(files, key=lambda path: (files[path]["ZOMBIES"], files[path]["PAGES"]))
    row = files[most]
    assert first["path"] == unescaped(most)
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
    # Swapoff alone would map the pages again, and they would stay where they are. On v1 what is in the cache has no entry of its own.
    cached = dump.of_each["/memory/swapcache.scope"]
    entries = "held by SWAP" in cached
    assert advice_of(cached) == {"several of these together free" if entries else "ending tasks frees": 1}
    assert not entries or cached["swapoff + end tasks"] == 1
    for path in ("/system.slice/mlocked.service", "/memory/file-mapped.scope"):
        (mapped_and_cache,) = [key for key in dump.of_each[path] if " + " in key]
        assert mapped_and_cache == "end tasks + drop caches", path


def test_what_refers_to_pages_has_to_let_go(dump):
    if dump.truth.pages_leave:
        return
    for path, actions in REFERRED.items():
        assert actions_of(dump.of_each[path]) == actions, path


# The order in which the guests that follow the advice do it: nothing is left of what it frees.
TO_BE_DONE = [name.replace("_", " ") for name in
              re.findall(r'\{ "(\w+)",', (crashrun.ROOT / "tests/vm/guest/follow.c").read_text().split("actions[] = {")[1])]


def test_actions_of_a_set_are_in_the_order_in_which_they_are_done(dump):
    sets = [key.split(" + ") for summary in (dump.summary, *dump.of_each.values()) for key in summary if " + " in key]
    assert sets
    for actions in sets:
        assert actions == sorted(actions, key=TO_BE_DONE.index) and len(actions) == len(set(actions)) > 1
    (line,) = [line for line in whole(dump.screens["zmemcg -s -S"]).splitlines() if line.startswith("several of these together free: ")]
    said = dict(reversed(part.split(" ", 1)) for part in re.search(r"\((.*)\)", line)[1].split(", "))
    assert int(said.pop("by other sets", 0)) == sum(dump.summary[key] for key in dump.summary if " + " in key and key not in said)
    assert all(dump.summary[actions] == int(count) for actions, count in said.items())


def test_who_keeps_it_has_to_go(dump):
    for path, advice in KEPT.items():
        assert advice_of(dump.of_each[path]) == {advice: 1}, path


# Of those that one mount holds: the guest mounts each at one place, and what a namespace of its own sees, init does not.
MOUNTED = {
    "/disks/ext4-writer.service": "/mnt/writer",
    "/disks/btrfs-metadata.service": "/mnt/btree",
    "/references/namespace-mounted.service": "/namespace",
    "/references/namespace-mounted-elsewhere.service": r"\[nsfs mount [0-9a-f]{16}\]",
}


def test_what_is_to_be_unmounted_is_named(dump):
    expected = {path: mount for path, mount in MOUNTED.items() if not (dump.truth.pages_leave and path.startswith("/disks/"))}
    expected |= {path: re.escape(mount) for path, (mount,) in dump.truth.unmounts.items()}
    named = {path: summary["to unmount"] for path, summary in dump.of_each.items() if summary["to unmount"]}
    assert named.keys() == expected.keys()
    for path, mount in expected.items():
        (name,) = named[path]
        assert re.fullmatch(mount, name), path
    assert sorted(dump.summary["to unmount"]) == sorted(name for names in named.values() for name in names)
    (line,) = [line for line in whole(dump.screens["zmemcg -s -S"]).splitlines() if line.startswith("to unmount: ")]
    # of processes that the guest began later, in mount namespaces of their own; those are copies
    elsewhere = dump.summary.get("mounts to unmount in other namespaces", 0)
    assert elsewhere >= sum(path.startswith("/disks/") for path in expected)
    mounts = dump.summary["to unmount"]
    more = (f" and {len(mounts) - 4} more" if len(mounts) > 4 else "") + (f" (and {elsewhere} elsewhere)" if elsewhere else "")
    assert line == f"to unmount: {', '.join(mounts[:4])}{more}"


def test_what_keeps_a_network_namespace_has_to_go(dump):
    """All of it, and nothing else: whom the guest wrote down as a member, as who has a descriptor, as mounted where."""
    ways = {"end tasks": dump.truth.ends, "close": dump.truth.closes, "unmount": dump.truth.unmounts}
    kept = [path for path in dump.truth.netlink if path in dump.truth.closes or path in dump.truth.unmounts]
    assert len(kept) == 4
    for path in kept:
        assert actions_of(dump.of_each[path]) == {action for action, of in ways.items() if path in of}, path
        said = {task["pid"] for task in dump.of_each[path].get("to close in tasks", [])}
        # those that were begun later have what the first process has
        assert said == set(dump.truth.closes.get(path, [])) or 1 in dump.truth.closes[path] and 1 in said, path


# Of huge pages the guest has so many there: until 5.12 each has a page table in reserve, which no other table refers to.
HUGE = {"/memory/anon-huge.scope": 2, "/memory/mlocked-huge.scope": 1, "/references/mlocked-huge-and-sockets.service": 1}


def test_page_tables_tell_who_has_a_page_from_who_has_it_mapped(dump):
    """What the guest is for: mappings of a file that were not read, copies after a fork."""
    if dump.truth.pages_leave:
        return
    ends = endings.expected(dump.truth)
    for path, file, most in (("/system.slice/mlocked.service", "/mnt/srv/mlocked", 9), ("/memory/file-mapped.scope", "/mnt/srv/mapped-there", 1)):
        assert 0 < len(ends[path]) < len(endings.mapping(dump.truth, file)), path
        assert len(endings.mapping(dump.truth, file)) > most, path
    assert len(ends["/memory/file-mapped.scope"]) == len(ends["/memory/anon-copied.scope"]) == 1
    assert len(ends["/memory/anon-forked.scope"]) == 2


def ends_not_known(truth):
    """cgroup -> holders that are of tasks which nothing tells"""
    if truth.pages_leave:
        return {}
    return {"/memory/swapcache.scope": endings.SWAP_CACHED} | (HUGE if truth.release < (5, 13) else {})


def test_who_has_to_end_is_named(dump):
    expected = endings.expected(dump.truth)
    assert dump.truth.pages_leave or len(expected["/memory/shared-mapping.scope"]) > 9
    found = {path: endings.named(summary, "to end") for path, summary in dump.of_each.items() if summary.get("to end")}
    assert endings.named(dump.summary, "to end") == set().union(*found.values())
    if "/mms/child" in expected:        # one of them moved, and took its mm's reference along
        assert found.pop("/mms/child") < expected.pop("/mms/child")
        assert len(dump.of_each["/mms/child"]["to end"]) == int(dump.truth.memcgs["/mms/child"]["mms"])
    assert found == expected


def test_holders_of_tasks_that_are_not_known_are_counted(dump):
    key = "holders of tasks to end not known"
    unknown = {path: summary[key] for path, summary in dump.of_each.items() if key in summary}
    assert unknown == ends_not_known(dump.truth)
    assert dump.summary.get(key, 0) == sum(unknown.values())
    (line,) = [line for line in whole(dump.screens["zmemcg -s -S"]).splitlines() if line.startswith("to end: ")]
    names = endings.as_said(dump.summary["to end"])
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    unsaid = f" (of {sum(unknown.values())} holders not known)" if unknown else ""
    assert unescaped(line) == f"to end: {', '.join(names[:4])}{more}{unsaid}"


def test_who_has_to_reap_is_named(dump):
    found = {path: endings.named(summary, "to reap in tasks") for path, summary in dump.of_each.items() if summary["to reap in tasks"]}
    assert found == {path: set(pids) for path, pids in dump.truth.reaps.items()}
    assert endings.named(dump.summary, "to reap in tasks") == set().union(*found.values())


def by_task(output):
    """What crash's foreach says of each."""
    return {int(head.split()[0]): said for head, said in (part.split("\n", 1) for part in output.split("PID: ")[1:])}


def test_who_has_the_descriptors_is_named(dump):
    """The guest's first process opened them, and its children have what was not closed for them: crash says who."""
    for path, holders in dump.holders.items():
        files = re.findall(r"file +([0-9a-f]{16})(?:,| +-) +descriptor \d+ of pid", holders)
        assert files, path
        named = [task["pid"] for task in dump.of_each[path]["to close in tasks"]]
        assert 1 in named and len(named) > 1, path
        descriptors, tables = by_task(dump.descriptors), by_task(dump.tables)
        if 1 not in descriptors:
            continue        # crash 8.0.2 finds no task on 6.1 but the CPUs' own
        having = {task for task, said in descriptors.items() if any(re.search(rf"^ *\d+ +{file}\b", said, re.M) for file in files)}
        # Threads share a table of descriptors: one of them is named.
        assert set(named) <= having and sorted(tables[task] for task in named) == sorted({tables[task] for task in having}), path
    unaccepted = dump.of_each["/references/unaccepted.service"]
    assert (unaccepted["to close in tasks"], unaccepted["sockets to close of tasks not known"]) == ([], 2)
    closers = dump.summary["to close in tasks"]
    assert len({task["task"] for task in closers}) == len({task["pid"] for task in closers}) == len(closers)
    assert [task["comm"] for task in closers].count(None) == 1, "one of the guest's processes has no name"
    tasks = endings.as_said(closers)
    assert "1 init" in tasks
    (line,) = [line for line in whole(dump.screens["zmemcg -s -S"]).splitlines() if line.startswith("to close in tasks: ")]
    more = f" and {len(tasks) - 4} more" if len(tasks) > 4 else ""
    assert unescaped(line) == f"to close in tasks: {', '.join(tasks[:4])}{more} (of 5 sockets not known)"


def test_what_is_waited_for_is_said(dump):
    """Since 6.16 a CPU's stock is of several memcgs."""
    place = "so many other memcgs that one takes its place," if dump.truth.release >= (6, 16) else "another memcg"
    said = {path: summary["to wait for"] for path, summary in dump.of_each.items() if "to wait for" in summary}
    stocks = {path for path in expect.references(dump.truth) if path.startswith("/references/stock-")}
    assert stocks <= {path for path, words in said.items() if words.startswith("a CPU's stock: ")}
    for path, words in said.items():
        if path.startswith("/references/stock-"):
            assert words == f"a CPU's stock: it charges {place} or goes offline"
    waited = dump.summary.get("to wait for", "")
    assert ("a clean writeback: a removal" in waited) == ("a clean writeback: a removal" in said.values())


def test_a_writeback_goes_with_its_inodes(dump):
    """Since 5.14 those in use are handed on, when they are written and the next memcg is removed."""
    if "/references/opened-inode.service" not in dump.of_each:
        return      # v1 has no writeback of its own
    opened = {"drop caches", "close" if dump.truth.release < (5, 14) else "wait"}
    for name, actions in (("changed", {"drop caches"}), ("read", {"drop caches"}), ("opened", opened)):
        assert actions_of(dump.of_each[f"/references/{name}-inode.service"]) == actions, name


def test_nothing_of_a_sound_dump_is_said_to_be_damaged(dump):
    for path, summary in [("", dump.summary), *dump.of_each.items()]:
        assert (summary["unreadable"], summary["cut_short"], summary["missing_map_pages"]) == (0, 0, 0), path


def test_figures_are_those_of_the_selected(dump):
    rows = expect.columns(dump.truth, scan=True)
    for path, summary in dump.of_each.items():
        if path in ALIKE or path not in rows:
            continue
        assert (summary["zombies"], summary["removal not finished"]) == (1, 0), path
        for key, column in (("file pages", "FILE"), ("shmem pages", "SHMEM"), ("anon pages", "ANON"), ("swap entries", "SWAP")):
            assert summary[key] == rows[path][column], (path, key)
        assert [record["zombies"] for record in summary["templates"]] == [1], path
        assert (summary["active"], summary["dying"]) == (dump.truth.active, dump.truth.dying), "of the machine"


def test_a_line_about_more_than_the_selected_says_so(dump):
    lines = whole(dump.alone[0]).splitlines()
    assert lines[0] == (f"zombies: 1 (of the machine's {dump.truth.dying}; all below is about the selected, "
                        'but where it says "machine")')
    for line in lines[:lines.index(next(line for line in lines if line.startswith("There are ")))]:
        assert ("machine" in line) == line.startswith(("zombies:", "ids in use:", "per-CPU KB:")), line


@pytest.mark.parametrize("command", SCREENS)
def test_it_is_one_screen(dump, command):
    lines = dump.screens[command].splitlines()
    assert len(lines) <= LINES
    assert [line for line in lines if len(line) > COLUMNS] == []


def actions_of(summary):
    """All that has to be done for one zombie, or for several that are alike."""
    (key,) = advice_of(summary)
    if key in ACTIONS:
        return {ACTIONS[key]}
    (words,) = [key for key in summary if " + " in key]
    return set(words.split(" + "))


def promises(dump):
    """cgroup -> actions"""
    promised = {}
    for selector, summary in dump.of_each.items():
        paths = [path for path in dump.zombies if path == selector or (selector in ALIKE and fnmatch.fnmatch(path, selector))]
        promised |= dict.fromkeys(paths, actions_of(summary))
    return promised


def moments(actions, row):
    """
    The first and the last action that it may go with. What waiting brings comes at any time, and how many writebacks an ext4 has is not
    the guest's to say: they are handed on while it waits. With a filesystem goes what is cached of its files.
    """
    least = actions - {"wait"} - ({"drop caches"} if "unmount" in actions else set())
    most = actions | ({"wait"} if row["writebacks"] == "-" else set())
    return max(map(ORDER.index, least), default=0), max(map(ORDER.index, most))


@pytest.mark.parametrize("machine", FOLLOWED)
def test_each_action_frees_what_it_promised(extension, machine):
    """The kernel says which action each cgroup went with; of one that is still there its memcg must be gone."""
    before, after = dump_of(machine), dump_of(f"{machine}-followed")
    promised = promises(before)
    assert set(promised) == before.zombies == set(map(unescaped, after.truth.memcgs))
    for path, row in after.truth.memcgs.items():
        if row.get("cgroup") == "online":
            continue
        first, last = moments(promised[unescaped(path)], row)
        freed = after.truth.freed.get(path)
        assert freed in ORDER[first:last + 1], f"{path}: {promised[unescaped(path)]}, and it went with {freed}"
    assert after.truth.left == 0
    assert after.zombies == set()


def never_alone(truth):
    """Actions that no zombie there needs and nothing else."""
    if truth.pages_leave:
        return {"ipcrm", "truncate", "let go"}
    # until 5.12 what is swapped has its task's page tables beside it
    return {"swapoff"} if truth.release < (5, 13) else set()


@pytest.mark.parametrize("machine", FOLLOWED)
def test_as_many_go_with_each_action_as_it_says(extension, machine):
    before, after = dump_of(machine), dump_of(f"{machine}-followed")
    online = {unescaped(path) for path, row in after.truth.memcgs.items() if row.get("cgroup") == "online"}
    alone = {path: actions for path, actions in promises(before).items() if len(actions) == 1 and path not in online}
    gone = collections.Counter(action for path, action in after.truth.freed.items() if unescaped(path) in alone)
    said = collections.Counter(action for actions in alone.values() for action in actions)
    assert gone == said
    for key, action in ACTIONS.items():
        assert before.summary.get(key, 0) == said[action] + sum(promises(before)[path] == {action} for path in online), key
    assert set(gone) == set(ORDER) - {"wait"} - never_alone(before.truth)
