# SPDX-License-Identifier: GPL-2.0-or-later
"""-f -u names the tasks that have each file open or mapped: those that the guest found in its own /proc, and no other."""

import collections
import csv
import functools
import json
import re

import pytest

import boots
import crashes
import crashrun
import expect
import kernels
import truth
from conftest import boot_of

# Each machine with zombies, with each crash that opens its dumps.
CELLS = [(machine.name, crash.name) for machine in boots.WITH_ZOMBIES
         for crash in crashes.for_kernel(machine.kernel)]

COLUMNS = ["TASK", "PID", "OPEN", "MAPPED", "COMM"]
INDENTATION = "    "
RECORD = re.compile("[0-9a-f]{16}  ")
SHOWN = 16          # descriptors in a line of text, at most

COMMANDS = ["zmemcg -f -S", "zmemcg -f -u -S", "zmemcg -f -u", "zmemcg -f -u -S -o json", "zmemcg -f -u -S -o csv",
            "zmemcg -f -S -n 3", "zmemcg -f -u -S -n 3", "zmemcg -f -u -a -S", "zmemcg -f -u three.service one.service",
            "zmemcg -f three.service one.service"]


def split(text):
    """The lines that -f has without -u, and (path, row) of each user."""
    files, users, path = [], [], None
    for line in text.splitlines():
        if not line.startswith(INDENTATION):
            files.append(line)
            path = line.split(None, len(heading) - 1)[-1] if RECORD.match(line) else None
            if line.startswith("INODE"):
                heading = line.split()
            continue
        cells = line.split(None, len(COLUMNS) - 1)
        assert len(cells) == len(COLUMNS), line
        if path:
            users.append((path, dict(zip(COLUMNS, cells))))
        else:
            assert cells == COLUMNS
    return files, users


class Users:
    """The reports on one dump, and what crash shows of the tasks that they name."""

    def __init__(self, boot, crash):
        self.truth = boot.truth
        dump = boot.formats["zlib"]
        self.outputs = dict(zip(COMMANDS, crash.run(boot, dump, COMMANDS).outputs))
        tasks = {row["TASK"] for _, row in self.users("zmemcg -f -u -S")}
        shows = [f"struct task_struct.pid {task}" for task in sorted(tasks)]
        self.shown = dict(zip(sorted(tasks), crash.run(boot, dump, shows).outputs))

    def users(self, command):
        return split(self.outputs[command])[1]


@functools.cache
def users_on(machine, crash):
    try:
        return Users(boot_of(machine), crashes.ready(crash))
    except kernels.Missing as reason:
        pytest.skip(f"crash {crash}: {reason}")


@pytest.fixture(scope="module", params=CELLS, ids="-".join)
def dump(request, extension):
    return users_on(*request.param)


def shortened(descriptors):
    words = descriptors.split(",")
    return descriptors if len(words) <= SHOWN else ",".join([*words[:SHOWN], f"+{len(words) - SHOWN}"])


def by_path(truth, paths, shortened=shortened):
    """path -> (pid, OPEN, MAPPED, COMM) of each user, by pid"""
    users = collections.defaultdict(list)
    for user in truth.users:
        if user["path"] in paths:
            users[user["path"]].append((int(user["pid"]), shortened(user["open"]), user["mapped"], user["comm"]))
    return {path: sorted(rows) for path, rows in users.items()}


def expected(truth, scan, shortened=shortened):
    return by_path(truth, expect.files(truth, scan), shortened)


def cells(rows):
    """path -> the same of what a report shows, in its order"""
    users = collections.defaultdict(list)
    for path, row in rows:
        users[path].append((int(row["PID"]), row["OPEN"], row["MAPPED"], row["COMM"]))
    return users


@pytest.mark.parametrize("command, scan", [("zmemcg -f -u", False), ("zmemcg -f -u -S", True)])
def test_users_are_those_that_the_guest_has(dump, command, scan):
    assert cells(dump.users(command)) == expected(dump.truth, scan)


def test_the_guest_has_users_of_each_kind():
    """What the guest is to have made; the exact set is the test above."""
    truth = boot_of("6.1").truth
    words = {word for user in truth.users for word in (user["comm"], user["mapped"])}
    assert {"two\\040words", "back\\134slash", "leaderless", "overlay", "-", "rwxp", "rw-s", "r--sL", "---s"} <= words
    assert {letter for user in truth.users for letter in user["open"]} >= set("rwu")
    assert any(user["open"].count(",") >= SHOWN for user in truth.users)


