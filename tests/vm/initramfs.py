# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's initramfs: one static program as /init, and the modules that it loads."""

import pathlib
import subprocess

import cache

GUEST = pathlib.Path(__file__).parent / "guest"

# crc32c_generic: nobody depends on it by name, but xfs, btrfs and ext4 ask for it at run time
MODULES = ["qemu_fw_cfg", "virtio_pci", "virtio_blk", "crc32c_generic", "ext4", "xfs", "btrfs", "overlay"]


def guest_sources():
    return sorted(GUEST.glob("*.[ch]"))


def build_init(target, compiler, sources):
    """One static program."""
    subprocess.run([compiler, "-static", "-O1", "-g", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", f"-I{GUEST}",
                    "-o", target, *(path for path in sources if path.suffix == ".c")], check=True)


def load_order(modules, wanted):
    """The wanted modules' files, each behind those that it depends on (modules.dep)."""
    if not (modules / "modules.dep").exists():
        subprocess.run(["depmod", "-b", modules.parents[2], modules.name], check=True)
    depends = {}
    for line in (modules / "modules.dep").read_text().splitlines():
        file, _, needs = line.partition(":")
        depends[file] = needs.split()
    names = {pathlib.Path(file).name.split(".ko")[0].replace("-", "_"): file for file in depends}
    order = []
    for name in wanted:
        if name not in names:
            continue            # built in, or this kernel has none: the guest says what it misses
        for file in [*reversed(depends[names[name]]), names[name]]:
            if file not in order:
                order.append(file)
    return order


def plain_module(source, target):
    tools = {".xz": "xz", ".zst": "zstd"}
    if source.suffix in tools:
        with open(target, "wb") as out:
            subprocess.run([tools[source.suffix], "-dc", source], stdout=out, check=True)
    else:
        target.write_bytes(source.read_bytes())


def add_modules(kernel, root, wanted):
    """Into modules/, and a list of them for the guest."""
    (root / "modules").mkdir()
    listed = []
    for file in load_order(kernel.modules, wanted):
        name = pathlib.Path(file).name.split(".ko")[0] + ".ko"
        plain_module(kernel.modules / file, root / "modules" / name)
        listed.append(f"/modules/{name}\n")
    (root / "modules.list").write_text("".join(listed))


def pack(root, target):
    names = "\0".join(str(path.relative_to(root)) for path in sorted(root.rglob("*")))
    with open(target, "wb") as out:
        subprocess.run(["cpio", "-0", "-o", "-H", "newc", "--quiet", "-R", "0:0"], cwd=root,
                       input=names.encode(), stdout=out, check=True)


def build(kernel, target):
    """Writes the initramfs for an unpacked kernel to target."""
    root = target.parent / "root"
    for folder in ("dev", "proc", "sys"):
        (root / folder).mkdir(parents=True)
    build_init(root / "init", kernel.architecture.compiler, guest_sources())
    add_modules(kernel, root, MODULES)
    pack(root, target)


def key(architecture):
    return cache.key_of(architecture.compiler, *MODULES, *guest_sources(), pathlib.Path(__file__))
