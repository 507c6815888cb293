# SPDX-License-Identifier: GPL-2.0-or-later
"""
The vmlinux that crash is given. For a crash that is emulated one with an index of the debug information in it
(.gdb_index): what its gdb would find out anew at each start, in minutes.
"""

import pathlib
import subprocess
import tempfile

import cache

# What crash's gdb never asks for here: where locals live, unwinding, addresses of compilation units.
NOT_NEEDED = [".debug_loclists", ".debug_loc", ".debug_frame", ".debug_aranges", ".rela.*"]


def make(kernel, target):
    """A gdb of this machine's own reads debug information of every architecture."""
    with tempfile.TemporaryDirectory(prefix="zmemcg-index-") as scratch:
        subprocess.run(["gdb-multiarch", "-nx", "-batch", "-ex", f"save gdb-index {scratch}", kernel.vmlinux],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        index = next(pathlib.Path(scratch).glob("*.gdb-index"))
        subprocess.run([f"{kernel.architecture.tools}objcopy", *(f"--remove-section={name}" for name in NOT_NEEDED),
                        f"--add-section=.gdb_index={index}", "--set-section-flags=.gdb_index=readonly",
                        kernel.vmlinux, target], check=True)


def of(kernel):
    """Of an unpacked kernel."""
    if not kernel.architecture.user:
        return kernel.vmlinux
    key = cache.key_of(kernel.version, *NOT_NEEDED, pathlib.Path(__file__))
    return cache.made("vmlinux", kernel.name, key, lambda folder: make(kernel, folder / "vmlinux")) / "vmlinux"
