# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernels that are tested, as Debian's packages: fetched with apt, unpacked, not installed."""

import dataclasses
import pathlib
import subprocess

import cache


class Missing(Exception):
    """A mirror no longer has this, or it can't be reached: the cell is skipped by name."""


@dataclasses.dataclass(frozen=True)
class Kernel:
    name: str
    suite: str          # a Debian release, or "host": the machine's own
    meta: str           # the meta package, which names the newest kernel


KERNELS = [
    Kernel("6.1", "host", "linux-image-cloud-amd64"),
]


def by_name(name):
    for kernel in KERNELS:
        if kernel.name == name:
            return kernel
    raise SystemExit(f"no kernel {name}: " + " ".join(k.name for k in KERNELS))


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def newest(package):
    """The package that a meta package stands for, and its version."""
    try:
        depends = run("apt-cache", "depends", "--important", package, stderr=subprocess.DEVNULL)
        real = [line.split()[-1] for line in depends.splitlines() if "Depends:" in line][0]
        policy = run("apt-cache", "policy", real)
        version = [line.split()[-1] for line in policy.splitlines() if "Candidate:" in line][0]
    except (subprocess.CalledProcessError, IndexError):
        raise Missing(f"no package {package}") from None
    return real, version


def unpacked(package, version, patterns):
    """The files of a package that match the patterns."""
    def make(folder):
        try:
            run("apt-get", "-qq", "download", f"{package}={version}", cwd=folder, stderr=subprocess.DEVNULL)
        except subprocess.CalledProcessError:
            raise Missing(f"{package} {version} can't be downloaded") from None
        deb = next(folder.glob("*.deb"))
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as tar:
            run("tar", "-x", "--wildcards", *patterns, cwd=folder, stdin=tar.stdout)
        deb.unlink()
    return cache.made("packages", package, cache.key_of(version, *patterns), make)


class Unpacked:
    """A kernel on disk."""

    def __init__(self, kernel):
        image, version = newest(kernel.meta)
        debug, debug_version = newest(kernel.meta + "-dbg")
        self.version = version
        self.image = unpacked(image, version, ["./boot/vmlinuz*", "./lib/modules/*"])
        self.debug = unpacked(debug, debug_version, ["./usr/lib/debug/boot/vmlinux*"])

    @property
    def vmlinuz(self):
        return next(self.image.glob("boot/vmlinuz*"))

    @property
    def vmlinux(self):
        return next(self.debug.glob("usr/lib/debug/boot/vmlinux*"))

    @property
    def modules(self) -> pathlib.Path:
        return next((self.image / "lib/modules").iterdir())
