# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the guest wrote down of its zombies of six templates, and what the reports have to show therefore. There are too many
for a line each: zombies of the same cause (template, children, pages of each file) are one.
"""

import collections
import dataclasses
import re

import expect
import truth


@dataclasses.dataclass(frozen=True)
class Cause:
    zombies: int
    template: str
    children: int
    pages: dict         # path -> base pages of its own
    below: frozenset    # the paths that hold its children

    @property
    def total(self):
        return sum(self.pages.values())


@dataclasses.dataclass(frozen=True)
class Causes:
    causes: list
    types: dict         # path -> file or shmem
    ages: dict          # template -> (oldest, newest), each (evidence, epoch)
    inferred: int       # zombies that the last task is the best evidence of
    percpu_before: int  # KB of /proc/meminfo's Percpu: without the zombies
    percpu_after: int   # and with them

    @property
    def zombies(self):
        return sum(cause.zombies for cause in self.causes)

    @property
    def pages(self):
        return sum(cause.zombies * cause.total for cause in self.causes)

    def pages_of_type(self, kind):
        return sum(cause.zombies * npages for cause in self.causes for path, npages in cause.pages.items()
                   if self.types[path] == kind)

    def template_of(self, cgroup):
        """The one that the path is of."""
        one, = [template for template in self.ages
                if re.fullmatch(re.escape(template).replace(r"\*", "[^/]+"), cgroup)]
        return one

    def counted(self, cells):
        """cells(cause) -> zombies"""
        counts = collections.Counter()
        for cause in self.causes:
            counts[cells(cause)] += cause.zombies
        return counts


def numbered(fields, prefix, names):
    """{names[3]: 7} of the fields prefix3=7."""
    return {names[key[len(prefix):]]: int(value) for key, value in fields.items() if key.startswith(prefix)}


def evidence(value):
    """Of removal:1795642314."""
    word, _, epoch = value.partition(":")
    return word, int(epoch)


def read(console):
    paths, types, templates, ages, causes, percpu = {}, {}, {}, {}, [], {}
    dated = 0
    for line in console.read_text().splitlines():
        _, kind, rest = (*line.split(" ", 2), "", "", "")[:3]
        fields = truth.fields_of(rest) if line.startswith("ZM ") else {}
        if kind == "file":
            paths[fields["number"]] = fields["path"]
            types[fields["path"]] = fields["type"]
        elif kind == "template":
            templates[fields["number"]] = fields["path"]
            ages[fields["path"]] = [evidence(fields[word]) for word in ("oldest", "newest")]
            dated += int(fields["dated"])
        elif kind == "cause":
            causes.append(Cause(int(fields["zombies"]), templates[fields["template"]], int(fields["children"]),
                                numbered(fields, "file", paths), frozenset(numbered(fields, "below", paths))))
        elif kind == "percpu":
            percpu = fields
    inferred = sum(cause.zombies for cause in causes) - dated
    return Causes(causes, types, ages, inferred, int(percpu["before"]), int(percpu["after"]))


def groups(made):
    """template -> [ZOMBIES, PAGES]"""
    sums = {template: [0, 0] for template in made.ages}
    for cause in made.causes:
        sums[cause.template][0] += cause.zombies
        sums[cause.template][1] += cause.zombies * cause.total
    return sums


def files(made):
    """path -> {PAGES, ZOMBIES, SOLE}"""
    sums = {path: dict.fromkeys(("PAGES", "ZOMBIES", "SOLE"), 0) for path in made.types}
    for cause in made.causes:
        for path, npages in cause.pages.items():
            sums[path]["PAGES"] += cause.zombies * npages
            sums[path]["ZOMBIES"] += cause.zombies
            sums[path]["SOLE"] += cause.zombies if len(cause.pages) == 1 else 0
    return sums


def cover(made):
    held = [frozenset(cause.pages) for cause in made.causes if cause.pages for _ in range(cause.zombies)]
    return expect.cover_of(held, made.zombies)


def stacks(made):
    """(template, path) -> base pages"""
    sums = collections.Counter()
    for cause in made.causes:
        for path, npages in cause.pages.items():
            sums[cause.template, path] += cause.zombies * npages
    return sums


def remedy(made, path):
    """The key of -s under which a zombie is that this file alone holds."""
    if made.types[path] == "file":
        return "dropping caches frees"
    return "closing descriptors frees" if path.startswith("[memfd ") else "truncating files frees"


def advice(made):
    """key of -s -> zombies. Who has children needs what they need."""
    def key(cause):
        keys = {remedy(made, path) for path in {*cause.pages, *cause.below}}
        return keys.pop() if len(keys) == 1 else "several of these together free"
    return made.counted(key)


def ending(active, made, command):
    covered = cover(made) if "-f" in command else []
    ages = [] if "-f" in command else expect.inferred_of(["last-task"] * made.inferred)
    return [*covered, f"There are {active} active and {made.zombies} dying memcgroups", *ages,
            expect.coverage(made.pages, made.pages)]
