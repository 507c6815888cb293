#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
The test machines by hand.

    vm.py list              the kernels
    vm.py dump KERNEL       makes the dumps of a kernel, or takes them from the cache; prints what is where
    vm.py again KERNEL      the same, after forgetting what the cache has
    vm.py crash KERNEL [FORMAT]   an interactive crash on one of them
"""

import os
import sys

import crashrun
import dumpfiles
import kernels
import machine


def dump(name):
    kernel = kernels.Unpacked(kernels.by_name(name))
    folder = machine.dumped(kernel, name, "zm.cgroup=v2")
    print(f"vmlinux {kernel.vmlinux}\ntruth {folder / 'console'}")
    for format_name, path in dumpfiles.formats(folder).items():
        print(f"{format_name} {path}")
    return kernel, folder


def main(words):
    match words:
        case ["list"]:
            for kernel in kernels.KERNELS:
                print(kernel.name, kernel.suite, kernel.meta)
        case ["dump", name]:
            dump(name)
        case ["again", name]:
            machine.forget(name)
            dump(name)
        case ["crash", name, *rest]:
            kernel, folder = dump(name)
            path = dumpfiles.formats(folder)[rest[0] if rest else "zlib"]
            os.execvp("crash", [*crashrun.CRASH, "-s", str(kernel.vmlinux), str(path)])
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
