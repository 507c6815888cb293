# SPDX-License-Identifier: GPL-2.0-or-later
"""The machines of the bench, and their dumps. Made as those of tests/vm are, and kept in the same cache."""

import dataclasses
import pathlib
import re
import struct
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
VM = HERE.parent / "vm"
sys.path.insert(1, str(VM))         # before the system's: it has an "apt" too

import cache            # noqa: E402: found in the folder above
import dumpfiles        # noqa: E402
import kernels          # noqa: E402
import machine          # noqa: E402
import measure          # noqa: E402

KERNEL = "6.1"
DONE_SECONDS = 2700


@dataclasses.dataclass(frozen=True)
class Machine:
    name: str
    gigabytes: int
    parameters: str     # what the guest is to do
    formats: tuple      # which dumps are kept
    words: str          # what it is, for the reader
    rounds: int = measure.ROUNDS    # how often each command is timed


MACHINES = [
    Machine("256G", 256, "zm.many=10000", ("zlib", "lzo"), "256 GB, nearly all free, 10,000 zombies"),
    Machine("64G", 64, "zm.many=10000", ("zlib", "lzo"), "64 GB, nearly all free, 10,000 zombies"),
    Machine("16G-used", 16, "zm.many=1000 zm.fill=13500", ("zlib", "lzo", "elf"),
            "16 GB, 13.5 GB of it page cache, small and huge anonymous pages, 1,000 zombies"),
    Machine("64G-used", 64, "zm.many=1000 zm.fill=4000 zm.shmem=52000 init_on_alloc=0", ("zlib", "lzo"),
            "64 GB, 52 GB of it shared memory, 4 GB the same as above, 1,000 zombies"),
    # khugepaged would charge the guest's own memory to the groups that it passes through
    Machine("300k", 16, "zm.many=300000 transparent_hugepage=never", ("zlib",), "16 GB, 300,000 zombies, timed once", rounds=1),
]

# What decides how the guest looks; its other files are for the tests, and a machine takes minutes to make.
GUEST = VM / "guest/hold_many.c"


def memory(gigabytes):
    """The host gives what the guest touches, and promises nothing more: reserve=off."""
    return ["-m", f"{gigabytes}G", "-machine", "pc,memory-backend=ram",
            "-object", f"memory-backend-ram,id=ram,size={gigabytes}G,reserve=off"]


def correct_phys_base(kdump):
    """QEMU takes vmcoreinfo's decimal phys_base for a hexadecimal one. It is the sub header's first word."""
    with open(kdump, "r+b") as file:
        head = file.read(1 << 20)
        block_size, = struct.unpack_from("<I", head, 428)
        phys_base = int(re.search(rb"NUMBER\(phys_base\)=(-?\d+)", head)[1])
        file.seek(block_size)
        file.write(struct.pack("<q", phys_base))


def take_dumps(formats, monitor, folder):
    qmp = machine.Qmp(monitor)
    qmp.call("dump-guest-memory", paging=False, protocol=f"file:{folder}/flattened", format="kdump-zlib")
    if "elf" in formats:
        qmp.call("dump-guest-memory", paging=False, protocol=f"file:{folder}/elf")
    qmp.call("quit")


def make_formats(formats, folder):
    """zlib holds every page but empty ones; lzo is filtered, as dumps mostly are; elf holds all."""
    dumpfiles.rearranged(folder / "flattened", folder / "zlib")
    (folder / "flattened").unlink()
    correct_phys_base(folder / "zlib")
    if "lzo" in formats:
        dumpfiles.makedumpfile("-l", "-d", "31", folder / "zlib", folder / "lzo")
    if "elf" in formats:
        subprocess.run(["fallocate", "--dig-holes", folder / "elf"], check=True)


def dumped(kernel, row):
    """The folder with the machine's dumps and console."""
    append = f"console=ttyS0 no5lvl quiet panic=-1 zm.cgroup=v2 {row.parameters}"

    def make(folder):
        print(f"making the machine {row.name} and its dumps: takes minutes", file=sys.stderr)
        machine.boot_and_dump(kernel, append, folder, options=memory(row.gigabytes), seconds=DONE_SECONDS,
                              take=lambda monitor, folder: take_dumps(row.formats, monitor, folder))
        make_formats(row.formats, folder)

    key = cache.key_of(kernel.version, append, machine.QEMU, memory(row.gigabytes), row.formats, GUEST)
    return cache.made("bench", row.name, key, make)


def kernel():
    return kernels.Unpacked(kernels.by_name(KERNEL))
