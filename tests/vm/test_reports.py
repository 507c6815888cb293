# SPDX-License-Identifier: GPL-2.0-or-later
"""Every report on every dump format shows exactly what the guest made."""

import collections
import datetime
import re

import pytest

import crashrun
import expect
import layouts
from conftest import CELLS, COMMANDS, why_not

ALARMING = re.compile(r"error|fail|invalid|warning|cannot|unexpected", re.IGNORECASE)


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_cell_can_be(cell):
    if why_not(*cell):
        pytest.skip(why_not(*cell))


def test_layout_is_that_of_docs(reports):
    changed = layouts.changed(reports.kernel, reports.layout)
    if changed is None:
        pytest.skip("docs has another build")
    assert changed == []


def by_cgroup(report):
    rows = {row["CGROUP"]: row for row in report.rows}
    assert len(rows) == len(report.rows), "a cgroup twice"
    return rows


@pytest.mark.parametrize("command", ["zmemcg", "zmemcg -S"])
def test_list_names_the_zombies(reports, command):
    rows = by_cgroup(reports.report(command))
    assert set(rows) == set(reports.truth.memcgs)
    assert {row["STATE"] for row in rows.values()} == {"ZOMBIE"}
    assert len({row["MEMCG"] for row in rows.values()}) == len(rows)


@pytest.mark.parametrize("command, scan", [("zmemcg", False), ("zmemcg -S", True)])
def test_list_counts_pages_and_swap(reports, command, scan):
    shown = {cgroup: {column: int(row[column]) for column in ("FILE", "SHMEM", "ANON", "SWAP")}
             for cgroup, row in by_cgroup(reports.report(command)).items()}
    assert shown == expect.columns(reports.truth, scan)


def test_list_counts_references(reports):
    known = {cgroup: row["refs"] for cgroup, row in reports.truth.memcgs.items() if row["refs"] != "-"}
    assert {cgroup: row["REFS"] for cgroup, row in by_cgroup(reports.report("zmemcg")).items()
            if cgroup in known} == known


def date_of_dump(reports):
    """As crash says it; crash 9.0.2 does not find the clock of 7.x, and says 1970."""
    date = re.search(r"DATE: (.*)", reports.sys)[1]
    date = datetime.datetime.strptime(date, "%a %b %d %H:%M:%S UTC %Y").replace(tzinfo=datetime.timezone.utc)
    return date.timestamp() or reports.truth.now


def test_list_dates_each_by_the_best_evidence(reports):
    now = date_of_dump(reports)
    for cgroup, row in by_cgroup(reports.report("zmemcg")).items():
        known = reports.truth.memcgs[cgroup]
        first, last = expect.dates(known)
        assert first - 1 <= now - crashrun.seconds(row["AGE"]) <= last + 1, cgroup
        assert row["AGE"].startswith("~") == (known["evidence"] != "removal"), cgroup


def test_online_memcgs_join_with_a(reports):
    states = {cgroup: row["STATE"] for cgroup, row in by_cgroup(reports.report("zmemcg -a")).items()}
    expected = dict.fromkeys(reports.truth.memcgs, "ZOMBIE") | dict.fromkeys(["/", *reports.truth.online], "ONLINE")
    assert states == expected
    assert not set(reports.truth.gone) & set(states)


@pytest.mark.parametrize("command, scan", [("zmemcg -p", False), ("zmemcg -p -S", True)])
def test_pages_are_those_charged(reports, command, scan):
    rows = reports.report(command).rows
    shown = collections.Counter()
    for row in rows:
        shown[row["CGROUP"], row["PATH"]] += int(row["NPAGES"])
    assert dict(shown) == expect.pages(reports.truth, scan)
    assert len({row["PAGE"] for row in rows}) == len(rows), "a folio twice"


def test_each_folio_is_one_line(reports):
    lines = collections.Counter(row["CGROUP"] for row in reports.report("zmemcg -p -S").rows if row["TYPE"] != "kmem")
    assert lines == +collections.Counter({cgroup: int(row["folios"]) for cgroup, row in reports.truth.memcgs.items()})


def owner(truth, cgroup):
    """The nearest ancestor that lives."""
    while cgroup in truth.memcgs:
        cgroup = cgroup.rpartition("/")[0]
    return cgroup or "/"


@pytest.mark.parametrize("command", ["zmemcg -p", "zmemcg -p -S"])
def test_pages_that_left_have_an_owner(reports, command):
    report = reports.report(command)
    assert ("OWNER" in report.heading) == reports.truth.pages_leave
    for row in report.rows:
        assert row.get("OWNER") == (owner(reports.truth, row["CGROUP"]) if reports.truth.pages_leave else None)


@pytest.mark.parametrize("command", ["zmemcg -f", "zmemcg -f -S"])
def test_files_whose_pages_left_have_an_owner(reports, command):
    report = reports.report(command)
    assert ("OWNER" in report.heading) == reports.truth.pages_leave
    owners = collections.defaultdict(set)
    for cgroup, path in reports.truth.pages:
        owners[path].add(owner(reports.truth, cgroup))
    for row in report.rows:
        expected = owners[row["PATH"]]
        assert row.get("OWNER") == (("[several]" if len(expected) > 1 else min(expected))
                                    if reports.truth.pages_leave else None), row


