# SPDX-License-Identifier: GPL-2.0-or-later
"""The live machine: a guest with crash, its libraries and the kernel's vmlinux on a disk of its own."""

import dataclasses
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent
sys.path[1:1] = [str(HERE), str(HERE.parent / "vm")]         # before the system's: it has an "apt" too

import boots            # noqa: E402
import crashes          # noqa: E402
import image            # noqa: E402
import initramfs        # noqa: E402
import machine          # noqa: E402

MODULES = ["virtio_pci", "virtio_blk", "virtio_console", "crc32c_generic", "ext4"]
MEGABYTES = 1024        # crash reads its vmlinux through the page cache, and has 300 itself

@dataclasses.dataclass(frozen=True)
class Live:
    name: str           # a row of boots.MACHINES: its kernel
    crash: str          # a row of crashes.CRASHES


MACHINES = [Live("6.1", "9"), Live("6.12", "9"), Live("7", "9")]


def make_initramfs(kernel, crash, live, commands, target):
    root = target.parent / "root"
    for folder in ("bin", "dev", "proc", "sys", "live", "tmp", "mnt", "shm", "crash"):
        (root / folder).mkdir(parents=True)
    initramfs.build_init(root / "init", "gcc", [*(HERE / "guest").glob("*.c"), initramfs.GUEST / "system.c"])
    (root / "bin/sh").symlink_to("/init")
    initramfs.add_modules(kernel, root, MODULES)
    shutil.copy(crash.extension, root / "live")
    (root / "live/startup").write_text("extend /live/zmemcg.so\n")
    (root / "live/commands").write_text("".join(f"{command}\n" for command in commands))
    words = ["/crash/ld.so", "--library-path", "/crash/lib", "/crash/crash", *crashes.OPTIONS.get(live.name, []),
             "-s", "-i", "/live/startup", "/crash/vmlinux", "/proc/kcore"]
    (root / "live/command").write_text("".join(f"{word}\n" for word in words))
    initramfs.pack(root, target)


def disk(folder, name, megabytes, mkfs):
    file = folder / f"{name}.img"
    with open(file, "wb") as out:
        out.truncate(megabytes << 20)
    subprocess.run([*mkfs, file], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return drive(name, file)


def drive(name, file, *options):
    return ["-drive", ",".join([f"if=none,id={name},file={file},format=raw,cache=unsafe", *options]),
            "-device", f"virtio-blk-pci,drive={name},serial={name}"]


def run(live, commands, folder, *, rounds, seconds, watch=10, parameters=""):
    """
    One boot. Leaves events, session and console in the folder; raises machine.GuestTrouble when the guest does not come to
    its end.
    """
    boot, kernel, crash = boots.boot(live.name), boots.kernel_of(live.name), crashes.ready(live.crash)
    crash_disk = image.made(live.name, boot, crash)
    with tempfile.TemporaryDirectory(prefix="zmemcg-live-") as scratch:
        scratch = pathlib.Path(scratch)
        make_initramfs(kernel, crash, live, commands, scratch / "initramfs")
        qemu = list(machine.QEMU)
        qemu[qemu.index("-m") + 1] = f"{MEGABYTES}M"
        append = f"console=ttyS0 no5lvl quiet panic=-1 zm.rounds={rounds} zm.watch={watch} {parameters}".strip()
        command = [*qemu, *drive("crash", crash_disk, "readonly=on"), *disk(scratch, "main", 256, machine.EXT4),
                   *disk(scratch, "swap", 64, ["/sbin/mkswap"]), "-device", "virtio-serial-pci"]
        for number, name in enumerate(("events", "session"), 1):
            command += ["-chardev", f"file,id={name},path={folder / name}",
                        "-device", f"virtserialport,chardev={name},nr={number},name={name}"]
        command += ["-kernel", kernel.vmlinuz, "-initrd", scratch / "initramfs", "-append", append,
                    "-serial", f"file:{folder / 'console'}"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL) as running:
            try:
                machine.wait_until_done(running, folder / "console", seconds)
                time.sleep(0.5)
            finally:
                running.kill()
