# SPDX-License-Identifier: GPL-2.0-or-later
"""A disk with what a guest needs to run crash on itself: crash, its libraries, its kernel's vmlinux."""

import pathlib
import shutil
import subprocess

import cache


def libraries(command):
    """The dynamic linker and each library that a program loads, as files: what `ld.so --list` says."""
    linker = command[0] if len(command) > 1 else "/lib64/ld-linux-x86-64.so.2"
    words = command if len(command) > 1 else [linker, shutil.which(command[0])]
    listed = subprocess.run([*words[:-1], "--list", words[-1]], check=True, text=True, stdout=subprocess.PIPE).stdout
    return linker, [line.split()[2] for line in listed.splitlines() if "=> /" in line]


def make_image(boot, crash, folder):
    """An ext4 image: crash, lib/, vmlinux."""
    root = folder / "root"
    (root / "lib").mkdir(parents=True)
    linker, files = libraries(crash.command)
    for file in files:
        shutil.copy(file, root / "lib")
    shutil.copy(linker, root / "ld.so")
    shutil.copy(shutil.which(crash.command[-1]), root / "crash")
    shutil.copy(boot.vmlinux, root / "vmlinux")
    megabytes = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) // (1 << 20)
    subprocess.run(["/sbin/mke2fs", "-q", "-t", "ext4", "-d", root, folder / "crash.img", f"{megabytes + 64}M"],
                   check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(root)


def made(name, boot, crash):
    version = subprocess.run([*crash.command, "--version"], text=True, stdout=subprocess.PIPE).stdout
    key = cache.key_of(boot.vmlinux.parent.name, version, pathlib.Path(__file__))
    return cache.made("live", f"{name}-{crash.build.name}", key, lambda folder: make_image(boot, crash, folder)) / "crash.img"
