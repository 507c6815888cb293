# SPDX-License-Identifier: GPL-2.0-or-later
"""The crash versions that open the dumps, each with a build of the extension for it."""

import dataclasses
import fcntl
import functools
import re
import subprocess

import architectures
import crashrun
import linearmap
import programs

HOST = "host"               # in place of a suite: the installed crash


@dataclasses.dataclass(frozen=True)
class Crash:
    name: str
    suite: str
    kernels: tuple          # those whose dumps it opens


CRASHES = [
    Crash("host", HOST, ("5.10", "6.1", "6.1-rt")),
    Crash("9", "forky", ("5.10", "6.1", "6.12", "6.12-generic", "7")),
    Crash("8-arm64", "bookworm:arm64", ("6.1-arm64",)),
    Crash("9-arm64", "forky:arm64", ("6.1-arm64", "6.12-arm64", "6.12-arm64-16k")),
]

# What crash must be told of a kernel.
OPTIONS = {
    "7": ["--no_modules"],      # 9.0.2 does not find its way in the module list of 7.x, and gives up
}

# (kernel, format of the dump): why no crash opens it
REFUSED = {
    ("7", "zlib-d31"): "makedumpfile 1.7.8 leaves out pages in use of 7.x with the user data (bit 8 of -d)",
}


def by_name(name):
    for crash in CRASHES:
        if crash.name == name:
            return crash
    raise SystemExit(f"no crash {name}: " + " ".join(crash.name for crash in CRASHES))


def for_kernel(kernel):
    return [crash for crash in CRASHES if kernel in crash.kernels]


def why_not(crash, kernel, dump_format):
    """The reason why this crash does not open this dump; None when it does."""
    if kernel not in by_name(crash).kernels:
        return f"crash {crash} does not know Linux {kernel}"
    return REFUSED.get((kernel, dump_format))


def make(*variables):
    """Paths below the root stay relative: make knows its targets by them. One process of the tests makes at a time."""
    with open(crashrun.ROOT / "Makefile") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "-s", *variables], cwd=crashrun.ROOT, check=True)


class Ready:
    """A crash that can be run, and its extension."""

    seconds = 300               # for a session

    def __init__(self, crash):
        self.architecture = architectures.by_name("amd64")
        if crash.suite == HOST:
            self.command, build, self.variables = ["crash"], "build", []
            make()
        else:
            program = programs.fetched(crash.suite, "crash")
            self.architecture = program.architecture
            self.command, build = program.command, f"build/crash-{crash.name}"
            self.variables = [f"CRASH_INC={program.root}/usr/include/crash"]
            if self.architecture.user:
                self.variables += [f"CC={self.architecture.compiler}"]
                self.seconds = 1200
            make(*self.variables, f"BUILD={build}")
        self.build = crashrun.ROOT / build
        self.extension = self.build / "zmemcg.so"

    @functools.cached_property
    def version(self):
        said = subprocess.run([*self.command, "--version"], check=True, text=True, stdout=subprocess.PIPE).stdout
        return re.search(r"^crash ([\d.]+)", said, re.M)[1]

    @property
    def startup(self):
        """A file of commands for -i, which loads the extension."""
        path = self.build / "startup"
        path.write_text(f"extend {self.extension}\n")
        return path

    def command_for(self, kernel, dump):
        """The beginning of a command line that opens the dump, up to the names of its files."""
        of_dump = linearmap.options(dump) if self.architecture.name == "arm64" else []
        return [*self.command, *OPTIONS.get(kernel, []), *of_dump]

    def run(self, boot, dump, commands, **more):
        """One session on a dump of a boot."""
        return crashrun.run(boot.vmlinux, dump, commands,
                            **{"crash": self.command_for(boot.kernel, dump), "extension": self.extension,
                               "seconds": self.seconds, **more})


@functools.cache
def ready(name):
    """Fetched and built; raises apt.Missing."""
    return Ready(by_name(name))
