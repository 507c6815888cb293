# SPDX-License-Identifier: GPL-2.0-or-later
"""What -w tells of one memcg's life, and ages where the stamps that they are from have moved."""

import calendar
import functools
import json
import re
import shutil
import struct
import time

import pytest

import boots
import crashes
import crashrun
import expect
import kernels
import layouts
from conftest import boot_of

# Each machine with zombies, with each crash that opens its dumps.
CELLS = [(machine.name, crash.name) for machine in boots.WITH_ZOMBIES
         for crash in crashes.for_kernel(machine.kernel)]

LIVES = ["/ages/left.service", "/ages/owned.service", "/ages/invoked.service", "/ages/invoked-by-user.service",
         "/unhooked/child"]

DATE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC( or later)?, (\S+) ago \((.*)\)")

FIELDS = {
    "removal": "kernfs_iattrs.ia_mtime",
    "last-task": "last task: cgroup.events_file.notified_at",
    "creation": r"creation: (mem_cgroup.socket_pressure|wb_domain.dirty_limit_tstamp)",
}


def pairs_of(text):
    """The lines between the details and the last ones."""
    ending = text.splitlines()
    start = next(number for number, line in enumerate(ending) if line.startswith(("removed: ", "created: ")))
    lines = ending[start:next(number for number, line in enumerate(ending) if line.startswith("There are "))]
    return dict(line.split(": ", 1) for line in lines)


def dated(value):
    """Seconds since 1970, the words around them, and the field."""
    date, later, age, field = DATE.fullmatch(value).groups()
    return calendar.timegm(time.strptime(date, "%Y-%m-%d %H:%M:%S")), bool(later), age, field


class Lives:
    def __init__(self, name, crash):
        boot = boot_of(name)
        self.truth = boot.truth
        self.v1 = "zm.cgroup=v1" in boots.by_name(name).parameters
        self.known = [path for path in LIVES if path in self.truth.memcgs]
        commands = [*(f"zmemcg -w {path}" for path in self.known), "zmemcg -o json", "zmemcg -w -o json /ages/invoked.service",
                    "zmemcg -w -a /online/busy"]
        *texts, rows, record, online = crashes.ready(crash).run(boot, boot.formats["zlib"], commands).outputs
        self.pairs = dict(zip(self.known, map(pairs_of, texts)))
        self.rows = [json.loads(line) for line in rows.splitlines()]
        self.summary = json.loads(record.splitlines()[-1])["summary"]
        self.online = pairs_of(online)


@functools.cache
def lives_of(name, crash):
    try:
        return Lives(name, crash)
    except kernels.Missing as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=CELLS, ids="-".join)
def lives(request, extension):
    return lives_of(*request.param)


def test_the_guest_made_them(lives):
    assert {path for path in LIVES if path.startswith("/ages/")} - set(lives.known) == (
        {"/ages/invoked-by-user.service"} if lives.v1 else set())
    for path in lives.known:
        row = lives.truth.memcgs[path]
        if path.startswith("/ages/"):
            assert int(row["left"]) - int(row["made"]) >= 1
            assert int(row["removed"]) - int(row["left"]) >= 3


def test_removal_has_its_evidence(lives):
    for path, pairs in lives.pairs.items():
        row = lives.truth.memcgs[path]
        at, later, age, field = dated(pairs["removed"])
        first, last = expect.dates(row)
        assert first - 1 <= at <= last + 1, path
        assert re.fullmatch(FIELDS[row["evidence"]], field), path
        assert later == age.startswith("~") == (row["evidence"] != "removal"), path
        assert at <= int(row["removed"]) + 1


def test_life_is_told(lives):
    for path, pairs in lives.pairs.items():
        row = lives.truth.memcgs[path]
        made, _, _, field = dated(pairs["created"])
        assert abs(made - int(row["made"])) <= 1, path
        assert field in ("mem_cgroup.socket_pressure", "wb_domain.dirty_limit_tstamp")
        follows = not lives.v1 and row.get("cgroup") != "online"
        assert ("last task left" in pairs) == ("last activity" in pairs) == follows, path
        if follows:
            for key, source in (("last task left", "cgroup.events_file.notified_at"), ("last activity", "psi_group_cpu.state_start")):
                left, _, _, field = dated(pairs[key])
                assert abs(left - int(row["left"])) <= 1, (path, key)
                assert field == source


def test_owner_and_invocation_are_those_that_were_set(lives):
    for path, pairs in lives.pairs.items():
        row = lives.truth.memcgs[path]
        assert pairs.get("owner uid", "-") == row["owner"], path
        assert pairs.get("invocation id", "-") == row["invocation"], path
    invoked = lives.truth.memcgs["/ages/invoked.service"]
    assert lives.summary["invocation id"] == invoked["invocation"] != "-"
    assert lives.summary["owner uid"] == int(invoked["owner"])


def test_json_has_the_parts_of_what_the_text_says(lives):
    """Numbers and names, where the text has a sentence."""
    pairs = lives.pairs["/ages/invoked.service"]
    sources = {"removed": expect.EVIDENCE[lives.truth.memcgs["/ages/invoked.service"]["evidence"]], "created": "creation",
               "last task left": "last task", "last activity": "last activity"}
    told = pairs.keys() & sources.keys()
    assert {"removed", "created"} <= told
    for key in told:
        at, _, age, field = dated(pairs[key])
        assert lives.summary[key] == {
            "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)), "ago": crashrun.seconds(age),
            "source": sources[key], "field": field.rpartition(": ")[2]}, key


