# SPDX-License-Identifier: GPL-2.0-or-later
"""A guest under QEMU's software emulation: boots, makes its zombies, is dumped."""

import functools
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import architectures
import cache
import dumpfiles
import initramfs
import truth

DONE = "ZM done"
BOOT_SECONDS = 180

EXT4 = ["/sbin/mke2fs", "-q", "-t", "ext4"]
BTRFS = ["/sbin/mkfs.btrfs", "-q"]
SWAP = ["/sbin/mkswap", "--pagesize"]       # and the kernel's

# (serial number, by which the guest knows it; megabytes; how it is formatted)
DISKS = [
    ("main", 64, EXT4),
    ("nodentry", 16, EXT4),
    ("private", 16, EXT4),
    ("detached", 16, EXT4),
    ("writer", 16, EXT4),
    ("raw", 1, None),
    ("swap", 32, SWAP),
    ("xfs", 300, ["/sbin/mkfs.xfs", "-q"]),
    ("btrfs", 128, BTRFS),
    ("btree", 128, BTRFS),
]


def qemu(architecture):
    """What all machines of the architecture have."""
    return [*architecture.qemu, "-m", "512M", "-smp", "2", "-nodefaults", "-no-reboot", "-display", "none",
            "-device", "vmcoreinfo"]


QEMU = qemu(architectures.by_name("amd64"))


class GuestTrouble(Exception):
    """The guest did not come to its end, or says itself that it is not what it should be."""


def make_disks(folder, page_bytes):
    arguments = []
    for name, megabytes, mkfs in DISKS:
        image = folder / f"{name}.img"
        with open(image, "wb") as file:
            file.truncate(megabytes << 20)
        if mkfs:
            of_pages = [str(page_bytes)] if mkfs is SWAP else []
            subprocess.run([*mkfs, *of_pages, image], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        arguments += ["-drive", f"if=none,id={name},file={image},format=raw,cache=unsafe",
                      "-device", f"virtio-blk-pci,drive={name},serial={name}"]
    return arguments


class Qmp:
    """QEMU's machine protocol, as far as a dump needs it."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(path))
        self.lines = self.socket.makefile("r")
        self.lines.readline()
        self.call("qmp_capabilities")

    def call(self, command, **arguments):
        message = {"execute": command}
        if arguments:
            message["arguments"] = arguments
        self.socket.sendall(json.dumps(message).encode() + b"\n")
        while True:
            answer = json.loads(self.lines.readline())
            if "error" in answer:
                raise GuestTrouble(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]


def tail(console):
    return console.read_text(errors="replace")[-3000:]


def wait_until_done(qemu, console, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        text = console.read_text(errors="replace") if console.exists() else ""
        if DONE in text:
            failures = truth.read(console).failures
            if failures:
                raise GuestTrouble("the guest says:\n" + "\n".join(failures))
            return
        if qemu.poll() is not None or "Kernel panic" in text:
            raise GuestTrouble("the guest died:\n" + tail(console))
        time.sleep(0.3)
    raise GuestTrouble(f"the guest was not done after {seconds} s:\n" + tail(console))


def take_dumps(monitor, folder, elf=True):
    qmp = Qmp(monitor)
    if elf:
        qmp.call("dump-guest-memory", paging=False, protocol=f"file:{folder}/qemu.elf")
    qmp.call("dump-guest-memory", paging=False, protocol=f"file:{folder}/kdump-flattened",
             format="kdump-zlib")
    qmp.call("quit")


def boot_and_dump(kernel, append, folder, *, options=(), take=take_dumps, seconds=BOOT_SECONDS):
    """Leaves the console in the folder, and qemu.elf and kdump-flattened, or what take(monitor, folder) makes."""
    with tempfile.TemporaryDirectory(prefix="zmemcg-vm-") as scratch:
        scratch = pathlib.Path(scratch)
        monitor, console = scratch / "monitor", folder / "console"
        initramfs.build(kernel, scratch / "initramfs")
        command = [*qemu(kernel.architecture), *options, *make_disks(scratch, kernel.page_bytes), "-kernel", kernel.vmlinuz,
                   "-initrd", scratch / "initramfs", "-append", append, "-serial", f"file:{console}",
                   "-qmp", f"unix:{monitor},server=on,wait=off"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as running:
            try:
                wait_until_done(running, console, seconds)
                take(monitor, folder)
                running.wait(30)
            finally:
                running.kill()


def dumped(kernel, name, parameters="", options=(), zlib_alone=False):
    """
    The folder with the dumps and the console of one boot, made when it is not there yet. The options
    are QEMU's own; what one says twice, the last says.
    """
    architecture = kernel.architecture
    usual = "" if "zm.paging=5" in parameters else architecture.parameters
    append = " ".join(f"console={architecture.console} {usual} quiet panic=-1 {parameters}".split())

    def make(folder):
        boot_and_dump(kernel, append, folder, options=options,
                      take=functools.partial(take_dumps, elf=not zlib_alone))
        if zlib_alone:
            dumpfiles.make_zlib(folder)
            (folder / "kdump-flattened").unlink()
        else:
            dumpfiles.make_formats(folder)

    here = pathlib.Path(__file__).parent
    key = cache.key_of(kernel.version, append, qemu(architecture), options, DISKS, initramfs.key(architecture),
                       *dumpfiles.tool(), here / "machine.py", here / "dumpfiles.py")
    return cache.made("dumps", name, key, make)


def forget(name):
    for folder in (cache.folder() / "dumps").glob(f"{name}-*"):
        shutil.rmtree(folder)
