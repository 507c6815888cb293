# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests share: the boots, and one crash session for each dump that runs all the reports."""

import functools

import pytest

import boots
import crashes
import crashrun
import dumpfiles
import kernels

# One session runs them all, and then all again: what differs between the two runs was left over from the first.
COMMANDS = ["zmemcg", "zmemcg -S", "zmemcg -a", "zmemcg -p", "zmemcg -p -S", "zmemcg -f", "zmemcg -f -S", "zmemcg -k",
            "zmemcg -k -a", "zmemcg -g", "zmemcg -g -S"]


@functools.cache
def boot_of(name):
    try:
        return boots.boot(name)
    except kernels.Missing as reason:
        pytest.skip(f"{name}: {reason}")


@pytest.fixture(scope="session", autouse=True)
def extension():
    """The tests are of what the sources say now."""
    crashes.make()


class Reports:
    """The outputs of all COMMANDS on one dump, and the truth about it."""

    def __init__(self, boot, dump, crash):
        session = crash.run(boot, dump, ["sys", "zmemcg -L", *COMMANDS, *COMMANDS])
        self.truth = boot.truth
        self.kernel = boot.kernel
        self.sys, self.layout, *outputs = session.outputs
        self.outputs = dict(zip(COMMANDS, outputs))
        self.outputs_again = dict(zip(COMMANDS, outputs[len(COMMANDS):]))
        self.session = session

    @functools.cache
    def report(self, command):
        return crashrun.parse(self.outputs[command])


# Machine, format of the dump, crash: one kernel in every format, each kernel with each crash that opens its dumps.
CELLS = [*(("6.1", name, "host") for name in dumpfiles.FORMATS),
         ("6.1", "zlib", "9"), ("6.1-v1", "zlib", "host"), ("6.1-mglru", "zlib", "host"),
         ("5.10", "zlib", "host"), ("5.10", "zlib-d31", "host"), ("5.10", "zlib", "9"), ("5.10-v1", "zlib", "host"),
         ("6.1-la57", "zlib", "host"), ("6.1", "elf", "9"),
         *((name, "zlib", "9") for name in ("5.10-v1", "6.1-v1", "6.1-mglru", "6.1-la57")),
         ("6.12", "zlib", "9"), ("6.12", "zlib-d31", "9"), ("6.12-mglru", "zlib", "9"),
         ("7", "zlib", "9"), ("7", "zlib-d31", "9"),
         ("6.1-rt", "zlib", "host"), ("6.12-nodes", "zlib", "9"),
         ("6.1-arm64", "zlib", "8-arm64"), ("6.1-arm64", "zlib", "9-arm64"), ("6.12-arm64", "zlib", "9-arm64"),
         ("6.12-arm64-16k", "zlib", "9-arm64")]


def why_not(machine, dump_format, crash):
    """The reason why a cell can't be, whatever the mirrors have; None when it can."""
    if dump_format in dumpfiles.lacking():
        return f"makedumpfile was built without {dump_format}"
    return crashes.why_not(crash, boots.by_name(machine).kernel, dump_format)


@pytest.fixture(scope="session", params=[cell for cell in CELLS if not why_not(*cell)], ids="-".join)
def reports(request, extension):
    machine, dump_format, crash = request.param
    boot = boot_of(machine)
    try:
        return Reports(boot, boot.formats[dump_format], crashes.ready(crash))
    except kernels.Missing as reason:
        pytest.skip(f"crash {crash}: {reason}")


@pytest.fixture(scope="session")
def boot61():
    return boot_of("6.1")


@pytest.fixture(scope="session")
def crash(boot61, extension):
    """Runs one command after the other in a session that stays."""
    live = crashrun.Live(boot61.vmlinux, boot61.formats["zlib"])
    yield live.run
    live.close()


def pytest_collection_modifyitems(items):
    """Tests of one cell share a crash session, those of one file at least their fixtures: one process has them all."""
    for item in items:
        values = item.callspec.params.values() if hasattr(item, "callspec") else ()
        cell = next((value for value in values if isinstance(value, tuple)), None)
        item.add_marker(pytest.mark.xdist_group("-".join(cell) if cell else item.path.name))


def outcome_of(cell, reports_of):
    """One cell's word in the table: exact, or what it is instead."""
    reason = why_not(*cell)
    if reason:
        return f"skipped: {reason}"
    outcomes = reports_of.get("-".join(cell), [])
    if not outcomes:
        return "not run"
    if "failed" in outcomes:
        return f"NOT EXACT: {outcomes.count('failed')} of {len(outcomes)} tests"
    if "passed" not in outcomes:
        return "skipped: its packages can't be had"
    return f"exact ({outcomes.count('passed')} tests)"


def pytest_terminal_summary(terminalreporter):
    """The matrix: what each kernel, cgroup version, format and crash came to."""
    reports_of = {}
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            cell = report.nodeid.partition("[")[2]
            for name in ("-".join(cell) for cell in CELLS):
                if cell.startswith((name + "-", name + "]")) and "test_reports" in report.nodeid:
                    reports_of.setdefault(name, []).append("failed" if outcome == "error" else outcome)
    lines = ["| machine | kernel | cgroup | format | crash | |", "|---|---|---|---|---|---|"]
    for machine, dump_format, crash in CELLS:
        row = boots.by_name(machine)
        cgroup = "v1" if "cgroup=v1" in row.parameters else "v2"
        lines.append(f"| {machine} | {row.kernel} | {cgroup} | {dump_format} | {crash} | "
                     f"{outcome_of((machine, dump_format, crash), reports_of)} |")
    terminalreporter.section("matrix")
    for line in lines:
        terminalreporter.write_line(line)
