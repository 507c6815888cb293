# SPDX-License-Identifier: GPL-2.0-or-later
"""^C in the middle of a report gives the prompt back within a second, and the next run is right."""

import os
import pty
import random
import re
import select
import signal
import subprocess
import time

import pytest

import crashrun
from test_workers import children_of

PROMPT = b"crash> "
# In each report; ZM_INTERRUPTS=100 is a long run.
INTERRUPTS = int(os.environ.get("ZM_INTERRUPTS", "10"))

REPORTS = ["zmemcg", "zmemcg -a", "zmemcg -p", "zmemcg -p -S", "zmemcg -p -S -j 3", "zmemcg -f -u", "zmemcg -k", "zmemcg -w -S"]


class Terminal:
    """An interactive session on a pseudo-terminal, as a person has it, but without a pager."""

    def __init__(self, vmlinux, dump, home, term="dumb"):
        self.master, slave = pty.openpty()
        self.process = subprocess.Popen([*crashrun.CRASH, "-s", vmlinux, dump], stdin=slave, stdout=slave, stderr=slave,
                                        env={**crashrun.environment(home), "TERM": term}, start_new_session=True,
                                        preexec_fn=lambda: os.close(os.open(os.ttyname(0), os.O_RDWR)))
        os.close(slave)
        self.read_until_prompt(60)
        for line in ("set scroll off", f"extend {crashrun.EXTENSION}"):
            self.run(line)

    def read_until(self, end, seconds):
        """What the terminal shows up to this; None when it does not come in time."""
        seen, deadline = b"", time.monotonic() + seconds
        while not seen.endswith(end):
            if not select.select([self.master], [], [], max(0, deadline - time.monotonic()))[0]:
                return None
            # Byte by byte: what is behind belongs to the next reader.
            seen += os.read(self.master, 1 if len(end) < len(PROMPT) else 65536)
        return seen.decode("utf-8", "surrogateescape").replace("\r\n", "\n")

    def read_until_prompt(self, seconds):
        return self.read_until(PROMPT, seconds)

    def start(self, command):
        """Returns when the line editor has handed the command over."""
        os.write(self.master, command.encode() + b"\r")
        assert self.read_until(b"\n", 5)

    def run(self, command):
        self.start(command)
        output = self.read_until_prompt(30)
        assert output is not None
        return output

    def interrupt(self):
        """Shows what comes up to the prompt, which has one second."""
        os.write(self.master, b"\x03")
        seen = self.read_until_prompt(1)
        assert seen is not None, "no prompt within a second"
        assert not children_of(self.process.pid)
        # A ^C behind the end of a report is the line editor's: it gives another prompt, and loses the next key.
        os.write(self.master, b"\r")
        while select.select([self.master], [], [], 0.1)[0]:
            os.read(self.master, 65536)
        return seen

    def close(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)


@pytest.fixture(scope="module")
def terminal(boot61, extension, tmp_path_factory):
    terminal = Terminal(boot61.vmlinux, boot61.formats["zlib"], tmp_path_factory.mktemp("home"))
    yield terminal
    terminal.close()


# The other reports are shorter than what a terminal takes unread.
@pytest.mark.parametrize("report", ["zmemcg -p", "zmemcg -p -S"])
def test_interrupt_while_nobody_reads_the_output(terminal, report):
    whole = terminal.run(report)
    terminal.start(report)
    time.sleep(0.5)
    assert "There are" not in terminal.interrupt()
    assert terminal.run(report) == whole


@pytest.mark.parametrize("report", REPORTS)
def test_interrupt_at_any_moment(terminal, report):
    start = time.monotonic()
    whole = terminal.run(report)
    length = time.monotonic() - start
    interrupted = 0
    chance = random.Random(report)
    for part in range(INTERRUPTS):
        terminal.start(report)
        time.sleep(length * (part + chance.random()) / INTERRUPTS)
        interrupted += "There are" not in terminal.interrupt()
    assert interrupted
    assert terminal.run(report) == whole


def test_an_impatient_user_while_processes_start(terminal):
    """Two ^C, the second one in the middle of a fork: neither hangs the session nor leaves a process."""
    whole = terminal.run("zmemcg -S -j 1")
    for tries in range(12):
        terminal.start("zmemcg -S -j 48")
        time.sleep(0.02 * tries)
        os.write(terminal.master, b"\x03")
        time.sleep(0.05)
        terminal.interrupt()
    assert terminal.run("zmemcg -S -j 1") == whole


def stop_during_a_scan(session, seconds):
    """Whether the session was seen with workers, and was stopped then for so long."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        if len(children_of(session)) > 1:
            os.kill(session, signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(session, signal.SIGCONT)
            return True
    return False


def test_a_slow_scan_shows_how_far_it_is(terminal):
    """Slow, since the session stands still for a second; whether it had a unit to take is chance."""
    whole = terminal.run("zmemcg -S -j 3")
    assert "memory map" not in whole
    for _ in range(20):
        terminal.start("zmemcg -S -j 3")
        stopped = stop_during_a_scan(terminal.process.pid, 1.2)
        seen = terminal.read_until_prompt(30)
        if stopped and re.search(r"\rzmemcg: +\d+% of the memory map, \d+ s left ", seen):
            assert re.sub(r"\r[^\n]*?\033\[K", "", seen) == whole
            return
    pytest.fail("no progress in twenty scans that took more than a second")


def test_no_progress_in_the_middle_of_a_record(terminal):
    """Records that are shown while the scan goes on tell themselves how far it is."""
    whole = terminal.run("zmemcg -p -S -a -j 3")
    for _ in range(5):
        terminal.start("zmemcg -p -S -a -j 3")
        stop_during_a_scan(terminal.process.pid, 1.2)
        assert re.sub(r"^(\r[^\n]*?\033\[K)+", "", terminal.read_until_prompt(30)) == whole
