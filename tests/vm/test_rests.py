# SPDX-License-Identifier: GPL-2.0-or-later
"""What -w says when references and holders do not come to the same: of a dump in which the kernel's counts were changed."""

import json
import re
import shutil
import struct

import pytest

import crashes
import crashrun

# cgroup, one reference of which is held by what: how many more the kernel is made to count
CHANGES = {
    "/references/inotify.service": 3,
    "/memory/anon.scope": 1,
    "/references/tcp-sockets.service": -2,
}
CHANGED = list(CHANGES)

# Its socket is made one that nobody has any more, and whose data is on its way: net/core/sock.c 6.1 sk_free().
CLOSED = "/references/mapped-packet.service"

# Its connections, which nobody accepted, are made some of TCP that a task closed, and that wait for their peer.
LINGERS = "/references/unaccepted.service"
TCP_FIN_WAIT1 = 4

# The namespace that keeps its css_set, and that a descriptor keeps, is made one of nobody's.
UNKEPT = "/references/namespace.service"

SOCK = "SOCK", "sock"
NAMESPACE = "cgroup_ns", "cgroup_namespace"

# cgroup, what of its details, member -> how it is written, and what: a number or a symbol
CHANGED_OBJECTS = {
    CLOSED: (SOCK, {"__sk_common.skc_refcnt": ("<i", 0), "sk_wmem_alloc": ("<i", 2305)}),
    LINGERS: (SOCK, {"__sk_common.skc_state": ("B", TCP_FIN_WAIT1), "__sk_common.skc_prot": ("<Q", "tcp_prot")}),
    UNKEPT: (NAMESPACE, {"root_cset": ("<Q", 0)}),
}

COMMANDS = ["zmemcg -w", "zmemcg -w -S", "zmemcg -w -o json", "zmemcg -s", f"zmemcg -s {LINGERS}",
            *(f"zmemcg -w {path}" for path in [*CHANGES, CLOSED, UNKEPT])]

NOTHING_EXPLAINS = "that nothing explains: in flight when the dump was taken, of a file that no descriptor leads to, or a leak"
TOO_MANY = "more than references: zmemcg counts something twice, please report it"
EXPLAINED = "Every reference is explained"


def run(boot, dump, commands):
    return crashes.ready("host").run(boot, dump, commands).outputs


def numbers(pattern, texts):
    return [int(re.search(pattern, text)[1], 16) for text in texts]


def physical(boot, addresses):
    """As crash translates them."""
    return numbers(r"(?m)^[0-9a-f]+\s+([0-9a-f]+)", run(boot, boot.formats["elf"], [f"vtop {address:x}" for address in addresses]))


def places_of_counts(boot, paths):
    """The physical address of each memcg's count of references."""
    dump = boot.formats["elf"]
    memcgs = {row["CGROUP"]: row["MEMCG"] for row in crashrun.parse(run(boot, dump, ["zmemcg"])[0]).rows}
    data = numbers(r"data = 0x([0-9a-f]+)", run(boot, dump, [f"struct mem_cgroup.css.refcnt.data {memcgs[path]}" for path in paths]))
    return physical(boot, data)


def value_of(boot, value):
    return value if isinstance(value, int) else numbers(r"^([0-9a-f]+)", run(boot, boot.formats["elf"], [f"sym {value}"]))[0]


def changes_of_objects(boot, path):
    """(physical address, bytes) for each member of each of them."""
    (holder, struct_name), members = CHANGED_OBJECTS[path]
    details = run(boot, boot.formats["elf"], [f"zmemcg -w {path}"])[0]
    objects = re.findall(rf"(?m)^{holder} +([0-9a-f]{{16}})", details)
    wanted = [(f"&((struct {struct_name} *)0x{at})->{member}", struct.pack(form, value_of(boot, value)))
              for at in objects for member, (form, value) in members.items()]
    addresses = numbers(r"0x([0-9a-f]+)", run(boot, boot.formats["elf"], [f"print {words}" for words, _ in wanted]))
    return zip(physical(boot, addresses), [data for _, data in wanted])


