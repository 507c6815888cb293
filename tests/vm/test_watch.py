# SPDX-License-Identifier: GPL-2.0-or-later
"""-t makes a watch of crash's repeat: a report's end says what is new since the last run. On a dump nothing is."""

import json
import re

import crashrun
import pytest
from test_interrupt import Terminal

NEWS = re.compile(r"(\d+) dying memcgroups? of any age (?:is|are) new since the last run (\d+) s ago, (\d+) (?:is|are) gone")


def news(text):
    """(new, gone) of each run in an output."""
    return [(int(new), int(gone)) for new, _, gone in NEWS.findall(text)]


@pytest.fixture
def watch(crash):
    """The session, as if nothing had been watched."""
    crash(f"extend -u {crashrun.EXTENSION}")
    crash(f"extend {crashrun.EXTENSION}")
    return crash


def test_the_second_run_says_that_nothing_is_new(watch):
    assert news(watch("zmemcg -t 0")) == []
    assert news(watch("zmemcg -t 0")) == [(0, 0)]
    assert "New: " not in watch("zmemcg -t 0")


@pytest.mark.parametrize("again", ["zmemcg -t 3600", "zmemcg -p -t 0", "zmemcg -k -t 0 -n 0", "zmemcg -s -t 1", "zmemcg -t 0 -a"])
def test_the_same_memcgs_are_compared_whatever_is_shown_of_them(watch, again):
    watch("zmemcg -t 0")
    assert news(watch(again)) == [(0, 0)]


@pytest.mark.parametrize("report", ["", "-s", "-g"])
def test_a_run_that_selects_nothing_says_so(watch, boot61, report):
    """What is new is of any age: it does not read as if it were of those that -t asks for."""
    for expected in ([], [(0, 0)]):
        said = watch(f"zmemcg {report} -t 100000")
        assert f"\n-t: of {boot61.truth.dying} dying memcgroups none has an age of 100000 s or more\n" in said
        assert news(said) == expected
    assert "-t: of 1 dying memcgroup none has an age of 100000 s or more\n" in watch(f"zmemcg {report} -t 100000 one.service")


def test_other_selectors_are_another_watch(watch):
    watch("zmemcg -t 0")
    assert news(watch("zmemcg -t 0 /system.slice/*")) == []
    assert news(watch("zmemcg -t 0 /system.slice/*")) == [(0, 0)]
    assert news(watch("zmemcg -t 0")) == []


def test_a_run_without_t_says_nothing_and_changes_nothing(watch):
    watch("zmemcg -t 0")
    assert news(watch("zmemcg /system.slice/*")) == []
    assert news(watch("zmemcg -t 0")) == [(0, 0)]


def test_a_refused_run_is_none(watch):
    watch("zmemcg -t 0")
    watch("zmemcg -t 0 /no/such/path")
    watch("zmemcg -t soon")
    assert news(watch("zmemcg -t 0")) == [(0, 0)]


def test_as_json(watch):
    sums = [json.loads(watch("zmemcg -t 0 -o json").splitlines()[-1])["summary"] for _ in range(2)]
    assert "new_dying" not in sums[0]
    assert (sums[1]["new_dying"], sums[1]["gone"]) == (0, 0)
    assert 0 <= sums[1]["seconds_since_last_run"] < 60


def test_repeat_is_a_watch(boot61, tmp_path):
    terminal = Terminal(boot61.vmlinux, boot61.formats["zlib"], tmp_path)
    try:
        terminal.start("repeat -1 zmemcg -t 0 -n 0")
        runs = [terminal.read_until(b"-S finds them\r\n", 10) for _ in range(3)]
        assert [news(run) for run in runs] == [[], [(0, 0)], [(0, 0)]]
        terminal.interrupt()
        assert news(terminal.run("zmemcg -t 0 -n 0")) == [(0, 0)]
    finally:
        terminal.close()
