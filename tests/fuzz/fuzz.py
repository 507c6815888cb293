#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Damaged dumps: the reports over images in which something is wrong. And what is plain C, over any input.

    fuzz.py                         10,000 cases and more, over all machines; then plain, crash and valgrind
    fuzz.py MACHINE FIRST COUNT     these cases of one machine
    fuzz.py MACHINE --live FIRST COUNT  the same, of a machine that goes on meanwhile
    fuzz.py MACHINE --show NUMBER   one case: what is wrong, and what the reports make of it
    fuzz.py MACHINE --found         what went wrong once
    fuzz.py MACHINE --flat          the reports where the memory map is one array (FLATMEM): the same
    fuzz.py MACHINE --sites         where the reports read
    fuzz.py plain [SECONDS]         each libFuzzer program, for so long
    fuzz.py crash [COUNT]           cases under the real crash
    fuzz.py valgrind                every report of an undamaged dump, in the real crash under valgrind
"""

import os
import subprocess
import sys

import images
import real
import valgrind

CASES = 1200        # of each machine
LIVE_CASES = 300    # the same, as if it ran
REAL_CASES = 300    # under crash
SECONDS = 60        # of each libFuzzer program
CORPUS = images.BUILD / "corpus"


def harness(name, *words):
    return subprocess.run([images.HARNESS, images.image(name), *map(str, words)]).returncode


def cases():
    """The machines with whose images there was trouble."""
    images.build()
    return [name for name in images.MACHINES
            if harness(name, "--found") or harness(name, images.first_case(name), CASES, os.cpu_count()) or
            harness(name, "--live", images.first_case(name), LIVE_CASES, os.cpu_count())]


def run_plain(target, seconds):
    corpus = CORPUS / target.name
    corpus.mkdir(parents=True, exist_ok=True)
    done = subprocess.run([target, f"-max_total_time={seconds}", "-max_len=1000", "-timeout=5", "-rss_limit_mb=1000",
                           "-print_final_stats=1", f"-artifact_prefix={corpus}-", corpus], text=True,
                          errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        print(done.stdout[-3000:])
    units = next((line.split()[-1] for line in done.stdout.splitlines() if "number_of_executed_units" in line), "?")
    print(f"{target.name}: {units} inputs in {seconds} s, " + ("TROUBLE" if done.returncode else "no trouble"), flush=True)
    return done.returncode


def plain(seconds):
    """The programs that found something."""
    subprocess.run(["make", "-s", "-j2", "-C", images.HERE, "plain"], check=True)
    return [target.name for target in sorted((images.BUILD / "plain").glob("fuzz_*")) if run_plain(target, seconds)]


def under_crash(count):
    images.build()
    troubles = real.run(count)
    for trouble in troubles:
        print(trouble)
    return ["crash"] if troubles else []


def under_valgrind():
    errors = valgrind.run()
    for error in errors:
        print(error)
    return ["valgrind"] if errors else []


def main(words):
    match words:
        case []:
            troubled = cases() + plain(SECONDS) + under_crash(REAL_CASES) + under_valgrind()
        case ["plain", *seconds]:
            troubled = plain(int(seconds[0]) if seconds else SECONDS)
        case ["valgrind"]:
            troubled = under_valgrind()
        case ["crash", *count]:
            troubled = under_crash(int(count[0]) if count else REAL_CASES)
        case [name, first, count] if first != "--show":
            images.build()
            troubled = [name] if harness(name, first, count, os.cpu_count()) else []
        case [name, *rest] if rest:
            images.build()
            troubled = [name] if harness(name, *rest) else []
        case _:
            sys.exit(__doc__)
    if troubled:
        sys.exit("trouble: " + ", ".join(troubled))


if __name__ == "__main__":
    main(sys.argv[1:])
