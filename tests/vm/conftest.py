# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests share: the boots, and one crash session for each dump that runs all the reports."""

import functools
import subprocess

import pytest

import boots
import crashrun
import dumpfiles
import kernels

# One session runs them all, and then all again: what differs between the two runs was left over from the first.
COMMANDS = ["zmemcg", "zmemcg -S", "zmemcg -a", "zmemcg -p", "zmemcg -p -S", "zmemcg -f", "zmemcg -f -S", "zmemcg -k",
            "zmemcg -k -a"]


@functools.cache
def boot_of(name):
    try:
        return boots.boot(name)
    except kernels.Missing as reason:
        pytest.skip(f"{name}: {reason}")


@pytest.fixture(scope="session", autouse=True)
def extension():
    """The tests are of what the sources say now."""
    subprocess.run(["make", "-s"], cwd=crashrun.ROOT, check=True)


class Reports:
    """The outputs of all COMMANDS on one dump, and the truth about it."""

    def __init__(self, boot, dump):
        session = crashrun.run(boot.vmlinux, dump, ["sys", *COMMANDS, *COMMANDS])
        self.truth = boot.truth
        self.sys, *outputs = session.outputs
        self.outputs = dict(zip(COMMANDS, outputs))
        self.outputs_again = dict(zip(COMMANDS, outputs[len(COMMANDS):]))
        self.session = session

    @functools.cache
    def report(self, command):
        return crashrun.parse(self.outputs[command])


# One kernel in every format, the others in one.
CELLS = [*(("6.1", name) for name in dumpfiles.FORMATS if name not in dumpfiles.lacking()),
         *((name, "zlib") for name in ("6.1-v1", "6.1-mglru", "5.10", "5.10-v1")), ("5.10", "zlib-d31")]


@pytest.fixture(scope="session", params=CELLS, ids="-".join)
def reports(request, extension):
    machine, dump_format = request.param
    boot = boot_of(machine)
    return Reports(boot, boot.formats[dump_format])


@pytest.fixture(scope="session")
def boot61():
    return boot_of("6.1")


@pytest.fixture(scope="session")
def crash(boot61, extension):
    """Runs one command after the other in a session that stays."""
    live = crashrun.Live(boot61.vmlinux, boot61.formats["zlib"])
    yield live.run
    live.close()
