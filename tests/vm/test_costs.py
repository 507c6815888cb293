# SPDX-License-Identifier: GPL-2.0-or-later
"""
What zombies cost, against a second reading of the same dump: crash's "p" follows the same pointers through the
debuginfo, and "kmem" says how large the slab's objects are that they lead to.
"""

import functools
import json
import re

import pytest

import boots
import crashes
import kernels
import truth
from conftest import boot_of

# Each kernel, each cgroup version; two nodes and more possible CPUs than there are.
MACHINES = ["5.10", "5.10-v1", "6.1", "6.1-v1", "6.12", "6.12-nodes", "6.1-rt", "7"]
KMEM_KNOWS_NOT = ("7",)                 # kernels whose slabs crash's kmem does not know
CHOSEN = 4                              # zombies that are read a second time

PERCPU_PAGES = "pcpu_nr_populated * pcpu_nr_units"

MEMCG = "((struct mem_cgroup *)0x{memcg})"
CGROUP = f"{MEMCG}->css.cgroup"


def node(number):
    return f"{MEMCG}->nodeinfo[{number}]"


# Pointers to what a memcg is made of. A kernel has some of them; some have the struct itself there,
# for which gdb takes -> as well.
SLAB_OF_MEMCG = [MEMCG, f"{MEMCG}->vmstats", f"{MEMCG}->css.refcnt.data", f"{MEMCG}->orig_objcg",
                 f"{MEMCG}->orig_objcg->refcnt.data"]
SLAB_OF_NODE = ["{0}", "{0}->lruvec_stats", "{0}->orig_objcg", "{0}->orig_objcg->refcnt.data", "{0}->shrinker_map",
                "{0}->shrinker_info",
                *("(unsigned long){0}->shrinker_info->unit[%d] * ({0}->shrinker_info->map_nr_max > %d)" % (n, 64 * n)
                  for n in range(2))]
SLAB_OF_CGROUP = [CGROUP, f"{CGROUP}->self.refcnt.data", f"{CGROUP}->psi", f"{CGROUP}->kn", f"{CGROUP}->kn->name",
                  f"{CGROUP}->kn->iattr"]
PERCPU_OF_MEMCG = [f"{MEMCG}->vmstats_percpu", f"{MEMCG}->vmstats_local", f"{MEMCG}->events_percpu", f"{MEMCG}->css.rstat_cpu",
                   f"{MEMCG}->cgwb_domain.completions.events.counters"]
PERCPU_OF_NODE = ["{0}->lruvec_stats_percpu", "{0}->lruvec_stat_cpu", "{0}->lruvec_stat_local"]
PERCPU_OF_CGROUP = [f"{CGROUP}->rstat_cpu", f"{CGROUP}->self.rstat_cpu", f"{CGROUP}->rstat_base_cpu", f"{CGROUP}->psi->pcpu"]


def number(output):
    """Of "$1 = 0x..."; None where gdb had no such member, or no number."""
    found = re.search(r"^\$\d+ = (0x[0-9a-f]+|0)$", output or "", re.MULTILINE)
    return int(found[1], 16) if found else None


def wanted(row, nodes, online, of_memcg, of_node, of_cgroup):
    """The expressions about one zombie."""
    parts = [*of_memcg, *(part.format(node(number)) for number in range(nodes) for part in of_node),
             *([] if row["cgroup"] in online else of_cgroup)]
    return [part.format(memcg=row["memcg"]) for part in parts]


def pointer(expression):
    """To p: not a number where the member is absent or a struct, 0 where it is an array or points to nothing."""
    return f"sizeof({expression}) == 8 ? (unsigned long)({expression}) : 0"


