# SPDX-License-Identifier: GPL-2.0-or-later
"""What zmemcg -L says of the test machines' kernels; docs/layouts keeps it, a file for each kernel."""

import re

import boots
import crashes
import crashrun

MACHINES = ["5.10", "6.1", "6.12", "7"]     # one of each kernel
KEPT = crashrun.ROOT / "docs/layouts"


def asked(boot):
    crash = crashes.ready(crashes.for_kernel(boot.kernel)[-1].name)
    return crash.run(boot, boot.formats["zlib"], ["zmemcg -L"]).outputs[0]


def pairs(text):
    """Of lines "key: value"."""
    return dict(line.split(": ", 1) for line in text.splitlines())


def place(text):
    """The file of this kernel: docs/layouts/6.1.txt."""
    return KEPT / (re.match(r"\d+\.\d+", pairs(text)["release"])[0] + ".txt")


def keep(name):
    text = asked(boots.boot(name))
    place(text).write_text(text)
    return place(text)
