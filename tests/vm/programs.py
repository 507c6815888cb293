# SPDX-License-Identifier: GPL-2.0-or-later
"""
A program of another Debian release: unpacked with the libraries that it needs, all the way
down to its C library, and run through that release's dynamic linker.
"""

import dataclasses
import pathlib
import re

import apt
import cache

FILES = ["./usr/bin/*", "./lib/*.so*", "./lib64/*.so*", "./usr/lib/*.so*", "./usr/lib64/*.so*", "./usr/include/*"]


@dataclasses.dataclass(frozen=True)
class Program:
    root: pathlib.Path
    path: pathlib.Path

    @property
    def command(self):
        """The beginning of a command line that runs it."""
        linker = next(self.root.glob("usr/lib/*/ld-linux-*.so.*"))
        return [str(linker), "--library-path", str(linker.parent), str(self.path)]


def library(package):
    return re.match(r"lib|zlib", package)


def fetched(suite, package):
    """The program that its package is named after; the last that was when the mirror is out of reach."""
    name = f"{package}-of-{suite}"
    try:
        root = apt.unpacked(name, suite, apt.closure(suite, package, library), FILES)
    except apt.Missing:
        root = cache.last("packages", name)
        if not root:
            raise
    return Program(root, root / "usr/bin" / package)
