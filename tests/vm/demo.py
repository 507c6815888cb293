#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Shows the commands on a dump: the reader's own (demo.py VMLINUX VMCORE), or one of a
test machine that is made first.
"""

import shutil
import sys

import crashrun

COMMANDS = [
    ("how many, and which", "zmemcg -n 10"),
    ("the files that hold them", "zmemcg -f -n 15"),
    ("their pages", "zmemcg -p -n 10"),
    ("found through the kernfs slab", "zmemcg -k -n 5"),
]


def test_machine():
    import vm
    print("making a test machine's dump: the first time takes minutes", flush=True)
    boot = vm.dump("6.1")
    return boot.vmlinux, boot.formats["zlib"]


def show(vmlinux, dump):
    # crash prompts are read from a file: what they print is what a person would see.
    session = crashrun.run(vmlinux, dump, [command for _, command in COMMANDS])
    width = shutil.get_terminal_size((160, 25)).columns if sys.stdout.isatty() else 10000
    for (meaning, command), output in zip(COMMANDS, session.outputs):
        print(f"\n# {meaning}\ncrash> {command}")
        for line in (output if output is not None else session.stdout).splitlines():
            print(line if len(line) <= width else line[:width - 3] + "...")
    print(f"\nBy hand: crash {vmlinux} {dump}\n"
          f"         crash> extend {crashrun.EXTENSION}\n"
          "         crash> help zmemcg")


if __name__ == "__main__":
    show(*(sys.argv[1:] if len(sys.argv) == 3 else test_machine()))
