#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures each report on the tests' machine of 10,000 zombies, and writes its section of docs/bench.md."""

import json
import os
import pathlib
import statistics
import tempfile

import machines         # noqa: F401: it says where the modules of tests/vm are
import measure
import tables

import boots
import causes
import crashrun

DOCUMENT = crashrun.ROOT / "docs" / "bench.md"
MARKS = "<!-- reports -->\n", "<!-- end of reports -->\n"

COMMANDS = ["zmemcg", "zmemcg -p", "zmemcg -f", "zmemcg -f -u", "zmemcg -g", "zmemcg -w", "zmemcg -k", "zmemcg -s", "zmemcg -S"]

# With -S each pass over tasks, sockets, css_sets, devices and the memory map runs, of how many memcgs it may be.
EACH_PASS = "zmemcg -w -S"


def samples(boot, once):
    """The first command of the session, and of each round a sample for each command."""
    commands = [once[0], *once * measure.ROUNDS]
    with tempfile.TemporaryDirectory(prefix="zmemcg-bench-") as scratch:
        lines = [f"extend {measure.build_rawread(pathlib.Path(scratch))}", "stamp"]
        for command in commands:
            lines += [command, "stamp"]
        outputs = crashrun.run(boot.vmlinux, boot.formats["zlib"], lines,
                               crash=[*measure.FIRST, *crashrun.CRASH], seconds=3600).outputs
    return measure.differences(outputs[1::2])


def medians_of(boot, commands):
    """The first command's sample, and of each command the median seconds."""
    first, *rest = samples(boot, commands)
    return first, [statistics.median(sample.seconds for sample in rest[n::len(commands)]) for n in range(len(commands))]


def one_zombie(boot):
    output, = crashrun.run(boot.vmlinux, boot.formats["zlib"], ["zmemcg -n 1 -o json"]).outputs
    return json.loads(output.splitlines()[0])["memcg"]


def passes(boot, made):
    """What the holders of all zombies cost, beside those of one."""
    load = os.getloadavg()[0]
    one, every = medians_of(boot, [f"{EACH_PASS} {one_zombie(boot)}", EACH_PASS])[1]
    return (f"`{EACH_PASS}` runs every pass over tasks, open files, css_sets, devices, stocks, sockets and the memory map: "
            f"{one:.2f} s for one zombie, {every:.2f} s for all {made.zombies:,} (load {load:.1f}). Each is one pass for all of them.\n")


def percpu(boot, made):
    """What -s explains of the machine's per-CPU memory, and what the guest saw come."""
    output, = crashrun.run(boot.vmlinux, boot.formats["zlib"], ["zmemcg -s -o json"]).outputs
    summary = json.loads(output)["summary"]
    explained = summary["percpu_bytes"] / summary["machine_percpu_bytes"]
    came = made.percpu_after - made.percpu_before
    return (f"`Percpu` of the guest's `/proc/meminfo` was {made.percpu_before:,} KB before it made the zombies and "
            f"{made.percpu_after:,} KB after: {came:,} KB came with them. `-s` computes {summary['percpu_bytes'] // 1024:,} KB "
            f"for them, {summary['percpu_bytes'] / 1024 / came:.1%} of what came and {explained:.1%} of all.\n")


def section(boot):
    made = causes.read(boot.console)
    load = os.getloadavg()[0]
    first, medians = medians_of(boot, COMMANDS)
    heading = ["seconds", "first, CPU", *(f"`{command}`" for command in COMMANDS)]
    row = [boots.TEMPLATES.name, f"{first.cpu:.2f}", *(f"{median:.2f}" for median in medians)]
    return (f"{made.zombies:,} zombies of {len(made.ages)} templates, {made.pages:,} pages of {len(made.types)} files, "
            f"1 GB, zlib; crash {tables.crash_version()}, load {load:.1f} at the start, medians of {measure.ROUNDS} rounds:\n\n"
            + tables.table(heading, [row]) + "\n" + passes(boot, made) + "\n" + percpu(boot, made))


def write(text):
    before, rest = DOCUMENT.read_text().split(MARKS[0])
    DOCUMENT.write_text(before + MARKS[0] + text + MARKS[1] + rest.split(MARKS[1])[1])


def main():
    text = section(boots.boot(boots.TEMPLATES.name))
    print(text)
    write(text)


if __name__ == "__main__":
    main()
