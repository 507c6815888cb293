# SPDX-License-Identifier: GPL-2.0-or-later
"""
The vmlinux that crash is given: with an index of the debug information in it (.gdb_index), which crash's gdb would else find
out anew at each start, and without what crash never asks for. The package's own stays as it is.

Lines cost most: gdb takes each word of an expression for a file's name first, and compares it with those of all tables of
lines (gdb/c-exp.y, classify_name()); without them bt -l, dis -l and sym name no file. Then symbols: crash 9 compares each with
all others of its bucket, of which there are 512 for 100,000 to 280,000 symbols (symbols.c 9.0.2, symname_hash_init()), and the
mapping symbols of arm64 are all in two.
"""

import pathlib
import subprocess
import tempfile

import cache

# Lines, where locals live, unwinding, addresses of compilation units, how the linker came to its result.
NOT_NEEDED = [".debug_line", ".debug_loclists", ".debug_loc", ".debug_frame", ".debug_aranges", ".rela*"]

# Of arm64's assembler, of paddings before functions, of what modules are linked with, of static calls, of constants, of tracing.
NOT_ASKED_FOR = ["$d", "$d.*", "$x", "$x.*", "__pfx_*", "__ksymtab_*", "__kstrtab_*", "__kstrtabns_*", "__crc_*", "__kcrctab_*",
                 "__SCK__*", "__SCT__*", "__UNIQUE_ID_*", "__func__.*", "__compound_literal.*",
                 "__event_*", "__bpf_trace_*", "__tpstrtab_*"]


def make(kernel, target):
    """A gdb of this machine's own reads debug information of every architecture."""
    objcopy = f"{kernel.architecture.tools}objcopy"
    with tempfile.TemporaryDirectory(prefix="zmemcg-vmlinux-") as scratch:
        subprocess.run(["gdb-multiarch", "-nx", "-batch", "-ex", f"save gdb-index {scratch}", kernel.vmlinux],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        index = next(pathlib.Path(scratch).glob("*.gdb-index"))
        small = pathlib.Path(scratch) / "small"
        subprocess.run([objcopy, *(f"--remove-section={name}" for name in NOT_NEEDED),
                        f"--add-section=.gdb_index={index}", "--set-section-flags=.gdb_index=readonly",
                        kernel.vmlinux, small], check=True)
        # by itself: a symbol that a relocation names stays
        subprocess.run([objcopy, "--wildcard", *(f"--strip-symbol={name}" for name in NOT_ASKED_FOR), small, target], check=True)


def of(kernel):
    """Of an unpacked kernel. No dump depends on it."""
    key = cache.key_of(kernel.version, pathlib.Path(__file__))
    return cache.made("vmlinux", kernel.name, key, lambda folder: make(kernel, folder / "vmlinux")) / "vmlinux"