def place_in_file(elf, address):
    """Where a dump in ELF has it: elf.h Elf64_Ehdr, Elf64_Phdr."""
    (table,) = struct.unpack_from("<Q", elf, 32)
    entry, entries = struct.unpack_from("<HH", elf, 54)
    for at in range(table, table + entry * entries, entry):
        offset, _, start, size = struct.unpack_from("<QQQQ", elf, at + 8)
        if start <= address < start + size and struct.unpack_from("<I", elf, at)[0] == 1:
            return offset + address - start
    raise LookupError(f"{address:x} is in no segment")


def change_counts(boot, target):
    places = places_of_counts(boot, CHANGED)
    in_objects = [change for path in CHANGED_OBJECTS for change in changes_of_objects(boot, path)]
    shutil.copy(boot.formats["elf"], target)
    with open(target, "r+b") as file:
        head = file.read(4096)
        for address, data in in_objects:
            file.seek(place_in_file(head, address))
            file.write(data)
        for path, address in zip(CHANGED, places):
            place = place_in_file(head, address)
            file.seek(place)
            (count,) = struct.unpack("<q", file.read(8))
            assert count == int(boot.truth.memcgs[path]["refs"])
            file.seek(place)
            file.write(struct.pack("<q", count + CHANGES[path]))


@pytest.fixture(scope="module")
def outputs(boot61, extension, tmp_path_factory):
    dump = tmp_path_factory.mktemp("rests") / "elf"
    change_counts(boot61, dump)
    found = dict(zip(COMMANDS, run(boot61, dump, COMMANDS)))
    dump.unlink()
    return found


@pytest.mark.parametrize("command", ["zmemcg -w", "zmemcg -w -S"])
def test_rest_is_what_nobody_explains(outputs, boot61, command):
    report = crashrun.parse(outputs[command])
    assert {row["CGROUP"]: row["REST"] for row in report.rows} == {
        path: str(CHANGES.get(path, 0)) for path in boot61.truth.memcgs}
    assert f"2 memcgs have 4 references {NOTHING_EXPLAINS}" in report.ending
    assert f"1 memcg has 2 holders {TOO_MANY}" in report.ending
    assert EXPLAINED not in report.ending


def test_one_memcg_has_its_own_sentence(outputs):
    said = [[line for line in outputs[f"zmemcg -w {path}"].splitlines() if line.endswith((NOTHING_EXPLAINS, TOO_MANY, EXPLAINED))]
            for path in CHANGES]
    assert said == [[f"1 memcg has 3 references {NOTHING_EXPLAINS}"], [f"1 memcg has 1 reference {NOTHING_EXPLAINS}"],
                    [f"1 memcg has 2 holders {TOO_MANY}"]]


def test_programs_get_the_sums(outputs):
    *rows, last = map(json.loads, outputs["zmemcg -w -o json"].splitlines())
    summary = last["summary"]
    assert {key: summary[key] for key in summary if "explained" in key} == {
        "unexplained": 2, "unexplained_references": 4, "overexplained": 1, "overexplained_references": 2}
    assert {row["cgroup"]: row["rest"] for row in rows if row["rest"]} == CHANGES


def test_the_diagnosis_counts_them(outputs):
    assert "with a REST: 3 (see zmemcg -w)" in outputs["zmemcg -s"].splitlines()


def test_a_closed_socket_stays_as_long_as_what_it_sent(outputs):
    said = outputs[f"zmemcg -w {CLOSED}"]
    assert re.search(r"(?m)^SOCK +[0-9a-f]{16} +1  PACKET socket that no task has open$", said)
    assert EXPLAINED in said.splitlines()


def test_a_connection_that_lingers_goes_by_itself(outputs, boot61):
    (before,) = run(boot61, boot61.formats["elf"], [f"zmemcg -s {LINGERS}"])
    assert re.search(r"(?m)^closing descriptors frees: 1 ", before)
    assert re.search(r"(?m)^waiting frees: 1 ", outputs[f"zmemcg -s {LINGERS}"])
    assert "to wait for: a closed TCP socket: its timeout" in outputs[f"zmemcg -s {LINGERS}"].splitlines()


def test_a_css_set_that_nothing_keeps_is_said(outputs):
    said = outputs[f"zmemcg -w {UNKEPT}"]
    assert re.search(r"(?m)^CSET +[0-9a-f]{16} +1  css_set that nothing was found to keep$", said)
    for output in (said, outputs["zmemcg -w"]):
        assert re.search(r"(?m)^1 css_set that nothing was found to keep: ", output)
    assert EXPLAINED not in said.splitlines()
