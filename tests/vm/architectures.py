# SPDX-License-Identifier: GPL-2.0-or-later
"""What is different between the machines' processors: the emulators, the console, the tools for what runs there."""

import dataclasses

import apt


@dataclasses.dataclass(frozen=True)
class Architecture:
    name: str           # Debian's
    qemu: tuple         # the emulator of a machine
    user: tuple         # in front of a program's command line, to run it here
    tools: str          # in front of the names of gcc and binutils
    console: str
    parameters: str     # the kernel's, unless the machine says otherwise

    @property
    def compiler(self):
        return f"{self.tools}gcc"


def emulator(processor):
    return f"qemu-system-{processor}", "-accel", "tcg,thread=multi"


ARCHITECTURES = [
    Architecture("amd64", (*emulator("x86_64"), "-cpu", "max"), (), "", "ttyS0", "no5lvl"),
    # the oldest processor that QEMU knows with pages of 16 KB too
    Architecture("arm64", (*emulator("aarch64"), "-machine", "virt", "-cpu", "cortex-a76"), ("qemu-aarch64-static",),
                 "aarch64-linux-gnu-", "ttyAMA0", ""),
]


def by_name(name):
    for architecture in ARCHITECTURES:
        if architecture.name == name:
            return architecture
    raise SystemExit(f"no architecture {name}: " + " ".join(row.name for row in ARCHITECTURES))


def of_suite(suite):
    return by_name(apt.split(suite)[1] or "amd64")
