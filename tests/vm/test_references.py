# SPDX-License-Identifier: GPL-2.0-or-later
"""-w explains every reference to every zombie, by the kind of holder that the guest made."""

import pytest

import boots
import crashes
import crashrun
import kernels
from conftest import boot_of

# Each machine with zombies, with one crash that opens its dumps.
MACHINES = [machine for machine in boots.MACHINES if "cgroup=none" not in machine.parameters]

SELECTED = ["/memory/swap.scope", "/references/socket.service", "/references/unreaped.service"]
COMMANDS = ["zmemcg -w", "zmemcg -w -S", *(f"zmemcg -w {cgroup}" for cgroup in SELECTED)]


class References:
    def __init__(self, machine):
        boot = boot_of(machine.name)
        crash = crashes.ready(crashes.for_kernel(machine.kernel)[0].name)
        session = crash.run(boot, boot.formats["zlib"], COMMANDS)
        self.truth = boot.truth
        self.outputs = dict(zip(COMMANDS, session.outputs))

    def rows(self, command):
        return {row["CGROUP"]: row for row in crashrun.parse(self.outputs[command]).rows}


@pytest.fixture(scope="module", params=MACHINES, ids=lambda machine: machine.name)
def references(request, extension):
    try:
        return References(request.param)
    except kernels.Missing as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("command", COMMANDS[:2])
def test_nothing_is_left_to_explain(references, command):
    rows = references.rows(command)
    assert set(rows) == set(references.truth.memcgs)
    assert {cgroup: row["REST"] for cgroup, row in rows.items() if row["REST"] != "0"} == {}
    assert "Every reference is explained" in references.outputs[command]


@pytest.mark.parametrize("command", COMMANDS[:2])
def test_each_kind_is_what_the_guest_made(references, command):
    made = {"SOCK": "sockets", "FSNOTIFY": "fsnotify", "CSET": "csets"}
    rows = references.rows(command)
    for cgroup, fields in references.truth.memcgs.items():
        for column, field in made.items():
            assert rows[cgroup][column] == fields[field], (cgroup, column)
        assert rows[cgroup]["SWAP"] == str(int(int(fields["swap"]) > 0)), cgroup
        if fields["refs"] != "-":
            assert rows[cgroup]["REFS"] == fields["refs"], cgroup


def test_children_hold_their_parents(references):
    memcgs = references.truth.memcgs
    for cgroup, row in references.rows("zmemcg -w").items():
        assert int(row["CHILD"]) == sum(path.rpartition("/")[0] == cgroup for path in memcgs), cgroup


WORDS = {
    "/memory/swap.scope": ("SWAP", "swap entries"),
    "/references/socket.service": ("SOCK", "socket of pid 1 (init)"),
    "/references/unreaped.service": ("CSET", "css_set: task pid "),
}


@pytest.mark.parametrize("cgroup", SELECTED)
def test_one_selector_names_the_holder(references, cgroup):
    if cgroup not in references.truth.memcgs:
        return          # v1 charges no socket without a limit
    lines = references.outputs[f"zmemcg -w {cgroup}"].splitlines()
    kind, words = WORDS[cgroup]
    holders = [line for line in lines if line.startswith(kind) and words in line]
    assert len(holders) == 1
    assert int(holders[0].split()[1], 16)