class Costs:
    """The costs of one dump's zombies, and of a few of them in two readings."""

    def __init__(self, name):
        self.name, self.machine, self.boot = name, boots.by_name(name), boot_of(name)
        self.crash = crashes.ready(crashes.for_kernel(self.boot.kernel)[-1].name)
        zombies, groups, self.text, said = self.run(["zmemcg -o json", "zmemcg -g -o json", "zmemcg -s", "zmemcg -s -o json"])
        self.summary = json.loads(said)["summary"]
        self.groups = records(groups)
        self.online = {truth.unescaped(path) for path, row in self.boot.truth.memcgs.items() if row.get("cgroup") == "online"}
        self.chosen = choose(records(zombies), self.online)
        self.said, self.numbers = self.read_again()

    def run(self, commands):
        return self.crash.run(self.boot, self.boot.formats["zlib"], commands).outputs

    def slab(self, row):
        return wanted(row, self.machine.nodes, self.online, SLAB_OF_MEMCG, SLAB_OF_NODE, SLAB_OF_CGROUP)

    def percpu(self, row):
        return wanted(row, self.machine.nodes, self.online, PERCPU_OF_MEMCG, PERCPU_OF_NODE, PERCPU_OF_CGROUP)

    def read_again(self):
        """memcg -> what zmemcg says of it alone; and expression -> number, of all that is asked of p."""
        expressions = [PERCPU_PAGES]
        for row in self.chosen:
            expressions += map(pointer, [*self.slab(row), *self.percpu(row)])
            expressions += [f"sizeof(*({text}))" for text in self.percpu(row)]
        outputs = self.run([*(f"zmemcg -s -o json {row['memcg']}" for row in self.chosen),
                            *(f"p/x (unsigned long)({text})" for text in expressions)])
        said = {row["memcg"]: json.loads(output)["summary"] for row, output in zip(self.chosen, outputs)}
        return said, dict(zip(expressions, map(number, outputs[len(self.chosen):])))

    def slab_bytes(self):
        """memcg -> the sizes of the objects, as kmem has them"""
        objects = {row["memcg"]: [address for text in self.slab(row) if (address := self.numbers[pointer(text)])]
                   for row in self.chosen}
        addresses = [address for found in objects.values() for address in found]
        sizes = dict(zip(addresses, map(object_size, self.run([f"kmem -s {address:x}" for address in addresses]))))
        return {memcg: sum(sizes[address] for address in found) for memcg, found in objects.items()}

    def percpu_bytes(self):
        return {row["memcg"]: sum((self.numbers[f"sizeof(*({text}))"] + 3) // 4 * 4 * self.machine.possible_cpus
                                  for text in self.percpu(row) if self.numbers[pointer(text)])
                for row in self.chosen}


def records(text):
    return [row for row in map(json.loads, text.splitlines()) if "summary" not in row]


def choose(zombies, online):
    """Of each kind one at least: with a dated directory and without, with an online cgroup; the rest as they come."""
    kinds = {(row["age"] is None, row["cgroup"] in online): row for row in zombies}
    chosen = list(kinds.values())
    return chosen + [row for row in zombies if row not in chosen][:CHOSEN - len(chosen)]


def object_size(output):
    """OBJSIZE of the line of a cache."""
    return int(re.search(r"^[0-9a-f]{16} +(\d+) ", output, re.MULTILINE)[1])


@functools.cache
def costs_of(name):
    try:
        return Costs(name)
    except kernels.Missing as reason:
        pytest.skip(str(reason))


@pytest.fixture(params=MACHINES)
def costs(request, extension):
    return costs_of(request.param)


def test_each_object_takes_what_its_slab_says(costs):
    if costs.boot.kernel in KMEM_KNOWS_NOT:
        pytest.skip("crash's kmem does not know the slabs of this kernel")
    assert {memcg: said["slab_bytes"] for memcg, said in costs.said.items()} == costs.slab_bytes()


def test_percpu_objects_count_for_each_cpu(costs):
    assert {memcg: said["percpu_bytes"] for memcg, said in costs.said.items()} == costs.percpu_bytes()


def test_one_with_an_online_cgroup_is_among_them(costs):
    """On v2, where the guest turned a controller off: its cgroup is not what the zombie costs."""
    of_online = [row for row in costs.chosen if row["cgroup"] in costs.online]
    assert bool(of_online) == ("cgroup=v2" in costs.machine.parameters)
    of_removed = [said["slab_bytes"] for memcg, said in costs.said.items() if memcg not in [row["memcg"] for row in of_online]]
    assert all(costs.said[row["memcg"]]["slab_bytes"] < min(of_removed) for row in of_online)


def test_the_templates_have_what_the_diagnosis_has(costs):
    total = costs.summary["slab_bytes"] + costs.summary["percpu_bytes"]
    assert costs.summary["kernel memory KB"] == total // 1024
    assert costs.summary["per-CPU KB"] == costs.summary["percpu_bytes"] // 1024
    assert sum(row["cost"] for row in costs.groups) == total // 1024


def test_each_zombie_costs_more_than_its_memcg_and_less_than_400_kb(costs):
    for row in costs.groups:
        assert 8 <= row["cost"] / row["zombies"] < 400, row["template"]


def test_the_machines_percpu_memory_is_the_kernels_own_figure(costs):
    pages = costs.numbers[PERCPU_PAGES]
    assert costs.summary["machine_percpu_bytes"] == pages * 4096
    part = 100 * costs.summary["percpu_bytes"] / (pages * 4096)
    assert 0 < part < 100
    assert f"it explains {part:.1f}% of the machine's Percpu, {pages * 4} KB)" in costs.text
