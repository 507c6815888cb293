# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests give crash is a smaller vmlinux with an index (vmlinux.py). The package's own, which users have, says the same."""

import dataclasses

import apt
import pytest

import boots
import crashes
from conftest import boot_of

COMMANDS = ["zmemcg", "zmemcg -f -S", "zmemcg -w", "zmemcg -k", "zmemcg -g", "zmemcg -s", "zmemcg -L"]


@pytest.mark.parametrize("name", ["5.10", "6.1", "6.12", "7"])
def test_the_package_s_own_says_the_same(name):
    boot = boot_of(name)
    try:
        crash = crashes.ready(crashes.for_kernel(boot.kernel)[0].name)
    except apt.Missing as reason:
        pytest.skip(str(reason))
    own = dataclasses.replace(boot, vmlinux=boots.kernel_of(name).vmlinux)
    assert own.vmlinux != boot.vmlinux
    outputs = crash.run(boot, boot.formats["zlib"], COMMANDS).outputs
    assert all(outputs)
    assert crash.run(own, boot.formats["zlib"], COMMANDS).outputs == outputs
