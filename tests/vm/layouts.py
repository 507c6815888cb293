# SPDX-License-Identifier: GPL-2.0-or-later
"""What zmemcg -L says of the test machines' kernels; docs/layouts keeps it, a file for each kernel."""

import boots
import crashes
import crashrun

MACHINES = ["5.10", "6.1", "6.1-rt", "6.12", "6.12-nodes", "7"]     # one of each kernel of this architecture
KEPT = crashrun.ROOT / "docs/layouts"


def asked(boot):
    crash = crashes.ready(crashes.for_kernel(boot.kernel)[-1].name)
    return crash.run(boot, boot.formats["zlib"], ["zmemcg -L"]).outputs[0]


def pairs(text):
    """Of lines "key: value"."""
    return dict(line.split(": ", 1) for line in text.splitlines())


def is_of_boot(key):
    """What one boot has otherwise than another: addresses, since KASLR moves them, and how many levels page tables have."""
    return key.startswith("symbol ") or key == "number pgtable_l5_enabled"


def of_kernel(said):
    return {key: "there" if is_of_boot(key) and value != "absent" else value for key, value in said.items()}


def place(kernel):
    """The file of a row of kernels.KERNELS."""
    return KEPT / f"{kernel}.txt"


def changed(kernel, text):
    """
    The keys that the file lacks, has beyond these, or of which it says something else; None where it is of another release.
    What is of a boot may differ.
    """
    kept, now = (of_kernel(pairs(said)) for said in (place(kernel).read_text(), text))
    if kept["release"] != now["release"]:
        return None
    return sorted(key for key in kept.keys() | now.keys() if kept.get(key) != now.get(key))


def keep(name):
    boot = boots.boot(name)
    path = place(boot.kernel)
    path.write_text(asked(boot))
    return path
