#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
zmemcg beside drgn-tools' kernfs_memcg, on the same dumps, in one run.

    comparison.py [--write] FOLDER DUMP ...     FOLDER: a copy of drgn-tools (oracle-samples/drgn-tools)

A DUMP is an amd64 machine of tests/vm (vm.py list) or of the bench, or VMLINUX,FILE; the words "matrix" and "bench" are all of
one kind. --write puts the figures into docs/comparison.md.
"""

import collections
import dataclasses
import os
import pathlib
import statistics
import subprocess
import sys

import machines         # first: it says where the modules of tests/vm are
import comparison_runs as runs
import tables

import boots
import crashes
import crashrun
import truth

DOCUMENT = crashrun.ROOT / "docs" / "comparison.md"
MARKS = "<!-- measured -->\n", "<!-- end -->\n"
FORMAT_OF_MATRIX = "zlib"
FORMAT_OF_BENCH = "lzo"         # QEMU's own lacks the kernel's name, without which drgn opens none
NAMES = "zmemcg", "kernfs_memcg"


@dataclasses.dataclass(frozen=True)
class Dump:
    name: str
    vmlinux: pathlib.Path
    path: pathlib.Path
    crash: crashes.Ready
    options: tuple      # for that crash
    rounds: int
    console: pathlib.Path | None        # where the guest wrote down what it made


def of_matrix(name):
    boot = boots.boot(name)
    crash = crashes.ready(crashes.for_kernel(boot.kernel)[0].name)
    vmlinux = boots.kernel_of(name).vmlinux     # as a user has it: no index that helps the one or the other
    return Dump(name, vmlinux, boot.formats[FORMAT_OF_MATRIX], crash, tuple(crashes.OPTIONS.get(boot.kernel, ())), 3,
                boot.console)


def of_bench(row):
    kernel = machines.kernel()
    return Dump(row.name, kernel.vmlinux, machines.dumped(kernel, row) / FORMAT_OF_BENCH, crashes.ready(crashes.HOST), (), 1, None)


def of_words(words):
    matrix = [row.name for row in [*boots.WITH_ZOMBIES, *boots.FLAVOURS]]
    bench = {row.name: row for row in machines.MACHINES}
    groups = {"matrix": matrix, "bench": list(bench)}
    names = [name for word in words for name in groups.get(word, [word])]
    for name in names:
        if name in bench:
            yield of_bench(bench[name])
        elif name in [row.name for row in boots.FOREIGN]:
            sys.exit(f"{name}: drgn 0.3.0 reads no dump of these arm64 machines (Out-of-bounds PFN)")
        elif "," in name:
            vmlinux, path = map(pathlib.Path, name.split(","))
            yield Dump(path.name, vmlinux, path, crashes.ready(crashes.HOST), (), 1, None)
        else:
            yield of_matrix(name)


@dataclasses.dataclass
class Result:
    dump: Dump
    ours: list          # a Run for each round
    theirs: list

    @property
    def both(self):
        return zip(NAMES, (self.ours, self.theirs))

    def base_pages(self, run):
        """Where a tool shows a folio and not its size, the other one's word is taken for it."""
        known = self.ours[0].pages
        return sum(page.npages or (known[address].npages if address in known else 1)
                   for address, page in run.pages.items())


def measured(python, folder, dump):
    """In turn, so that what else the machine does hits both."""
    ours, theirs = [], []
    for _ in range(dump.rounds):
        ours.append(runs.of_zmemcg([*dump.crash.command, *dump.options], dump.vmlinux, dump.path, dump.crash.extension))
        theirs.append(runs.of_drgn_tools(python, folder, dump.vmlinux, dump.path))
    return Result(dump, ours, theirs)


def has_path(path):
    return path.startswith("/")


def guest_row(dump):
    """What the guest says that it made."""
    if not dump.console:
        return []
    told = truth.read(dump.console)
    if not told.memcgs:
        return []
    zombies = [fields for fields in told.memcgs.values() if fields["state"] == "ZOMBIE"]
    base_pages = sum(int(fields[kind]) for fields in zombies for kind in ("file", "shmem", "anon"))
    return [[dump.name, "the guest", str(len(zombies)), "", "", str(base_pages), "", ""]]


