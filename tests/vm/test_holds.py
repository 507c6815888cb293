# SPDX-License-Identifier: GPL-2.0-or-later
"""Who refers to a page: crash's own reading of the counts that -f and -s judge by. What they show of these pages, other tests demand."""

import re

import pytest

import crashes
import crashrun
import kernels
from conftest import boot_of


def references(machine, selector):
    """The file's base pages of each folio and what its struct page counts."""
    boot = boot_of(machine)
    try:
        crash = crashes.ready(crashes.for_kernel(boot.kernel)[0].name)
    except kernels.Missing as reason:
        pytest.skip(str(reason))
    report, = crash.run(boot, boot.formats["zlib"], [f"zmemcg -p -S {selector}"]).outputs
    rows = crashrun.parse(report).rows
    shown = crash.run(boot, boot.formats["zlib"], [f"struct page._refcount {row['PAGE']}" for row in rows]).outputs
    return [(int(row["NPAGES"]), int(re.search(r"counter = (\d+)", output)[1])) for row, output in zip(rows, shown)]


# Which file, and how many of its folios the guest's pipe has.
SPLICED = {"/spliced/file.scope": 2, "/spliced/tmpfs.scope": 1, "/spliced/large.scope": 1}


@pytest.mark.parametrize("machine", ["5.10", "6.1", "6.12", "7"])
def test_a_pipe_refers_to_what_was_spliced(extension, machine):
    for selector, count in SPLICED.items():
        counts = references(machine, selector)
        # xfs has a state of each folio of several blocks, and its reference
        own = [npages + (npages > 1) for npages, _ in counts]
        assert sorted(found - known for known, (_, found) in zip(own, counts)) == [0] * (len(counts) - count) + [1] * count, selector
    assert [found for _, found in references(machine, "/spliced/truncated.scope")] == [1] * 3


def test_there_are_pages_in_batches(extension):
    """Which -f gives no R. Where the machine drained them before it was dumped, or ages its folios otherwise, they are in none."""
    counts = [found for machine in ("5.10", "6.1", "6.12") for _, found in references(machine, "/spliced/batched.scope")]
    assert len(counts) == 6
    assert max(counts) > 1
