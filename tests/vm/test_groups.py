# SPDX-License-Identifier: GPL-2.0-or-later
"""Templates of cgroup paths have the zombies, the pages and the ages of what the guest made."""

import collections
import re

import pytest

import crashrun
import expect

COMMANDS = [("zmemcg -g", False), ("zmemcg -g -S", True)]

# The only names that the guest numbers.
NUMBERED = [(r"/user-\d+\.slice", "/user-*.slice"), (r"/session-c?\d+\.scope", "/session-*.scope"),
            (r"/file-\d+\.scope", "/file-*.scope")]

SESSIONS = "/user.slice/user-*.slice/session-*.scope"


def template(cgroup):
    for pattern, replacement in NUMBERED:
        cgroup = re.sub(pattern, replacement, cgroup)
    return cgroup


def charged(truth, scan):
    """cgroup -> base pages that are charged to it now"""
    pages = collections.Counter()
    for (memcg, _), npages in ({} if truth.pages_leave else expect.pages(truth, scan)).items():
        pages[memcg] += npages
    return pages


def groups(truth, scan):
    """template -> [ZOMBIES, PAGES]"""
    pages = charged(truth, scan)
    sums = collections.defaultdict(lambda: [0, 0])
    for cgroup in truth.memcgs:
        row = sums[template(cgroup)]
        row[0] += 1
        row[1] += pages[cgroup]
    return dict(sums)


def by_template(report):
    rows = {row["TEMPLATE"]: row for row in report.rows}
    assert len(rows) == len(report.rows), "a template twice"
    return rows


@pytest.mark.parametrize("command, scan", COMMANDS)
def test_templates_count_zombies_and_pages(reports, command, scan):
    shown = {name: [int(row["ZOMBIES"]), int(row["PAGES"])]
             for name, row in by_template(reports.report(command)).items()}
    assert shown == groups(reports.truth, scan)


@pytest.mark.parametrize("command, scan", COMMANDS)
def test_sums_are_those_of_the_list(reports, command, scan):
    rows = reports.report(command).rows
    assert sum(int(row["ZOMBIES"]) for row in rows) == reports.truth.dying
    assert sum(int(row["PAGES"]) for row in rows) == sum(charged(reports.truth, scan).values())


def test_all_sessions_are_one_line(reports):
    sessions = [cgroup for cgroup in reports.truth.memcgs if cgroup.startswith("/user.slice/")]
    assert len(sessions) > 200 or reports.truth.pages_leave
    row = by_template(reports.report("zmemcg -g")).get(SESSIONS, {"ZOMBIES": 0})
    assert int(row["ZOMBIES"]) == len(sessions)


@pytest.mark.parametrize("command, scan", COMMANDS)
def test_most_zombies_come_first(reports, command, scan):
    keys = [(-int(row["ZOMBIES"]), -int(row["PAGES"])) for row in reports.report(command).rows]
    assert keys == sorted(keys)


def test_oldest_and_newest_are_those_of_the_members(reports):
    """An age that is not inferred stands for one of the same length that is."""
    ages = collections.defaultdict(set)
    for row in reports.report("zmemcg").rows:
        ages[template(row["CGROUP"])].add((crashrun.seconds(row["AGE"]), row["AGE"]))
    for name, row in by_template(reports.report("zmemcg -g")).items():
        for cell, seconds in (row["OLDEST"], max(ages[name])[0]), (row["NEWEST"], min(ages[name])[0]):
            assert cell == min(word for age, word in ages[name] if age == seconds), name


@pytest.mark.parametrize("command, scan", COMMANDS)
def test_ending_is_that_of_the_list(reports, command, scan):
    assert reports.report(command).ending == expect.ending(reports.truth, command)
