# SPDX-License-Identifier: GPL-2.0-or-later
"""
Runs in drgn's Python, with drgn-tools in PYTHONPATH: what its module kernfs_memcg says of a dump.

    comparison_drgn.py VMLINUX DUMP FOLDER      each step's output goes to FOLDER/step

Prints a line "step SECONDS" for each, and the peak of the memory, "peak KB".
"""

import contextlib
import pathlib
import re
import sys
import time

from drgn import MissingDebugInfoError, Program


def opened(vmlinux, dump):
    program = Program()
    program.set_core_dump(dump)
    try:
        program.load_debug_info([vmlinux])
    except MissingDebugInfoError:
        pass            # of modules: crash has none either
    return program


def peak_kb():
    """Not getrusage()'s: that is never below what the process had that started this one."""
    return re.search(r"^VmHWM:\s+(\d+) kB$", pathlib.Path("/proc/self/status").read_text(), re.M)[1]


def main(arguments):
    vmlinux, dump, folder = arguments
    def timed(step, function, *arguments):
        began = time.monotonic()
        with open(pathlib.Path(folder) / step, "w", errors="surrogateescape") as out, contextlib.redirect_stdout(out):
            result = function(*arguments)
        print(f"{step} {time.monotonic() - began}")
        return result

    from drgn_tools import kernfs_memcg
    program = timed("load", opened, vmlinux, dump)
    timed("zombies", kernfs_memcg.dump_memcgroup_hierarchy, program)
    timed("scan", kernfs_memcg.dump_page_cache_pages_pinning_cgroups, program)
    timed("kernfs", kernfs_memcg.dump_memcg_kernfs_nodes, program)
    print(f"peak {peak_kb()}")


if __name__ == "__main__":
    main(sys.argv[1:])