def test_what_lives_was_created_and_that_is_all(lives):
    assert set(lives.online) == {"created"}


def test_each_age_names_its_source(lives):
    *rows, summary = lives.rows
    expected = {path: expect.EVIDENCE[row["evidence"]] for path, row in lives.truth.memcgs.items()}
    shown = {row["cgroup"]: row["age_source"] for row in rows}
    assert len(shown) == len(expected)
    assert sorted(shown.values()) == sorted(expected.values())
    assert all(shown[path] == word for path, word in expected.items() if "\\" not in path)
    assert summary["summary"]["inferred_ages"] == sum(word != "removal" for word in expected.values())


# Below, stamps are moved in a copy of a dump, as reclaim and writeback move them in a memcg that they meet.

MOVED = range(30, 40)       # of the sessions, by their place in the list


def offset_of(elf, address):
    """Where in QEMU's ELF dump a physical address is."""
    _, start, _, _, _, size, count, _ = struct.unpack_from("<QQQIHHHH", elf, 24)
    for number in range(count):
        kind, _, offset, _, physical, bytes_in_file = struct.unpack_from("<IIQQQQ", elf, start + number * size)
        if kind == 1 and physical <= address < physical + bytes_in_file:
            return offset + address - physical
    raise AssertionError(f"{address:x} is not in the dump")


def stamps(said, memcg):
    """Addresses of the two."""
    pairs = {key: value.split() for key, value in layouts.pairs(said).items()}
    pressure = int(pairs["mem_cgroup.socket_pressure"][0])
    dirty = int(pairs["mem_cgroup.cgwb_domain"][0]) + int(pairs["wb_domain.dirty_limit_tstamp"][0])
    return memcg + pressure, memcg + dirty


def places(crash, boot, said, memcgs):
    addresses = [address for memcg in memcgs for address in stamps(said, int(memcg, 16))]
    outputs = crash.run(boot, boot.formats["elf"], [f"vtop {address:x}" for address in addresses]).outputs
    with open(boot.formats["elf"], "rb") as dump:
        head = dump.read(1 << 16)
    return [offset_of(head, int(re.search(r"\n[0-9a-f]+ +([0-9a-f]+)", output)[1], 16)) for output in outputs]


def test_stamps_that_moved_are_replaced_by_the_order_of_creation(extension, tmp_path):
    boot, crash = boot_of("6.1-v1"), crashes.ready("host")
    said, listed = crash.run(boot, boot.formats["elf"], ["zmemcg -L", "zmemcg -o json"]).outputs
    rows = [row for row in map(json.loads, listed.splitlines()) if "session-" in row.get("cgroup", "")]
    moved = [row for row in (rows[number] for number in MOVED) if row["age_source"] == "creation"]
    assert len(moved) == len(MOVED) // 2
    youngest = max(rows, key=lambda row: int(boot.truth.memcgs[row["cgroup"]]["made"]))
    shutil.copyfile(boot.formats["elf"], tmp_path / "moved")
    with open(tmp_path / "moved", "r+b") as dump:
        dump.seek(places(crash, boot, said, [youngest["memcg"]])[0])
        late = struct.unpack("<Q", dump.read(8))[0] + 750       # three seconds: dates of one moment can differ by one
        for place in places(crash, boot, said, [row["memcg"] for row in moved]):
            dump.seek(place)
            dump.write(struct.pack("<Q", late))
    again, text, older, life = crash.run(boot, tmp_path / "moved", [
        "zmemcg -o json", "zmemcg", "zmemcg -t 1", f"zmemcg -w {moved[0]['memcg']}"]).outputs
    *rows, record = map(json.loads, again.splitlines())
    now = {row["cgroup"]: row for row in rows}
    for row in moved:
        assert now[row["cgroup"]]["age_source"] == "serial number"
        assert abs(now[row["cgroup"]]["age"] - row["age"]) <= 1
    assert sum(row["age_source"] == "serial number" for row in now.values()) == len(moved)
    marks = {"removal": "", "creation": "~", "serial number": "?"}
    listed = crashrun.parse(text)
    assert [re.match("[~?]?", row["AGE"])[0] for row in listed.rows] == [marks[row["age_source"]] for row in rows]
    created = sum(row["age_source"] == "creation" for row in rows)
    assert record["summary"]["inferred_ages"] == created + len(moved)
    assert [line for line in listed.ending if "(~)" in line or "(?)" in line] == [
        f"{created} ages are inferred (~): removed that long ago at most, by creation {created}",
        f"{len(moved)} ages are estimates (?): between their neighbours' by serial number"]
    assert re.findall(r"^-t: .*", older, re.M) == [
        f"-t: {created} of the {len(rows)} selected have an inferred age (~): they may be younger",
        f"-t: {len(moved)} of the {len(rows)} selected have an estimated age (?): they may be younger or older"]
    _, later, age, field = dated(pairs_of(life)["removed"])
    assert (later, age[0], field) == (False, "?", "serial number: cgroup_subsys_state.serial_nr")