def test_files_are_those_of_f(dump):
    files, _ = split(dump.outputs["zmemcg -f -u -S"])
    assert files == dump.outputs["zmemcg -f -S"].splitlines()


def test_n_counts_files(dump):
    files, users = split(dump.outputs["zmemcg -f -u -S -n 3"])
    assert files == dump.outputs["zmemcg -f -S -n 3"].splitlines()
    paths = {line.split()[-1] for line in files if RECORD.match(line)}
    assert users == [(path, row) for path, row in dump.users("zmemcg -f -u -S") if path in paths]


def test_selectors_choose_the_files(dump):
    files, users = split(dump.outputs["zmemcg -f -u three.service one.service"])
    assert files == dump.outputs["zmemcg -f three.service one.service"].splitlines()
    assert cells(users) == {path: rows for path, rows in expected(dump.truth, False).items()
                            if path in ("/mnt/srv/plain", "/mnt/srv/shared")}


def test_online_memcgs_bring_their_files(dump):
    """With -a there are the files of living groups, too; the guest knows the users of those that it made."""
    files, users = split(dump.outputs["zmemcg -f -u -a -S"])
    shown = {row["PATH"] for row in crashrun.parse("\n".join(files)).rows}
    known = {user["path"] for user in dump.truth.users} & shown
    assert known >= {"/mnt/srv/plain", "/mnt/overlay/lower/low", "/mnt/overlay/upper/up", "/mnt/volume/data"}
    assert {path: rows for path, rows in cells(users).items() if path in known} == by_path(dump.truth, known)


def test_addresses_are_of_tasks_that_crash_knows(dump):
    pids = {row["TASK"]: row["PID"] for _, row in dump.users("zmemcg -f -u -S")}
    assert pids
    for task, pid in pids.items():
        assert f"pid = {pid}," in " ".join(dump.shown[task].split()), task


def whole(descriptors):
    return descriptors


def test_json_has_an_array_of_them(dump):
    users = collections.defaultdict(list)
    lines = dump.outputs["zmemcg -f -u -S -o json"].splitlines()
    for record in map(json.loads, lines[:-1]):
        assert list(record)[-1] == "users"
        for user in record["users"]:
            assert list(user) == [column.lower() for column in COLUMNS]
            users[record["path"]].append((user["pid"], user["open"] or "-", user["mapped"] or "-", user["comm"]))
    assert users == {truth.unescaped(path): [(pid, opened, mapped, None if comm == "-" else truth.unescaped(comm))
                                             for pid, opened, mapped, comm in rows]
                     for path, rows in expected(dump.truth, True, whole).items()}
    assert "summary" in json.loads(lines[-1])


def test_csv_has_a_row_for_each(dump):
    lines = [line for line in dump.outputs["zmemcg -f -u -S -o csv"].splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    paths = {row["INODE"]: row["PATH"] for row in crashrun.parse(dump.outputs["zmemcg -f -S"]).rows}
    users = collections.defaultdict(list)
    for row in rows:
        assert list(row) == ["inode", *(column.lower() for column in COLUMNS)]
        users[paths[row["inode"]]].append((int(row["pid"]), row["open"] or "-", row["mapped"] or "-", row["comm"] or "-"))
    assert users == expected(dump.truth, True, whole)
    assert [row["task"] for row in rows] == [row["TASK"] for _, row in dump.users("zmemcg -f -u -S")]


def flags(text):
    return {row["PATH"]: row["FLAGS"] for row in crashrun.parse("\n".join(split(text)[0])).rows}


@pytest.mark.parametrize("command", ["zmemcg -f -S", "zmemcg -f -u -a -S"])
def test_mapped_files_are_those_with_pages_in_an_mm(dump, command):
    """M: what the guest's smaps count as resident."""
    resident = collections.Counter()
    for user in dump.truth.users:
        resident[user["path"]] += int(user["mapped_kb"])
    letters = {path: letters for path, letters in flags(dump.outputs[command]).items() if path in resident}
    assert {path for path in letters if "M" in letters[path]} == {path for path in letters if resident[path]}
    assert "-a" not in command or {"/mnt/srv/mlocked", "/mnt/srv/plain"} <= letters.keys()


def test_dirty_files_are_those_in_memory(dump):
    """D: nobody writes back what is in tmpfs or ramfs; the guest synced its files on disks."""
    types = expect.types(dump.truth)
    for path, letters in flags(dump.outputs["zmemcg -f -S"]).items():
        if types[path] == "shmem" or path == "/mnt/ramfs/file":
            assert "D" in letters, path
        elif types[path] == "file":
            assert "D" not in letters, path
