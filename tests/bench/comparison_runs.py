# SPDX-License-Identifier: GPL-2.0-or-later
"""One run of each tool over a dump, and what it found: in the same words for both."""

import collections
import dataclasses
import os
import pathlib
import re
import subprocess
import tempfile
import time

import machines         # noqa: F401: first: it says where the modules of tests/vm are
import measure

import apt
import architectures
import crashrun
import programs
import truth

HERE = pathlib.Path(__file__).parent
SECONDS = 7200          # the longest that a run may take

# What is asked of both has the same name.
STEPS = ["open", "zombies", "lists", "scan", "kernfs", "why"]
COMMANDS = {"zombies": "zmemcg", "lists": "zmemcg -p", "scan": "zmemcg -p -S", "kernfs": "zmemcg -k", "why": "zmemcg -w"}


@dataclasses.dataclass(frozen=True)
class Page:
    cgroup: str
    path: str
    type: str           # empty where the tool does not say
    npages: int         # base pages; 0 where the tool does not say


@dataclasses.dataclass
class Run:
    seconds: dict       # by step; of "open" from the start of the program on
    peak_mb: float
    zombies: collections.Counter        # cgroup paths
    pages: dict         # address -> Page, of zombies
    nodes: dict         # address -> path: kernfs nodes, those of dying memcgs or of all
    held: int           # zombies of which it names at least one holder
    others: collections.Counter         # references that are not of pages, by kind


def rows(text):
    return crashrun.parse(text).rows


# The columns of -w that are references to a memcg, but for those of its folios.
OTHERS = ["KMEM", "SWAP", "CHILD", "CSET", "SOCK", "FSNOTIFY", "BPF", "CGWB", "MM", "STOCK"]


def references(row, kinds):
    return collections.Counter({kind: int(row[kind]) for kind in kinds if row[kind].isdigit()})


def of_zmemcg(command, vmlinux, dump, extension):
    """One session of a crash."""
    with tempfile.TemporaryDirectory(prefix="zmemcg-comparison-") as scratch:
        lines = [f"extend {measure.build_rawread(pathlib.Path(scratch))}", "stamp"]
        for words in COMMANDS.values():
            lines += [words, "stamp"]
        began = time.monotonic()
        outputs = crashrun.run(vmlinux, dump, lines, crash=command, extension=extension, seconds=SECONDS).outputs[1:]
    stamps, texts = outputs[0::2], dict(zip(COMMANDS, outputs[1::2]))
    samples = dict(zip(COMMANDS, measure.differences(stamps)))
    opened = float(stamps[0].split()[1]) - began
    return Run(
        seconds={"open": opened, **{step: sample.seconds for step, sample in samples.items()}},
        peak_mb=max(float(stamp.split()[3]) for stamp in stamps) / 1024,
        zombies=collections.Counter(truth.unescaped(row["CGROUP"]) for row in rows(texts["zombies"])),
        pages={row["PAGE"]: Page(truth.unescaped(row["CGROUP"]), truth.unescaped(row["PATH"]), row["TYPE"],
                                 int(row["NPAGES"])) for row in rows(texts["scan"])},
        nodes={row["KERNFS_NODE"]: truth.unescaped(row["PATH"]) for row in rows(texts["kernfs"])},
        held=sum(any(references(row, ["FOLIOS", *OTHERS]).values()) for row in rows(texts["why"])),
        others=sum((references(row, OTHERS) for row in rows(texts["why"])), collections.Counter()))


def drgn():
    """The Python of Debian's testing, its drgn, and the libraries that both need."""
    def wanted(package):
        return programs.library(package) or package.startswith("python3")

    packages = list(dict.fromkeys(apt.closure("forky", "python3-drgn", wanted)))
    root = apt.unpacked("drgn-of-forky", "forky", packages, [*programs.FILES, "./usr/lib/python3*"])
    return programs.Program(root, next(root.glob("usr/bin/python3.*[0-9]")), architectures.of_suite("forky"))


def drgn_version(python):
    return subprocess.run([*python.command, "-c", "import drgn; print(drgn.__version__)"], check=True, text=True,
                          stdout=subprocess.PIPE, env=drgn_environment(python, "")).stdout.strip()


def drgn_environment(python, folder):
    return {**os.environ, "PYTHONHOME": str(python.root / "usr"), "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1"}


PAGE = re.compile(r"page: 0x([0-9a-f]+) cgroup: (.*) state: ZOMBIE path: (.*)")
NODE = re.compile(r"kernfs_node:  0x([0-9a-f]+)    (.*)")


class Failed(Exception):
    pass


def of_drgn_tools(python, folder, vmlinux, dump):
    with tempfile.TemporaryDirectory(prefix="zmemcg-comparison-") as scratch:
        began = time.monotonic()
        done = subprocess.run([*python.command, HERE / "comparison_drgn.py", vmlinux, dump, scratch],
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=SECONDS,
                              env=drgn_environment(python, folder))
        if done.returncode:
            raise Failed(f"drgn-tools and {dump}: {done.stderr.strip().splitlines()[-1]}")
        whole = time.monotonic() - began
        said = {step: (pathlib.Path(scratch) / step).read_text(errors="surrogateescape")
                for step in ("zombies", "scan", "kernfs")}
    figures = {name: float(value) for name, value in (line.split() for line in done.stdout.splitlines())}
    steps = {step: figures[step] for step in said}
    pages = {address: Page(cgroup, path, "", 0) for address, cgroup, path in PAGE.findall(said["scan"])}
    return Run(
        seconds={"open": whole - sum(steps.values()), **steps},
        peak_mb=figures["peak"] / 1024,
        zombies=collections.Counter(re.findall(r"^path: (.*) state: ZOMBIE$", said["zombies"], re.M)),
        pages=pages,
        nodes=dict(NODE.findall(said["kernfs"])),
        held=len({page.cgroup for page in pages.values()}),
        others=collections.Counter())
