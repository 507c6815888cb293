# SPDX-License-Identifier: GPL-2.0-or-later
"""The extension in a long session: loaded, unloaded, run a thousand times, in sessions that lack what it needs."""

import re

import crashrun
import pytest
from conftest import boot_of

RSS = "!grep VmRSS /proc/$PPID/status"


def kilobytes(text):
    return int(re.search(r"VmRSS:\s+(\d+) kB", text)[1])


def test_load_twice_unload_and_load_again(crash):
    assert "already loaded" in crash(f"extend {crashrun.EXTENSION}")
    assert "unloaded" in crash(f"extend -u {crashrun.EXTENSION}")
    assert "command not found" in crash("zmemcg -n 1")
    assert "shared object loaded" in crash(f"extend {crashrun.EXTENSION}")
    assert len(crashrun.parse(crash("zmemcg -n 1")).rows) == 1


def test_a_thousand_runs_do_not_grow(crash):
    mix = ["zmemcg", "zmemcg -p", "zmemcg -f", "zmemcg -k", "zmemcg -p -S", "zmemcg zzz", "zmemcg -Q", "zmemcg -a", "zmemcg -f -u"]
    first = [crash(command) for command in mix * 2]
    before = kilobytes(crash(RSS))
    for _ in range(1000 // len(mix)):
        last = [crash(command) for command in mix]
    after = kilobytes(crash(RSS))
    assert after - before < 1024, f"{before} kB before, {after} kB after"
    assert last * 2 == first


def one_line(output):
    return re.fullmatch(r"zmemcg: [^\n]+\n", output)


def test_a_kernel_without_memory_cgroups_is_told_so():
    boot = boot_of("6.1-nomemcg")
    outputs = crashrun.run(boot.vmlinux, boot.formats["zlib"], ["zmemcg", "zmemcg -p", "zmemcg -f", "zmemcg -k"]).outputs
    for output in outputs:
        assert one_line(output) or "0 dying memcgroups" in output, output


def without_type(vmlinux, name, target):
    """A copy of the vmlinux in whose debug information the type has another name."""
    data = bytearray(vmlinux.read_bytes())
    old = b"\0" + name.encode() + b"\0"
    assert data.count(old) >= 1
    target.write_bytes(data.replace(old, old[:-2] + b"?\0"))


@pytest.mark.parametrize("name", ["mem_cgroup_per_node", "kernfs_node", "list_head"])
def test_a_vmlinux_without_a_type_is_told_so(boot61, tmp_path, name):
    without_type(boot61.vmlinux, name, tmp_path / "vmlinux")
    session = crashrun.run(tmp_path / "vmlinux", boot61.formats["zlib"], ["zmemcg", "zmemcg -p", "p 1 + 1"])
    if session.outputs[-1] is None:
        pytest.skip(f"crash itself does not start without {name}")
    for output in session.outputs[:-1]:
        assert output.count("\n") >= 1
    assert session.outputs[-1].endswith("= 2\n"), "the session goes on"


def test_a_minimal_session_refuses_the_extension(boot61):
    session = crashrun.run(boot61.vmlinux, boot61.formats["zlib"], ["sym init_task"], options=["--minimal"])
    assert "zmemcg.so: does not contain any commands which support minimal mode" in session.stdout
    assert "init_task" in session.outputs[0], "the session goes on"
