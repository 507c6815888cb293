# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the output goes can end early: a pager, a pipe, a disk. The session goes on, and the next run is whole."""

import os
import select
import subprocess
import time

import pytest

import crashrun
from test_interrupt import Terminal
from test_workers import children_of

REPORTS = ["zmemcg", "zmemcg -p", "zmemcg -p -S -j 3", "zmemcg -f", "zmemcg -k", "zmemcg -w", "zmemcg -p -o json"]


@pytest.mark.parametrize("report", REPORTS)
def test_a_full_disk_is_told_in_one_line(boot61, extension, report):
    # crash opens the file itself: what is written to this one never fits.
    session = crashrun.run(boot61.vmlinux, boot61.formats["zlib"], [f"{report} > /dev/full\n{report}"])
    said = [line for line in (session.stdout + session.stderr).splitlines() if line.startswith("zmemcg: ")]
    assert said == ["zmemcg: the output can't be written: No space left on device"]
    assert session.outputs[0].count("\n") > 30


def test_a_disk_that_fills_up_in_the_middle(boot61, extension, tmp_path):
    """A limit of the file's size is such a disk, for who may not mount one."""
    place = tmp_path / "small"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", place], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        session = crashrun.run(boot61.vmlinux, boot61.formats["zlib"], [f"zmemcg -p > {place}/out\nzmemcg -p"])
        assert (place / "out").stat().st_size == 16384
        assert (session.stdout + session.stderr).count("zmemcg: the output can't be written: No space left on device\n") == 1
        assert session.outputs[0].startswith((place / "out").read_text())
    finally:
        subprocess.run(["umount", place], check=True)


@pytest.mark.parametrize("report", REPORTS)
def test_a_reader_who_leaves(crash, report):
    """crash itself says a word of the broken pipe at times; a hundred of them leave nothing behind."""
    whole = crash(report)
    first = whole.partition("\n")[0] + "\n"
    for _ in range(15):
        assert first in crash(f"{report} | head -1")
    assert crash(report) == whole


@pytest.fixture(scope="module")
def paged(boot61, extension, tmp_path_factory):
    terminal = Terminal(boot61.vmlinux, boot61.formats["zlib"], tmp_path_factory.mktemp("home"), "vt100")
    terminal.run("set scroll less")
    terminal.run("set scroll on")
    yield terminal
    terminal.close()


def first_page(terminal):
    """What the terminal shows until nothing comes for a while."""
    seen = b""
    while select.select([terminal.master], [], [], 0.3 if b"MEMCG" in seen else 10)[0]:
        seen += os.read(terminal.master, 65536)
    return seen


@pytest.mark.parametrize("report", ["zmemcg -p", "zmemcg -p -S -j 3", "zmemcg -k"])
def test_a_pager_that_is_quit_early(paged, report):
    for _ in range(5):
        paged.start(report)
        first = first_page(paged)
        assert b"MEMCG" in first and b"There are" not in first, "the pager waits behind its first page"
        os.write(paged.master, b"q")
        assert paged.read_until_prompt(2) is not None
        time.sleep(0.1)
        assert not children_of(paged.process.pid)
    paged.run("set scroll off")
    assert "There are" in paged.run(report)
    paged.run("set scroll on")


def test_long_and_many_selectors(crash):
    """crash's lines have 1,500 bytes, its commands 100 words."""
    assert crash(f"zmemcg {'x' * 1400}").count("\n") == 1
    assert crash(f"zmemcg {'?' * 1400}").count("\n") == 1
    assert crash(f"zmemcg {'*a' * 700}").count("\n") == 1
    assert crash("zmemcg" + " *" * 90) == crash("zmemcg")
    addresses = [row["MEMCG"] for row in crashrun.parse(crash("zmemcg")).rows][:80]
    some = crashrun.parse(crash("zmemcg " + " ".join(addresses)))
    assert [row["MEMCG"] for row in some.rows] == addresses
