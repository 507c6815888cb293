# SPDX-License-Identifier: GPL-2.0-or-later
"""One crash session over a dump: the commands in turn, several rounds, and what each took."""

import dataclasses
import pathlib
import statistics
import subprocess
import tempfile

import crashrun

ROUNDS = 5

RAW = "rawread"
SCAN = "zmemcg -S"
SCAN_1 = "zmemcg -S -j 1"
SCAN_2 = "zmemcg -S -j 2"
REPORTS = ["zmemcg", "zmemcg -p", "zmemcg -f", "zmemcg -g", "zmemcg -w", "zmemcg -s", "zmemcg -k", SCAN]

# Neighbours are compared with one another: what else the machine does in the meantime hits both.
IN_TURN = [*REPORTS, RAW, SCAN_1, SCAN_2]

# After each round these alone, so often: another machine of the host may have one of the cores for a while, and what two are
# worth shows where both were there.
WORKERS = [SCAN_1, SCAN_2] * 2


# A kernel shares its cores between sessions first, processes second: two workers get no more than one does where
# somebody else works. A session of its own, put before others', is how an idle machine would be. Needs root.
FIRST = ["setsid", "sh", "-c", "(echo -15 >/proc/self/autogroup) 2>/dev/null; exec nice -n -15 \"$@\"", "sh"]


@dataclasses.dataclass
class Sample:
    seconds: float      # of the clock
    cpu: float          # of the session and its workers
    peak_mb: float      # of the session's memory, since the sample before


@dataclasses.dataclass
class Figures:
    first: Sample       # the first command, which looks the kernel's layout up
    samples: dict       # command -> one Sample for each round
    workers: dict       # the same of WORKERS, after each round
    outputs: dict       # command -> what it printed in the first round
    pages: int          # struct pages
    before_mb: float    # the session's memory before the first command

    def median(self, command, what="seconds"):
        return statistics.median(getattr(sample, what) for sample in self.samples[command])

    def ratio(self, command, other, what="seconds"):
        """The median over the rounds of command / other."""
        return statistics.median(getattr(one, what) / getattr(two, what)
                                 for one, two in zip(self.samples[command], self.samples[other]))

    def fastest(self, command):
        return min(sample.seconds for sample in self.samples[command] + self.workers[command])

    def gain_of_workers(self):
        return self.fastest(SCAN_1) / self.fastest(SCAN_2)

    def peak_mb(self, command):
        return max(sample.peak_mb for sample in self.samples[command])


def build_rawread(folder):
    """The extension that reads and does nothing, for the crash whose header is installed."""
    source = pathlib.Path(__file__).parent / "rawread.c"
    subprocess.run(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared",
                    "-isystem", "/usr/include/crash", "-o", folder / "rawread.so", source], check=True)
    return folder / "rawread.so"


def differences(stamps):
    """Samples from the lines "stamp SECONDS CPU PEAK_KB" between which the commands ran."""
    numbers = [[float(word) for word in stamp.split()[1:]] for stamp in stamps]
    return [Sample(after[0] - before[0], after[1] - before[1], after[2] / 1024)
            for before, after in zip(numbers, numbers[1:])]


def by_command(commands, samples):
    """command -> its samples, of rounds of the commands: those of each follow one another, round by round."""
    return {command: [sample for n, sample in enumerate(samples) if commands[n % len(commands)] == command]
            for command in commands}


def figures(vmlinux, dump, rounds=ROUNDS):
    commands = ["zmemcg", *(IN_TURN + WORKERS) * rounds]
    with tempfile.TemporaryDirectory(prefix="zmemcg-bench-") as scratch:
        lines = [f"extend {build_rawread(pathlib.Path(scratch))}", "stamp", "stamp"]
        for command in commands:
            lines += [command, "stamp"]
        outputs = crashrun.run(vmlinux, dump, lines, crash=[*FIRST, *crashrun.CRASH], seconds=3600).outputs[1:]
    stamps, texts = [outputs[0], *outputs[1::2]], outputs[2::2]
    before, first, *samples = differences(stamps)
    turns = len(IN_TURN) + len(WORKERS)
    return Figures(
        first=first,
        samples=by_command(IN_TURN, [sample for n, sample in enumerate(samples) if n % turns < len(IN_TURN)]),
        workers=by_command(WORKERS, [sample for n, sample in enumerate(samples) if n % turns >= len(IN_TURN)]),
        outputs=dict(zip(IN_TURN, texts[1:])),
        pages=int(texts[1 + IN_TURN.index(RAW)].split()[1]),
        before_mb=before.peak_mb)
