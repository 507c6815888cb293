# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs crash's batch mode with the extension, and reads its reports."""

import dataclasses
import os
import pathlib
import re
import subprocess
import tempfile
import threading

ROOT = pathlib.Path(__file__).parents[2]
EXTENSION = ROOT / "build" / "zmemcg.so"
CRASH = ["crash"]


@dataclasses.dataclass
class Session:
    outputs: list       # of each command, in order
    stdout: str         # what went past them
    stderr: str


def environment(home):
    """No .crashrc of the person who tests, no terminal; times as the guest has them."""
    return {**os.environ, "HOME": str(home), "TERM": "dumb", "TZ": "UTC"}


def run(vmlinux, dump, commands, crash=tuple(CRASH), options=(), extension=EXTENSION, seconds=300,
        variables=None):
    """
    One session over the commands; each one's output is taken by crash's own "> file".
    crash ignores SIGTERM: a session that hangs is killed.
    """
    with tempfile.TemporaryDirectory(prefix="zmemcg-crash-") as scratch:
        scratch = pathlib.Path(scratch)
        files = [scratch / f"out{n}" for n in range(len(commands))]
        lines = [f"extend {extension}"] if extension else []
        lines += [f"{command} > {file}" for command, file in zip(commands, files)]
        (scratch / "input").write_text("\n".join([*lines, "quit", ""]))
        done = subprocess.run([*crash, "-s", *options, "-i", scratch / "input", vmlinux,
                               *(dump if isinstance(dump, tuple) else [dump])],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              timeout=seconds, env=environment(scratch) | (variables or {}))
        outputs = [file.read_bytes().decode("utf-8", "surrogateescape") if file.exists() else None
                   for file in files]
        return Session(outputs, done.stdout.decode("utf-8", "surrogateescape"),
                       done.stderr.decode("utf-8", "surrogateescape"))


class Live:
    """A session that stays, for one command after the other: opening a dump takes crash seconds, a report none."""

    def __init__(self, vmlinux, dump, extension=EXTENSION):
        self.scratch = tempfile.TemporaryDirectory(prefix="zmemcg-crash-")
        self.process = subprocess.Popen([*CRASH, "-s", vmlinux, dump], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1, env=environment(self.scratch.name))
        self.run(f"extend {extension}")

    def run(self, command, seconds=120):
        """The command's output; where that stays out for so long, the session is killed and the command has none."""
        output = pathlib.Path(self.scratch.name) / "output"
        output.unlink(missing_ok=True)
        self.process.stdin.write(f"{command} > {output}\n!echo done\n")
        killer = threading.Timer(seconds, self.process.kill)
        killer.start()
        while (line := self.process.stdout.readline()) not in ("done\n", ""):
            pass
        killer.cancel()
        if not line:
            raise RuntimeError(f"crash ended during {command}")
        return output.read_bytes().decode("utf-8", "surrogateescape")

    def close(self):
        self.process.kill()
        self.process.communicate()
        self.scratch.cleanup()


def seconds(age):
    """Of a cell D+HH:MM:SS, behind a ~ where it is inferred, or a ? where it is estimated."""
    days, hours, minutes, rest = map(int, re.fullmatch(r"[~?]?(\d+)\+(\d\d):(\d\d):(\d\d)", age).groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


@dataclasses.dataclass
class Report:
    preface: list       # lines
    heading: list
    rows: list          # of dicts, by column
    ending: list        # the lines behind the records


# How the first line behind the records begins.
ENDINGS = ("There are ", "These ", "This file has ", "removed: ", "created: ")


def parse(text):
    """
    A text report: a heading in capitals, then one record a line; the last column takes the rest of the line.
    A sentence may stand before it.
    """
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.isupper())
    heading = lines[start].split()
    rows, ending = [], []
    for line in lines[start + 1:]:
        if ending or line.startswith(ENDINGS):
            ending.append(line)
            continue
        cells = line.split(None, len(heading) - 1)
        assert len(cells) == len(heading), f"not {len(heading)} cells: {line!r}"
        rows.append(dict(zip(heading, cells)))
    return Report(lines[:start], heading, rows, ending)
