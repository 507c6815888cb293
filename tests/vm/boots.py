# SPDX-License-Identifier: GPL-2.0-or-later
"""The test machines: a kernel and its command line each. What comes of a boot: dumps, and the truth about them."""

import dataclasses
import functools
import pathlib

import dumpfiles
import kernels
import machine
import truth
import vmlinux


@dataclasses.dataclass(frozen=True)
class Machine:
    name: str
    kernel: str         # a row of kernels.KERNELS
    parameters: str     # zm.*: what the guest is to do; the others are the kernel's own
    options: tuple = ()         # QEMU's, beside those that all have
    zlib_alone: bool = False    # kept in no other format
    nodes: int = 1
    possible_cpus: int = 2


MACHINES = [
    Machine("5.10", "5.10", "zm.cgroup=v2 swapaccount=1"),
    Machine("5.10-v1", "5.10", "zm.cgroup=v1 swapaccount=1"),
    Machine("6.1", "6.1", "zm.cgroup=v2"),
    Machine("6.1-v1", "6.1", "zm.cgroup=v1"),
    Machine("6.1-mglru", "6.1", "zm.cgroup=v2 zm.lru_gen=1"),
    Machine("6.1-nomemcg", "6.1", "zm.cgroup=none cgroup_disable=memory"),
    Machine("6.1-la57", "6.1", "zm.cgroup=v2 zm.paging=5"),
    Machine("6.12", "6.12", "zm.cgroup=v2 zm.lru_gen=0"),
    # A page of 1 GB, whose struct pages are more than a unit of the scan.
    Machine("6.12-mglru", "6.12", "zm.cgroup=v2 zm.lru_gen=1 hugetlb_free_vmemmap=on default_hugepagesz=2M "
            "hugepagesz=1G hugepages=1", ("-m", "3G"), zlib_alone=True),
    Machine("7", "7", "zm.cgroup=v2 hugetlb_free_vmemmap=on"),
]

# Two nodes with four possible CPUs each, of which maxcpus=4 leaves two offline; the second has memory that was plugged in.
NODES = ("-smp", "8,sockets=8,cores=1,threads=1", "-m", "512M,slots=1,maxmem=2G",
         "-object", "memory-backend-ram,id=first,size=256M", "-numa", "node,nodeid=0,memdev=first,cpus=0-1,cpus=4-5",
         "-object", "memory-backend-ram,id=second,size=256M", "-numa", "node,nodeid=1,memdev=second,cpus=2-3,cpus=6-7",
         "-object", "memory-backend-ram,id=plugged,size=256M", "-device", "pc-dimm,memdev=plugged,node=1")

# Other flavours of the same kernels.
FLAVOURS = [
    Machine("6.1-rt", "6.1-rt", "zm.cgroup=v2", zlib_alone=True),
    Machine("6.12-nodes", "6.12-generic", "zm.cgroup=v2 zm.lru_gen=0 maxcpus=4 memhp_default_state=online", NODES,
            zlib_alone=True, nodes=2, possible_cpus=8),
]

# Those of another architecture: each start of crash is slow there, so they are tested for exactness alone.
FOREIGN = [
    Machine("6.1-arm64", "6.1-arm64", "zm.cgroup=v2", zlib_alone=True),
    Machine("6.12-arm64", "6.12-arm64", "zm.cgroup=v2 zm.lru_gen=0", zlib_alone=True),
    Machine("6.12-arm64-16k", "6.12-arm64-16k", "zm.cgroup=v2 zm.lru_gen=0", ("-m", "1G"), zlib_alone=True),
]

# Those that have a memory controller, and so zombies.
WITH_ZOMBIES = [machine for machine in MACHINES if "cgroup=none" not in machine.parameters]

# The same as another, and then the advice of -s was followed: the truth tells of the time before, and what went with each action.
FOLLOWED = [
    Machine("6.1-followed", "6.1", "zm.cgroup=v2 zm.follow=1", zlib_alone=True),
    Machine("6.1-v1-followed", "6.1", "zm.cgroup=v1 zm.follow=1", zlib_alone=True),
    Machine("6.12-followed", "6.12", "zm.cgroup=v2 zm.lru_gen=0 zm.follow=1", zlib_alone=True),
    Machine("7-followed", "7", "zm.cgroup=v2 hugetlb_free_vmemmap=on zm.follow=1", zlib_alone=True),
    Machine("5.10-followed", "5.10", "zm.cgroup=v2 swapaccount=1 zm.follow=1", zlib_alone=True),
    Machine("5.10-v1-followed", "5.10", "zm.cgroup=v1 swapaccount=1 zm.follow=1", zlib_alone=True),
]

# 10,000 zombies of six templates, held by 40 files. The truth about them is causes.py's.
TEMPLATES = Machine("6.1-templates", "6.1", "zm.cgroup=v2 zm.templates=10000", ("-m", "1G"), zlib_alone=True)

ALL = [*MACHINES, *FLAVOURS, *FOREIGN, *FOLLOWED, TEMPLATES]


@dataclasses.dataclass(frozen=True)
class Boot:
    kernel: str         # a row of kernels.KERNELS
    vmlinux: pathlib.Path
    folder: pathlib.Path

    @property
    def console(self):
        return self.folder / "console"

    @functools.cached_property
    def truth(self):
        return truth.read(self.console)

    @property
    def formats(self):
        return dumpfiles.formats(self.folder)


def by_name(name):
    for row in ALL:
        if row.name == name:
            return row
    raise SystemExit(f"no machine {name}: " + " ".join(row.name for row in ALL))


def kernel_of(name):
    return kernels.Unpacked(kernels.by_name(by_name(name).kernel))


def boot(name):
    row, kernel = by_name(name), kernel_of(name)
    return Boot(row.kernel, vmlinux.of(kernel),
                machine.dumped(kernel, name, row.parameters, row.options, row.zlib_alone))
