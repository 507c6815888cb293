# SPDX-License-Identifier: GPL-2.0-or-later
"""Selectors, -n and -t take a part of what the whole report shows; bad ones are answered with one line."""

import collections
import fnmatch
import json
import re

import crashrun
import pytest


@pytest.fixture(scope="module")
def whole(crash):
    return crashrun.parse(crash("zmemcg"))


@pytest.fixture(scope="module")
def slab(crash):
    return crashrun.parse(crash("zmemcg -k"))


def cgroups(text):
    return [row["CGROUP"] for row in crashrun.parse(text).rows]


GLOBS = ["/system.slice/*", "/user.slice/*session-c*", "*.scope", "two.service", "/nested", "/names/*",
         "/names/two\\040blanks\\040here.scope", "session-[12]?.scope"]


@pytest.mark.parametrize("glob", GLOBS)
def test_a_glob_selects_by_path_or_by_last_component(whole, crash, glob):
    def selected(path):
        return fnmatch.fnmatchcase(path if "/" in glob else path.rsplit("/", 1)[1], glob)

    expected = [row["CGROUP"] for row in whole.rows if selected(row["CGROUP"])]
    assert expected
    assert cgroups(crash(f"zmemcg {glob}")) == expected


def test_an_address_selects_its_memcg(whole, slab, crash):
    row = next(row for row in whole.rows if row["CGROUP"] == "/system.slice/two.service")
    cgroup = next(row for row in slab.rows if row["PATH"] == "/system.slice/two.service")["CGROUP"]
    for address in (row["MEMCG"], "0x" + row["MEMCG"], cgroup):
        assert crashrun.parse(crash(f"zmemcg {address}")).rows == [row]


def test_selectors_add_up(crash):
    shown = cgroups(crash("zmemcg /nested /system.slice/*.service /nested/middle/leaf"))
    assert len(shown) == len(set(shown))
    assert {"/nested", "/nested/middle/leaf", "/system.slice/one.service"} <= set(shown)
    assert "/nested/middle" not in shown


@pytest.mark.parametrize("report", ["", "-p", "-f", "-k"])
def test_selectors_hold_for_every_report(report, crash):
    rows = crashrun.parse(crash(f"zmemcg {report} three.service")).rows
    if report == "-f":
        assert [(row["PATH"], row["PAGES"], row["ZOMBIES"]) for row in rows] == [("/mnt/srv/shared", "15", "1")]
    else:
        assert {row["PATH" if report == "-k" else "CGROUP"] for row in rows} == {"/system.slice/three.service"}


@pytest.mark.parametrize("report", ["", "-p", "-f", "-k"])
def test_n_cuts_the_records_not_the_totals(report, crash):
    full = crashrun.parse(crash(f"zmemcg {report}"))
    for count in (0, 1, 7, 100000):
        cut = crashrun.parse(crash(f"zmemcg {report} -n {count}"))
        assert cut.rows == full.rows[:count]
        assert cut.ending == full.ending


def test_t_keeps_what_is_old_enough(whole, crash):
    """Ages that are inferred count as they are shown."""
    ages = sorted({crashrun.seconds(row["AGE"]) for row in whole.rows})
    gap = max(zip(ages, ages[1:]), key=lambda pair: pair[1] - pair[0])
    assert gap[1] - gap[0] >= 2, "the guest pauses between its removals"
    for least in (0, gap[0] + 1, gap[1], ages[-1] + 1):
        report = crashrun.parse(crash(f"zmemcg -t {least}"))
        assert report.rows == [row for row in whole.rows if crashrun.seconds(row["AGE"]) >= least]
        inferred = sum(row["AGE"].startswith("~") for row in report.rows)
        assert any(re.match(rf"{inferred} ages? (is|are) inferred", line) for line in report.ending) == bool(inferred)


def test_t_leaves_out_what_lives(whole, crash):
    report = crashrun.parse(crash("zmemcg -a -t 0"))
    assert report.rows == whole.rows
    assert not any("no evidence" in line for line in report.ending)


def test_t_says_what_is_inferred_of_any_report(crash):
    ending = crashrun.parse(crash("zmemcg -t 0")).ending
    (line,) = [line for line in ending if "inferred" in line]
    assert line in crashrun.parse(crash("zmemcg -p -t 0")).ending
    assert line not in crashrun.parse(crash("zmemcg -p")).ending


def younger(text):
    return re.findall(r"^-t: .*", text, re.M)


@pytest.mark.parametrize("report", ["", "-p", "-f", "-g", "-w", "-k", "-s"])
def test_t_says_which_ages_are_bounds(boot61, crash, report):
    """All of the guest's zombies are older than a second; those without a date of their removal may be younger than they are shown."""
    evidence = [row["evidence"] for row in boot61.truth.memcgs.values()]
    inferred = sum(word != "removal" for word in evidence)
    assert 0 < inferred < len(evidence)
    assert younger(crash(f"zmemcg {report} -t 1")) == [f"-t: {inferred} of the {len(evidence)} selected have an inferred age (~): they may be younger"]
    assert younger(crash(f"zmemcg {report} -t 0")) == younger(crash(f"zmemcg {report}")) == [], "nothing is younger than that"
    summary = json.loads(crash(f"zmemcg {report} -t 1 -o json").splitlines()[-1])["summary"]
    assert summary["old_enough"] == len(evidence)


@pytest.mark.parametrize("evidence, said", [("removal", []), ("last-task", ["-t: 1 of the 1 selected has an inferred age (~): it may be younger"])])
def test_t_says_nothing_of_ages_that_are_exact(boot61, crash, evidence, said):
    path = next(path for path, row in boot61.truth.memcgs.items() if row["evidence"] == evidence and path.startswith("/user.slice/"))
    assert younger(crash(f"zmemcg -t 1 {path}")) == said


BAD = ["zmemcg -Q", "zmemcg -u", "zmemcg -p -u", "zmemcg zzz", "zmemcg /no/such/path*", "zmemcg ffffffff81000000", "zmemcg 0x1234567890",
       "zmemcg ffff888000000000", "zmemcg -n x", "zmemcg -n", "zmemcg -n -1", "zmemcg -t soon", "zmemcg -p -f",
       "zmemcg -n 99999999999999999999"]


@pytest.mark.parametrize("command", BAD)
def test_bad_input_is_answered_with_one_line(crash, command):
    assert re.fullmatch(r"zmemcg: [^\n]+\n", crash(command))
    assert len(crashrun.parse(crash("zmemcg -n 1")).rows) == 1, "the session goes on"


def test_the_rest_of_online_memcgs_is_not_known(crash):
    report = crashrun.parse(crash("zmemcg -w -a"))
    rests = collections.Counter(row["REST"] for row in report.rows)
    states = collections.Counter(row["STATE"] for row in crashrun.parse(crash("zmemcg -a")).rows)
    assert rests == {"0": states["ZOMBIE"], "-": states["ONLINE"]}
    assert f"{rests['-']} memcgs have references that are spread over the CPUs: their REST is not known" in report.ending
    assert "Every reference is explained" not in report.ending
