#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Every report, again and again, of a system that is alive.

    live.py [ROUNDS [MACHINE ...]]      200 rounds of every report on each of the live machines

A guest runs crash on its own /proc/kcore while its cgroups come and go. What each report said is compared with what the
guest did meanwhile. Prints figures and what disagrees; ends with 1 where anything does.
"""

import pathlib
import sys
import tempfile
import time

import livemachine      # before all others: it knows where they are
import evidence
import machine

COMMANDS = ["zmemcg", "zmemcg -a", "zmemcg -S", "zmemcg -S -a", "zmemcg -p", "zmemcg -p -S", "zmemcg -f", "zmemcg -f -S",
            "zmemcg -f -u", "zmemcg -g", "zmemcg -g -o folded", "zmemcg -w", "zmemcg -w -S", "zmemcg -w kept-*", "zmemcg -k",
            "zmemcg -k -a", "zmemcg -s", "zmemcg -s -S", "zmemcg -L", "zmemcg -o json", "zmemcg -a -o json",
            "zmemcg -p -o json", "zmemcg -t 0"]

BOOT_SECONDS = 400      # and crash's start
ROUND_SECONDS = 120     # at most, of emulation on a busy machine
GROWTH_KB = 1024        # of crash, between the first and the last nine tenths of a run


def by_name(name):
    for row in livemachine.MACHINES:
        if row.name == name:
            return row
    raise SystemExit(f"no live machine {name}: " + " ".join(row.name for row in livemachine.MACHINES))


def observe(live, rounds, folder):
    """One boot, and what is wrong with it."""
    trouble = []
    try:
        livemachine.run(live, COMMANDS, folder, rounds=rounds, seconds=BOOT_SECONDS + ROUND_SECONDS * rounds)
    except machine.GuestTrouble as reason:
        trouble.append(str(reason))
    pages_leave = live.name == "7"
    groups, problems = evidence.read_groups((folder / "events").read_text(), pages_leave)
    commands, done = evidence.read_session((folder / "session").read_text(errors="surrogateescape"))
    if not done:
        trouble.append("the session did not come to its end")
        commands = commands[:-1]
    checks = evidence.Checks(groups, commands, pages_leave)
    problems = [*trouble, *problems, *checks.all()]
    grown = evidence.growth(commands)
    if rounds >= 10 and grown and grown[-1] - grown[0] > GROWTH_KB:
        problems.append(f"crash grew: {grown} KB")
    return checks, problems, grown


def print_figures(live, checks, grown):
    runs = [command for command in checks.commands if command.line.startswith("zmemcg")]
    made = len(checks.by_path)
    removed = sum(group.removed[0] != evidence.NEVER for group in checks.by_path.values())
    print(f"{live.name}: {len(runs)} reports, {made} cgroups made, {removed} removed meanwhile")
    for name, count in sorted(checks.figures.items()):
        print(f"    {name}: {count}")
    print(f"    VmRSS of crash, KB: {' '.join(map(str, grown))}")
    for line, (median, most) in evidence.slowest(runs).items():
        print(f"    {line}: {median:.1f} s, at most {most:.1f} s")


def main(words):
    rounds = int(words[0]) if words else 200
    bad = 0
    for live in map(by_name, words[1:]) if words[1:] else livemachine.MACHINES:
        start = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="zmemcg-live-") as folder:
            checks, problems, grown = observe(live, rounds, pathlib.Path(folder))
        print_figures(live, checks, grown)
        for problem in problems:
            print(f"    DISAGREES: {problem}")
        print(f"{live.name}: {len(problems)} disagree, {time.monotonic() - start:.0f} s", flush=True)
        bad += len(problems)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
