# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernels that are tested, as Debian's packages: fetched with apt, unpacked, not installed."""

import dataclasses
import pathlib
import re

import apt
import architectures
import cache
from apt import Missing     # noqa: F401: callers know it by this module


@dataclasses.dataclass(frozen=True)
class Kernel:
    name: str
    suites: tuple       # of Debian, in the order of asking: a mirror may have lost what a suite's list names
    # depends on the newest kernel of its suite; the package that has -dbg behind it, on its vmlinux
    meta: str = "linux-image-cloud-amd64"
    page_bytes: int = 4096

    @property
    def architecture(self):
        return architectures.of_suite(self.suites[0])


KERNELS = [
    Kernel("5.10", ("bullseye", "bullseye-security")),
    Kernel("6.1", ("bookworm-security", "bookworm")),
    Kernel("6.12", ("trixie", "bookworm-backports")),
    Kernel("7", ("forky",)),
    Kernel("6.1-rt", ("bookworm-security", "bookworm"), "linux-image-rt-amd64"),
    Kernel("6.12-generic", ("trixie",), "linux-image-amd64"),
    Kernel("6.1-arm64", ("bookworm-security:arm64", "bookworm:arm64"), "linux-image-cloud-arm64"),
    Kernel("6.12-arm64", ("trixie:arm64",), "linux-image-cloud-arm64"),
    Kernel("6.12-arm64-16k", ("trixie:arm64",), "linux-image-arm64-16k", 16384),
]

# Releases differ in where they put things.
FILES = ["./boot/vmlinuz*", "./lib/modules/*", "./usr/lib/modules/*",
         "./usr/lib/debug/boot/vmlinux*", "./usr/lib/debug/lib/modules/*/vmlinux*"]
VMLINUX = ["usr/lib/debug/boot/vmlinux*", "usr/lib/debug/lib/modules/*/vmlinux*"]
VMLINUZ = ["boot/vmlinuz*", "usr/lib/modules/*/vmlinuz*"]
MODULES = ["lib/modules/*", "usr/lib/modules/*"]


def by_name(name):
    for kernel in KERNELS:
        if kernel.name == name:
            return kernel
    raise SystemExit(f"no kernel {name}: " + " ".join(k.name for k in KERNELS))


def part_of_kernel(package):
    return re.match(r"linux-(image|binary|modules|base)-", package)


def unpack(kernel):
    """The kernel's folder; when no mirror can say what is newest, the last that was."""
    reasons = []
    for suite in kernel.suites:
        try:
            packages = [package for meta in (kernel.meta, kernel.meta + "-dbg")
                        for package in apt.closure(suite, meta, part_of_kernel)]
            return apt.unpacked(f"linux-{kernel.name}", suite, packages, FILES)
        except Missing as reason:
            reasons.append(str(reason))
    last = cache.last("packages", f"linux-{kernel.name}")
    if not last:
        raise Missing("; ".join(reasons))
    return last


class Unpacked:
    """A kernel on disk."""

    def __init__(self, kernel):
        self.name = kernel.name
        self.architecture = kernel.architecture
        self.page_bytes = kernel.page_bytes
        self.folder = unpack(kernel)
        self.version = self.folder.name         # changes with the packages' versions
        self.vmlinux = self.first(VMLINUX)
        self.vmlinuz = self.first(VMLINUZ)
        self.modules = self.first(MODULES)

    def first(self, patterns) -> pathlib.Path:
        return next(path for pattern in patterns for path in self.folder.glob(pattern))
