# SPDX-License-Identifier: GPL-2.0-or-later
"""The machine with two nodes is what it is for: else its cells would say no more than those of one node."""

import re

import pytest

import boots
import crashes
import crashrun
import kernels
from conftest import boot_of

MACHINE = "6.12-nodes"
PAGES = "zmemcg -p -S"
STRUCT_PAGE = 64

# Where QEMU puts each node's memory; what is plugged in begins behind the hole below 4 GB.
MEMORY = {"first": range(0, 256 << 20), "second": range(256 << 20, 512 << 20), "plugged": range(4 << 30, (4 << 30) + (256 << 20))}


def number(output):
    return int(re.search(r"= (0x[0-9a-f]+|\d+)", output)[1], 0)


@pytest.fixture(scope="module")
def outputs(extension):
    boot = boot_of(MACHINE)
    commands = [PAGES, "p/x vmemmap_base", "p nr_node_ids", "p nr_cpu_ids", "p __num_online_cpus.counter"]
    try:
        crash = crashes.ready(crashes.for_kernel(boot.kernel)[-1].name)
    except kernels.Missing as reason:
        pytest.skip(str(reason))
    return dict(zip(commands, crash.run(boot, boot.formats["zlib"], commands).outputs))


def test_there_are_two_nodes_and_cpus_that_are_offline(outputs):
    row = boots.by_name(MACHINE)
    assert number(outputs["p nr_node_ids"]) == row.nodes == 2
    assert number(outputs["p nr_cpu_ids"]) == row.possible_cpus > number(outputs["p __num_online_cpus.counter"]) == 4


def test_zombies_have_pages_on_each_node_and_in_plugged_memory(outputs):
    """The second node takes from the zone of what was plugged in first."""
    base = number(outputs["p/x vmemmap_base"])
    frames = {(int(row["PAGE"], 16) - base) // STRUCT_PAGE for row in crashrun.parse(outputs[PAGES]).rows}
    found = {name for name, memory in MEMORY.items() if any(frame << 12 in memory for frame in frames)}
    assert {"first", "plugged"} <= found
    assert all(any(frame << 12 in memory for memory in MEMORY.values()) for frame in frames)