def found(results):
    heading = ["dump", "", "zombies", "of these with a holder", "folios", "base pages", "files with a path",
               "other references"]
    lines = []
    for result in results:
        lines += guest_row(result.dump)
        for name, (run, *_) in result.both:
            files = {page.path for page in run.pages.values() if has_path(page.path)}
            others = f"{run.others.total()} of {len(run.others)} kinds" if run.others else "-"
            lines.append([result.dump.name, name, str(run.zombies.total()), str(run.held), str(len(run.pages)),
                          str(result.base_pages(run)), str(len(files)), others])
    return tables.table(heading, lines)


def time_and_memory(results):
    def cells(made):
        for step in runs.STEPS:
            sample = [run.seconds[step] for run in made if step in run.seconds]
            yield f"{statistics.median(sample):.2f}" if sample else "-"

    heading = ["dump", "", *runs.STEPS, "MB"]
    return tables.table(heading, [[result.dump.name, name, *cells(made), f"{max(run.peak_mb for run in made):.0f}"]
                                  for result in results for name, made in result.both])


def types(pages):
    counts = collections.Counter(page.type for page in pages)
    return f"{counts.total()}" + (f" ({', '.join(f'{kind} {count}' for kind, count in sorted(counts.items()))})"
                                  if counts else "")


def same_file(ours, theirs):
    return theirs in (ours, ours.removesuffix(" (deleted)"))


def differing(result):
    """(our page, theirs) of the same folio, in which cgroup or file are not the same."""
    ours, theirs = result.ours[0].pages, result.theirs[0].pages
    for address in ours.keys() & theirs.keys():
        one, other = ours[address], theirs[address]
        if one.cgroup != other.cgroup or not same_file(one.path, other.path):
            yield one, other


def agreement(results):
    heading = ["dump", "zombies of both", "only zmemcg", "only kernfs_memcg", "nodes of `-k` that both have", "only zmemcg",
               "folios of both, cgroup and file the same", "differ", "only zmemcg", "only kernfs_memcg"]
    lines = []
    for result in results:
        (ours, *_), (theirs, *_) = result.ours, result.theirs
        common = ours.pages.keys() & theirs.pages.keys()
        differ = len(list(differing(result)))
        lines.append([result.dump.name, *(str(part.total()) for part in (
                          ours.zombies & theirs.zombies, ours.zombies - theirs.zombies, theirs.zombies - ours.zombies)),
                      str(len(ours.nodes.items() & theirs.nodes.items())),
                      str(len(ours.nodes.items() - theirs.nodes.items())),
                      str(len(common) - differ), str(differ),
                      types(page for address, page in ours.pages.items() if address not in common),
                      str(len(theirs.pages.keys() - common))])
    return tables.table(heading, lines)


def differences(results):
    """How each file on whose name the tools differ reads in both, and on which dumps."""
    dumps = collections.defaultdict(dict)
    for result in results:
        for one, other in differing(result):
            dumps[one.path, other.path][result.dump.name] = True
    lines = [[*(f"`{ascii(path)[1:-1]}`" for path in pair), ", ".join(dumps[pair])] for pair in sorted(dumps)]
    return tables.table(["zmemcg", "kernfs_memcg", "on"], lines) if lines else ""


def commit_of(folder):
    said = subprocess.run(["git", "-C", folder, "log", "-1", "--format=%h of %cs"], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout.strip()
    return said or "(which, its folder does not say)"


def document(results, python, folder):
    crash_versions = " and ".join(sorted({result.dump.crash.version for result in results}))
    return (f"drgn-tools {commit_of(folder)}, drgn {runs.drgn_version(python)}; crash {crash_versions}; "
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end.\n\n"
            + "\n".join([found(results), time_and_memory(results), agreement(results), differences(results)]))


def write(text):
    before, after = DOCUMENT.read_text().split(MARKS[0])
    DOCUMENT.write_text(before + MARKS[0] + text + MARKS[1] + after.split(MARKS[1])[1])


def main(words):
    keep = words[:1] == ["--write"]
    folder, *dumps = words[keep:] or [None]
    if not dumps:
        sys.exit(__doc__)
    if not (pathlib.Path(folder) / "drgn_tools" / "kernfs_memcg.py").is_file():
        sys.exit(f"{folder} is no copy of drgn-tools: it has no drgn_tools/kernfs_memcg.py")
    python = runs.drgn()
    results = []
    for dump in of_words(dumps):
        print(f"measuring {dump.name}", file=sys.stderr)
        try:
            results.append(measured(python, pathlib.Path(folder), dump))
        except runs.Failed as failed:
            sys.exit(str(failed))
    text = document(results, python, pathlib.Path(folder))
    print(text)
    if keep:
        write(text)


if __name__ == "__main__":
    main(sys.argv[1:])
