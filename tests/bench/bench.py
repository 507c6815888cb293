#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Measures the reports on dumps of large machines, and writes docs/bench.md.

    bench.py                    makes the machines that the cache has not got, measures all
    bench.py MACHINE ...        measures these alone, and writes nothing
"""

import os
import re
import sys

import machines         # first: it says where the modules of tests/vm are
import measure
import tables

import crashrun
import truth

DOCUMENT = crashrun.ROOT / "docs" / "bench.md"
MARKS = "<!-- measured -->\n", "<!-- end -->\n"


def check(console, figures):
    """What was measured has to be right: the files, as the guest counted them."""
    expected = {}
    for line in console.read_text(errors="replace").splitlines():
        if line.startswith("ZM file "):
            fields = truth.fields_of(line[len("ZM file "):])
            expected[fields["path"]] = fields["pages"], fields["zombies"], fields["sole"]
    report = crashrun.parse(figures.outputs["zmemcg -f"])
    found = {row["PATH"]: (row["PAGES"], row["ZOMBIES"], row["SOLE"]) for row in report.rows}
    if found != expected:
        sys.exit(f"{console}: zmemcg -f is not what the guest says")
    for one, other in (("zmemcg", measure.SCAN), (measure.SCAN_1, measure.SCAN_2)):
        if figures.outputs[one] != figures.outputs[other]:
            sys.exit(f"{console}: {one} and {other} differ")


def measured(kernel, row, folder):
    """The figures of each format of a machine."""
    result = {}
    for name in row.formats:
        print(f"measuring {row.name} {name}", file=sys.stderr)
        result[name] = measure.figures(kernel.vmlinux, folder / name, row.rounds)
        check(folder / "console", result[name])
    return result


def write(text):
    before, after = DOCUMENT.read_text().split(MARKS[0])
    after = after.split(MARKS[1])[1]
    DOCUMENT.write_text(before + MARKS[0] + text + MARKS[1] + after)


def main(names):
    kernel = machines.kernel()
    rows = [row for row in machines.MACHINES if not names or row.name in names]
    folders = {row: machines.dumped(kernel, row) for row in rows}
    load = os.getloadavg()[0]
    results = {row: measured(kernel, row, folder) for row, folder in folders.items()}
    release = re.search(r"vmlinux-(\S+)", str(kernel.vmlinux))[1]
    text = tables.document(results, release, load)
    print(text)
    if not names:
        write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
