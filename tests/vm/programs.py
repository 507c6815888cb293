# SPDX-License-Identifier: GPL-2.0-or-later
"""
A program of another Debian release: unpacked with the libraries that it needs, all the way
down to its C library, and run through that release's dynamic linker.
"""

import dataclasses
import pathlib
import re

import apt
import architectures
import cache

FILES = ["./usr/bin/*", "./lib/*.so*", "./lib64/*.so*", "./usr/lib/*.so*", "./usr/lib64/*.so*", "./usr/include/*"]

# Releases differ in where they put things.
LIBRARIES = ["usr/lib/*-linux-gnu", "lib/*-linux-gnu"]
LINKERS = [f"{place}/ld-linux-*.so.*" for place in LIBRARIES]


@dataclasses.dataclass(frozen=True)
class Program:
    root: pathlib.Path
    path: pathlib.Path
    architecture: architectures.Architecture

    @property
    def command(self):
        """The beginning of a command line that runs it."""
        linker = next(path for place in LINKERS for path in self.root.glob(place))
        libraries = ":".join(str(path) for place in LIBRARIES for path in self.root.glob(place))
        return [*self.architecture.user, str(linker), "--library-path", libraries, str(self.path)]


def library(package):
    return re.match(r"lib|zlib", package)


def fetched(suite, package):
    """The program that its package is named after; the last that was when the mirror is out of reach."""
    name = f"{package}-of-{suite}".replace(":", "-")        # a colon ends a path in lists of them
    try:
        root = apt.unpacked(name, suite, apt.closure(suite, package, library), FILES)
    except apt.Missing:
        root = cache.last("packages", name)
        if not root:
            raise
    return Program(root, root / "usr/bin" / package, architectures.of_suite(suite))
