# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk with what a guest needs to run crash on itself: crash, its libraries, its kernel's vmlinux."""

import dataclasses
import pathlib
import shutil
import subprocess
import tempfile

import cache

# What crash's gdb never asks for here: where locals live, unwinding, addresses of compilation units.
NOT_NEEDED = [".debug_loclists", ".debug_loc", ".debug_frame", ".debug_aranges", ".rela.*"]



def libraries(command):
    """The dynamic linker and each library that a program loads, as files: what `ld.so --list` says."""
    linker = command[0] if len(command) > 1 else "/lib64/ld-linux-x86-64.so.2"
    words = command if len(command) > 1 else [linker, shutil.which(command[0])]
    listed = subprocess.run([*words[:-1], "--list", words[-1]], check=True, text=True, stdout=subprocess.PIPE).stdout
    return linker, [line.split()[2] for line in listed.splitlines() if "=> /" in line]


def save_index(boot, crash, vmlinux, folder):
    """crash's own gdb says what it would otherwise find out at each start: seconds here, minutes under emulation."""
    indexed = dataclasses.replace(boot, vmlinux=vmlinux)
    crash.run(indexed, boot.formats["zlib"], [f"gdb save gdb-index {folder}"])
    return next(folder.glob("*.gdb-index"))


def small_vmlinux(boot, crash, target):
    with tempfile.TemporaryDirectory(prefix="zmemcg-live-") as scratch:
        scratch = pathlib.Path(scratch)
        subprocess.run(["objcopy", *(f"--remove-section={name}" for name in NOT_NEEDED), boot.vmlinux,
                        scratch / "vmlinux"], check=True)
        index = save_index(boot, crash, scratch / "vmlinux", scratch)
        subprocess.run(["objcopy", "--add-section", f".gdb_index={index}", "--set-section-flags", ".gdb_index=readonly",
                        scratch / "vmlinux", target], check=True)


def make_image(boot, crash, folder):
    """An ext4 image: crash, lib/, vmlinux."""
    root = folder / "root"
    (root / "lib").mkdir(parents=True)
    linker, files = libraries(crash.command)
    for file in files:
        shutil.copy(file, root / "lib")
    shutil.copy(linker, root / "ld.so")
    shutil.copy(shutil.which(crash.command[-1]), root / "crash")
    small_vmlinux(boot, crash, root / "vmlinux")
    megabytes = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // (1 << 20)
    subprocess.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-d", root, folder / "crash.img", f"{megabytes + 64}M"],
                   check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(root)


def made(name, boot, kernel, crash):
    version = subprocess.run([*crash.command, "--version"], text=True, stdout=subprocess.PIPE).stdout
    key = cache.key_of(kernel.version, version, *NOT_NEEDED, pathlib.Path(__file__))
    return cache.made("live", f"{name}-{crash.build.name}", key, lambda folder: make_image(boot, crash, folder)) / "crash.img"
