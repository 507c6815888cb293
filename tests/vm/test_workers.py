# SPDX-License-Identifier: GPL-2.0-or-later
"""A scan by several processes shows what one shows, whatever becomes of them."""

import os
import pathlib
import signal
import threading

import pytest

import crashrun

SCANS = ["zmemcg -p -S", "zmemcg -f -S", "zmemcg -k"]
RUNS = 30


@pytest.fixture(scope="module")
def live(boot61):
    session = crashrun.Live(boot61.vmlinux, boot61.formats["zlib"])
    yield session
    session.close()


@pytest.mark.parametrize("command", SCANS)
def test_result_is_the_serial_one(live, command):
    serial = live.run(f"{command} -j 1")
    assert "There are" in serial
    for jobs in (2, 3, 7):
        assert live.run(f"{command} -j {jobs}") == serial


def children_of(pid):
    children = pathlib.Path("/proc").glob(f"{pid}/task/*/children")
    return [int(child) for path in children for child in path.read_text().split()]


class Killer(threading.Thread):
    """Sends one of a session's workers a signal as soon as it sees several; what crash forks for itself comes alone."""

    def __init__(self, sent):
        super().__init__(daemon=True)
        self.sent, self.killed, self.over = sent, 0, threading.Event()

    def look(self):
        for session in children_of(os.getpid()):
            workers = children_of(session)
            if len(workers) > 1:
                os.kill(workers[self.killed % len(workers)], self.sent)
                self.killed += 1

    def run(self):
        while not self.over.wait(0.004):
            try:
                self.look()
            except (FileNotFoundError, ProcessLookupError):
                pass            # ended between two looks


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_units_of_a_lost_worker_are_done_again(boot61, sent):
    killer = Killer(sent)
    killer.start()
    session = crashrun.run(boot61.vmlinux, boot61.formats["zlib"],
                           ["zmemcg -p -S -j 1", *["zmemcg -p -S -j 4"] * RUNS])
    killer.over.set()
    killer.join()
    assert killer.killed >= RUNS // 2
    assert "There are" in session.outputs[0]
    assert set(session.outputs) == {session.outputs[0]}
