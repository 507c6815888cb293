# SPDX-License-Identifier: GPL-2.0-or-later
"""The formats that one boot's dump is kept in."""

import functools
import shutil
import struct
import subprocess

import apt
import programs
import truth

ELF_HEADER = 64
PROGRAM_HEADER = 56
UTSNAME_FIELD = 65


def move_program_headers(source, target):
    """
    QEMU puts the section headers first and the program headers behind them;
    makedumpfile wants the program headers at offset 64. There is room where the
    section headers were, which nobody needs.
    """
    shutil.copyfile(source, target)
    with open(target, "r+b") as file:
        header = bytearray(file.read(ELF_HEADER))
        offset, = struct.unpack_from("<Q", header, 32)
        count, = struct.unpack_from("<H", header, 56)
        if offset == ELF_HEADER:
            return
        file.seek(offset)
        headers = file.read(count * PROGRAM_HEADER)
        first_data = min(struct.unpack_from("<Q", headers, i * PROGRAM_HEADER + 8)[0] for i in range(count))
        if ELF_HEADER + len(headers) > first_data:
            raise RuntimeError("no room for the program headers at offset 64")
        struct.pack_into("<Q", header, 32, ELF_HEADER)
        struct.pack_into("<Q", header, 40, 0)           # no section headers
        struct.pack_into("<HHH", header, 58, 64, 0, 0)
        file.seek(0)
        file.write(header + headers)


def name_the_kernel(kdump, words):
    """QEMU leaves the utsname of a kdump header empty; some readers want its six words."""
    with open(kdump, "r+b") as file:
        if file.read(8) != b"KDUMP   ":
            raise RuntimeError(f"{kdump} is no kdump file")
        file.seek(12)
        file.write(b"".join(word.encode().ljust(UTSNAME_FIELD, b"\0") for word in words))


@functools.cache
def tool():
    """
    The newest release's makedumpfile, or else the machine's: 1.7.2 drops pages in use of 6.12 and later,
    where slab became a type of page.
    """
    try:
        return programs.fetched("forky", "makedumpfile").command
    except apt.Missing:
        return ["makedumpfile"]


def makedumpfile(*arguments, stdin=None):
    """What makedumpfile says, when it succeeds."""
    done = subprocess.run([*tool(), *arguments], stdin=stdin, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")
    if done.returncode:
        raise RuntimeError(f"makedumpfile {' '.join(map(str, arguments))}:\n{done.stdout[-1000:]}")
    return done.stdout


def rearranged(flattened, target):
    with open(flattened, "rb") as file:
        makedumpfile("-R", target, stdin=file)


# name: makedumpfile's options
CONVERTED = {
    "zlib-d23": ["-c", "-d", "23"],         # all that it can leave out, but for user data
    "zlib-d31": ["-c", "-d", "31"],
    "lzo": ["-l"],
    "snappy": ["-p"],
    "zstd": ["-z"],
}

# all formats of a boot
FORMATS = ["elf", "zlib", "kdump-flattened", *CONVERTED]


@functools.cache
def lacking():
    """The formats that this makedumpfile was built without."""
    lines = makedumpfile("-v").splitlines()
    return [name for name in CONVERTED if f"{name}\tdisabled" in lines]


def make_zlib(folder):
    """From kdump-flattened."""
    rearranged(folder / "kdump-flattened", folder / "zlib")
    name_the_kernel(folder / "zlib", truth.read(folder / "console").uname)


def make_formats(folder):
    """From qemu.elf and kdump-flattened: elf, zlib and what makedumpfile compresses with."""
    elf = folder / "elf"
    move_program_headers(folder / "qemu.elf", elf)
    (folder / "qemu.elf").unlink()
    make_zlib(folder)
    for name, options in CONVERTED.items():
        if name not in lacking():
            makedumpfile(*options, elf, folder / name)


def formats(folder):
    """The dumps of one boot by format."""
    return {name: folder / name for name in FORMATS if (folder / name).exists()}