def test_the_machine_has_the_lru_that_it_is_for(reports, request):
    machine = request.node.callspec.params["reports"][0]
    generations = reports.truth.lru_gen & 1
    if machine.endswith("-mglru"):
        assert generations
    elif machine != "7":        # as its kernel is configured
        assert not generations


@pytest.mark.parametrize("command", ["zmemcg -p", "zmemcg -p -S"])
def test_pages_agree_with_the_list(reports, command):
    memcgs = {cgroup: row["MEMCG"] for cgroup, row in by_cgroup(reports.report("zmemcg")).items()}
    types = expect.types(reports.truth)
    for row in reports.report(command).rows:
        assert row["MEMCG"] == memcgs[row["CGROUP"]]
        assert (row["STATE"], row["TYPE"]) == ("ZOMBIE", types[row["PATH"]]), row


@pytest.mark.parametrize("command, scan", [("zmemcg -f", False), ("zmemcg -f -S", True)])
def test_files_are_those_that_hold(reports, command, scan):
    rows = reports.report(command).rows
    shown = {row["PATH"]: {column: int(row[column]) for column in ("PAGES", "ZOMBIES", "SOLE")} for row in rows}
    assert len(shown) == len(rows), "a path twice"
    assert shown == expect.files(reports.truth, scan)
    zombies = [int(row["ZOMBIES"]) for row in rows]
    assert zombies == sorted(zombies, reverse=True)


@pytest.mark.parametrize("command", ["zmemcg -f", "zmemcg -f -S"])
def test_files_have_type_and_flags(reports, command):
    types = expect.types(reports.truth)
    for row in reports.report(command).rows:
        path, flags = row["PATH"], row["FLAGS"]
        assert row["TYPE"] == types[path], path
        assert re.fullmatch(r"D?W?M?L?B?R?U?|-", flags), path
        nameless = path.endswith(" (deleted)") or path.startswith(("[memfd", "[shmem"))
        assert ("U" in flags) == nameless, path


def test_files_say_what_is_mlocked(reports):
    flags = {row["PATH"]: row["FLAGS"] for row in reports.report("zmemcg -f -S").rows}
    assert {path for path in flags if "L" in flags[path]} == {"/mnt/srv/mlocked"} & set(flags)


def test_files_say_what_a_mounted_filesystem_holds(reports):
    flags = {row["PATH"]: row["FLAGS"] for row in reports.report("zmemcg -f -S").rows}
    held = {path for path in flags if "B" in flags[path]}
    assert held and all(path.startswith(("[bdev ", "[btrfs ", "/mnt/writer/")) for path in held)


@pytest.mark.parametrize("command", ["zmemcg -f", "zmemcg -f -S"])
def test_files_say_what_is_referred_to(reports, command):
    """By a pipe, and not by a batch, which has pages of /mnt/srv/batched."""
    flags = {row["PATH"]: row["FLAGS"] for row in reports.report(command).rows}
    assert {path: flags[path] for path in flags if "R" in flags[path]} == {
        "/mnt/srv/spliced": "R", "/mnt/xfs/spliced": "R", "/mnt/splicedfs/file": "DR"}


@pytest.mark.parametrize("command, online", [("zmemcg -k", False), ("zmemcg -k -a", True)])
def test_slab_has_the_same_cgroups(reports, command, online):
    truth = reports.truth
    states = {row["PATH"]: row["STATE"] for row in reports.report(command).rows}
    expected = dict.fromkeys(truth.memcgs, "ZOMBIE")
    if online:
        expected |= dict.fromkeys(["/", *truth.online], "ONLINE")
    assert states == expected
    memcgs = {cgroup: row["MEMCG"] for cgroup, row in by_cgroup(reports.report("zmemcg -a")).items()}
    for row in reports.report(command).rows:
        assert row["MEMCG"] == memcgs[row["PATH"]]


@pytest.mark.parametrize("command", ["zmemcg", "zmemcg -S", "zmemcg -p", "zmemcg -p -S", "zmemcg -f", "zmemcg -f -S"])
def test_ending_tells_the_coverage(reports, command):
    assert reports.report(command).ending == expect.ending(reports.truth, command)


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_but_a_known_sentence_stands_before_the_heading(reports, command):
    assert reports.report(command).preface == expect.preface(reports.truth, command)


def test_slab_ending_compares_the_two_ways(reports):
    truth = reports.truth
    assert reports.report("zmemcg -k").ending == [
        *expect.counts(truth),
        f"The slab has {truth.dying} of the {truth.dying} dying memcgroups of the css tree, "
        "and 0 removed cgroups without a memcg, 0 unreadable objects"]


@pytest.mark.parametrize("command", COMMANDS)
def test_second_run_shows_the_same(reports, command):
    assert reports.outputs_again[command] == reports.outputs[command]


@pytest.mark.parametrize("command", COMMANDS)
def test_lines_are_plain(reports, command):
    text = reports.outputs[command]
    assert not ALARMING.search(text)
    assert not re.search(r"[^\n\x20-\x7e\x80-\U0010ffff]", text), "a control byte"
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_nothing_goes_past_the_reports(reports):
    assert "zmemcg" not in reports.session.stderr
    assert [line for line in reports.session.stdout.splitlines() if "zmemcg" in line] == [
        line for line in reports.session.stdout.splitlines() if line.endswith("zmemcg.so: shared object loaded")]
