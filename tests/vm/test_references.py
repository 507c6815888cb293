# SPDX-License-Identifier: GPL-2.0-or-later
"""-w finds who holds each zombie, down to the last reference, and names objects that crash's own commands take."""

import functools
import itertools
import json
import re

import pytest

import boots
import crashes
import crashrun
import endings
import expect
import kernels
from conftest import boot_of

EXPLAINED = "Every reference is explained"

# Each machine with zombies, with each crash that opens its dumps.
CELLS = [(machine.name, crash.name) for machine in [*boots.WITH_ZOMBIES, *boots.FLAVOURS]
         for crash in crashes.for_kernel(machine.kernel)]

ANON = r"FOLIOS \[anon\]"
TASK = r"task pid \d+ \(init\)"

# Until 5.13 on no list of the bdi_writeback that it holds; v1 has none.
CLEAN_INODE = r"inode /mnt/writer/log"

ADDRESS = "[0-9a-f]{16}"
BY_DESCRIPTOR = rf"descriptor \d+ of pid \d+ \(init\), task {ADDRESS}"
BY_MESSAGE = rf"in a message \(SCM_RIGHTS\) to sock {ADDRESS} of pid 1 \(init\), task {ADDRESS}"
BY_RING = rf"registered with io_ring_ctx {ADDRESS} of pid 1 \(init\), task {ADDRESS}"
OPEN, PASSED, REGISTERED = f"file {BY_DESCRIPTOR}", f"file {BY_MESSAGE}", f"file {BY_RING}"
INOTIFY = r"FSNOTIFY inotify group"


def of_namespace(keeper):
    """The rows of a css_set that one cgroup namespace holds, which one thing keeps."""
    return {r"CSET css_set \(tasks: 0, cgroup namespaces: 1\)": 1, f"cgroup_ns {keeper}": 1, "cgroup_ns .*": 1}


def of_network(*keepers):
    """The rows behind the kernel's own sockets of one network namespace, which these things keep."""
    return {f"net {keeper}": 1 for keeper in keepers} | {"net .*": len(keepers)}


MEMBER = rf"of pid \d+ \(init\), task {ADDRESS}"

# cgroup: what the detail table says of its holders and of what stands behind each, "HOLDER WHAT" as a pattern for each
DETAILS = {
    "/references/tcp-sockets.service": {r"SOCK TCP socket": 3, OPEN: 3},
    "/references/udp-sockets.service": {r"SOCK UDP socket": 1, OPEN: 1},
    "/references/unix-sockets.service": {r"SOCK UNIX\S* socket": 2, OPEN: 2},
    "/references/netlink-sockets.service": {r"SOCK NETLINK socket": 1, OPEN: 1},
    "/references/packet-sockets.service": {r"SOCK PACKET socket": 1, OPEN: 1},
    "/references/unaccepted.service": {r"SOCK UNIX\S* socket that no task has open": 2, OPEN: 0},
    "/references/mapped-packet.service": {r"SOCK PACKET socket that no task has open": 1, OPEN: 0, TASK: 1},
    "/references/network-namespace.service": {INOTIFY: 1, OPEN: 1} | of_network(MEMBER),
    "/references/network-mounted.service": of_network(f"mount {ADDRESS} at /network"),
    "/references/network-mounted-with-member.service": of_network(MEMBER, f"mount {ADDRESS} at /network-of-member"),
    "/references/network-by-descriptor.service": of_network(f"file {ADDRESS}, {BY_DESCRIPTOR}"),
    "/references/network-of-socket.service": of_network(f"file {ADDRESS} of a socket, {BY_DESCRIPTOR}"),
    "/references/mlocked-huge-and-sockets.service": {r"SOCK UNIX\S* socket": 511, OPEN: 511, ANON: 1},
    "/references/passed-socket.service": {r"SOCK UDP socket": 1, PASSED: 1, OPEN: 0},
    "/references/passed-inotify.service": {INOTIFY: 1, PASSED: 1, OPEN: 0},
    "/references/passed-in-passed.service":
        {r"SOCK UNIX\S* socket": 1, r"SOCK UNIX\S* socket that no task has open": 1, INOTIFY: 1, PASSED: 2, OPEN: 0},
    "/references/passed-to-nobody.service":
        {r"SOCK UNIX\S* socket that no task has open": 2, INOTIFY: 1, PASSED: 1, OPEN: 0},
    "/references/registered.service": {r"SOCK UDP socket": 1, INOTIFY: 1, REGISTERED: 2, OPEN: 0},
    "/references/fsnotify-both.service": {INOTIFY: 1, r"FSNOTIFY fanotify group": 1, OPEN: 2},
    "/references/unreaped.service":
        {r"CSET css_set \(tasks: 103, cgroup namespaces: 0\)": 1, rf"{TASK}, exited and not reaped by pid 1 \(init\)": 100,
         r"task 3 more": 1},
    "/references/unreaped-elsewhere.service":
        {r"CSET css_set \(tasks: 1, cgroup namespaces: 0\)": 1, rf"{TASK}, exited and not reaped by pid \d+ \(init\)": 1},
    "/references/namespace.service": of_namespace(f"file {ADDRESS}, {BY_DESCRIPTOR}"),
    "/references/namespace-by-path.service": of_namespace(f"file {ADDRESS}, {BY_DESCRIPTOR}"),
    "/references/namespace-of-process.service": of_namespace(MEMBER),
    "/references/namespace-mounted.service": of_namespace(f"mount {ADDRESS} at /namespace"),
    "/references/namespace-mounted-elsewhere.service": of_namespace(f"mount {ADDRESS} in mnt_namespace {ADDRESS}"),
    "/references/namespace-of-file.service": of_namespace(f"file {ADDRESS} of cgroupfs, {BY_DESCRIPTOR}"),
    "/references/passed-namespace.service": of_namespace(f"file {ADDRESS}, {BY_MESSAGE}"),
    "/references/registered-file-of-cgroup.service": of_namespace(f"file {ADDRESS} of cgroupfs, {BY_RING}"),
    "/references/changed-inode.service": {r"CGWB bdi_writeback of device \d+:\d+": 1, r"inode /mnt/lost\+found": 1},
    "/references/read-inode.service": {r"CGWB bdi_writeback of device \d+:\d+": 1, r"inode /mnt/atime/lost\+found": 1},
    "/references/stock-0.service": {r"STOCK stock of CPU 0": 1},
    "/references/stock-1.service": {r"STOCK stock of CPU 1": 1},
    "/mms/child": {r"MM mm_struct": 2, TASK: 2},
    "/memory/anon.scope": {ANON: 1},
    "/memory/anon-forked.scope": {ANON: 1},
    "/memory/anon-copied.scope": {ANON: 1},
    "/memory/stack.scope": {r"KMEM \[kmem\]": 1, TASK: 1},
    "/spliced/memory.scope": {ANON: 1, TASK: 0},
    "/memory/mlocked-huge.scope": {ANON: 1},
    "/memory/swap.scope": {r"SWAP \d+ swap entries": 1},
    "/system.slice/mlocked.service": {r"FOLIOS /mnt/srv/mlocked": 1},
    "/nested": {r"CHILD /nested/middle": 1, r"CHILD /nested/other": 1},
    "/nested/middle/leaf": {r"FOLIOS /mnt/srv/nested": 1},
    "/disks/ext4-writer.service": {CLEAN_INODE: 1},
}

# holder: the command that shows whom it refers to: the memcg (its css has the same address), of a file's mapping the file
SHOWS = {
    "FOLIOS": "struct inode.i_data {}",
    "SWAP": "rd {}",
    "CHILD": "struct mem_cgroup.css.parent {}",
    "CSET": "struct css_set.subsys {}",
    "SOCK": "struct sock.sk_memcg,sk_socket,__sk_common.skc_net {}",
    "FSNOTIFY": "struct fsnotify_group.memcg {}",
    "CGWB": "struct bdi_writeback.memcg_css {}",
    "MM": "struct mm_struct.lru_gen {}",
    "STOCK": "struct memcg_stock_pcp.cached {}",
}

# what stands behind a holder: the command that shows it
BEHIND = {
    "file": "struct file.private_data {}",
    "inode": "struct inode.i_wb {}",
    "task": "struct task_struct.cgroups,mm,pid {}",
    "cgroup_ns": "struct cgroup_namespace.root_cset {}",
    "net": "struct net.ns {}",
}


# The file or mount that keeps a namespace, as its row names it: the command that shows what it is one of
KEEPS = {
    "file": ("struct file.f_op {}", r"<(ns_file_operations|kernfs_file_fops|empty_fops\S*|socket_file_ops)>"),
    "mount": ("struct mount.mnt_devname {}", '"nsfs"'),
}

# columns of -w: where the kernel has no such holder of a removed memcg; each other one is demanded
NOT_THERE = {
    "FOLIOS": lambda truth, v1: truth.pages_leave,
    "KMEM": lambda truth, v1: truth.release >= (5, 13),
    "SWAP": lambda truth, v1: False,
    "CHILD": lambda truth, v1: False,
    "CSET": lambda truth, v1: False,
    "SOCK": lambda truth, v1: False,
    "FSNOTIFY": lambda truth, v1: False,
    "BPF": lambda truth, v1: not (5, 11) <= truth.release < (6, 0),
    "CGWB": lambda truth, v1: v1,
    "MM": lambda truth, v1: v1 or truth.release < (6, 1),
    # v1's counter for sockets has no stock; what is given back of kernel memory is the parent's since 5.13
    "STOCK": lambda truth, v1: v1 and truth.release >= (5, 13),
}

# As many references as the counters speak of pages, and of the others none is left: nothing but a scan would tell.
LUCK = "zmemcg -w /references/mlocked-huge-and-sockets.service /memory/anon.scope"

# Crash is asked about so many rows of one memcg.
SOME = 12


def split_rows(text):
    """The rows of a report over all, or over one memcg."""
    return crashrun.parse(text.partition("\nHOLDER ")[0]).rows


def split_details(text):
    """The report over one memcg: its row, the detail table's rows, the lines behind."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("HOLDER"))
    details = crashrun.parse("\n".join(lines[start:]))
    return crashrun.parse("\n".join(lines[:start])).rows, details.rows, details.ending


class References:
    """The reports of -w on one dump, and what crash shows at the addresses that they name."""

    def __init__(self, boot, crash, v1):
        self.truth = boot.truth
        self.v1 = v1
        self.selected = [path for path in DETAILS if path in self.truth.memcgs]
        commands = ["zmemcg -w", "zmemcg -w -S", "zmemcg -w /references/*", LUCK, *(f"zmemcg -w {path}" for path in self.selected)]
        dump = boot.formats["zlib"]
        *outputs, summary, self.again = crash.run(boot, dump, [*commands, "zmemcg -s -S -o json", "zmemcg -w"]).outputs
        self.outputs = dict(zip(commands, outputs))
        self.summary = json.loads(summary)["summary"]
        self.details = {path: split_details(self.outputs[f"zmemcg -w {path}"]) for path in self.selected}
        self.shown = self.look_at_holders(lambda commands: crash.run(boot, dump, commands).outputs)

    def look_at_holders(self, run):
        commands = [command for path in self.selected for row in self.holders(path) for command in self.commands(row)]
        return dict(zip(commands, run(commands)))

    def holders(self, path):
        """The rows with an address (anonymous and kernel memory has none), of many tasks some."""
        return [row for row in self.details[path][1] if row["ADDRESS"] != "-"][:SOME]

    @staticmethod
    def commands(row):
        """What to ask crash about a holder."""
        tasks = re.findall(f"task ({ADDRESS})", row["WHAT"])
        keeps = re.findall(f"^(file|mount) ({ADDRESS})", row["WHAT"])
        return [(SHOWS | BEHIND)[row["HOLDER"]].format(row["ADDRESS"]), *(f"struct task_struct.comm {task}" for task in tasks),
                *(KEEPS[kind][0].format(address) for kind, address in keeps)]

    @functools.cache
    def report(self, command):
        return crashrun.parse(self.outputs[command])


@pytest.fixture(scope="module", params=CELLS, ids="-".join)
def references(request, extension):
    machine, crash = request.param
    try:
        return References(boot_of(machine), crashes.ready(crash), "zm.cgroup=v1" in boots.by_name(machine).parameters)
    except kernels.Missing as reason:
        pytest.skip(f"crash {crash}: {reason}")


@pytest.mark.parametrize("command", ["zmemcg -w", "zmemcg -w -S"])
def test_every_reference_is_explained(references, command):
    report = references.report(command)
    assert {row["CGROUP"]: row["REST"] for row in report.rows} == dict.fromkeys(references.truth.memcgs, "0")
    assert EXPLAINED in report.ending


@pytest.mark.parametrize("command", ["zmemcg -w", "zmemcg -w -S"])
def test_holders_are_those_that_were_made(references, command):
    expected = expect.references(references.truth)
    shown = {row["CGROUP"]: {column: row[column] for column in expected[row["CGROUP"]]}
             for row in references.report(command).rows}
    assert shown == expected


def test_each_kind_of_holder_is_there(references):
    rows = references.report("zmemcg -w").rows
    found = {kind for kind in NOT_THERE if any(row[kind] != "0" for row in rows)}
    assert found == {kind for kind, nowhere in NOT_THERE.items() if not nowhere(references.truth, references.v1)}


def test_a_file_whose_directory_was_removed_keeps_no_namespace(references):
    """It is open still, and what it points to was freed."""
    assert "/references/namespace-of-released-file.service" in references.truth.gone


def test_what_is_found_adds_up_to_the_kernels_count(references):
    for row in references.report("zmemcg -w -S").rows:
        found = sum(int(cell) for column, cell in row.items() if column not in ("MEMCG", "REFS", "CGROUP"))
        assert found == int(row["REFS"]), row


def test_details_name_each_holder(references):
    for path in references.selected:
        rows, details, ending = references.details[path]
        assert [row["CGROUP"] for row in rows] == [path]
        assert EXPLAINED in ending
        for pattern, count in DETAILS[path].items():
            if pattern == ANON and references.truth.pages_leave:
                continue        # something else holds that group there
            if pattern == CLEAN_INODE and (references.v1 or rows[0]["CGWB"] == "0"):
                continue        # the kernel may have moved it to the parent's already (5.14, cleanup_offline_cgwb())
            shown = [" ".join([row["HOLDER"], row["WHAT"]]) for row in details]
            assert sum(bool(re.fullmatch(pattern, words)) for words in shown) == count, (path, pattern)
        told = [(row["HOLDER"], row["ADDRESS"], row["WHAT"]) for row in details if row["HOLDER"] != "task"]
        assert len(set(told)) == len(told), path
        assert sum(int(row["REFS"]) for row in details if row["HOLDER"] not in BEHIND) == int(rows[0]["REFS"]), path
        assert all(row["REFS"] == "-" for row in details if row["HOLDER"] in BEHIND), path


def pids_behind(references, path, holder):
    """Of the tasks that stand behind holders of a kind, without those that have exited."""
    pids, of = [], None
    for row in references.details[path][1]:
        if row["HOLDER"] not in BEHIND:
            of = row["HOLDER"]
        elif row["HOLDER"] == "task" and of == holder and (pid := re.fullmatch(r"pid (\d+) \(.*\)", row["WHAT"])):
            pids.append(int(pid[1]))
    return pids


def test_tasks_that_have_memory_are_named(references):
    """Those that the guest began, and no other: each once behind all anonymous pages, and behind all of the kernel's."""
    for path in ("/memory/anon.scope", "/memory/anon-forked.scope", "/memory/anon-copied.scope", "/memory/mlocked-huge.scope", "/memory/stack.scope",
                 "/references/mlocked-huge-and-sockets.service"):
        if path not in references.selected or references.truth.pages_leave:
            continue
        row = references.details[path][0][0]
        for holder in ("FOLIOS", "KMEM"):
            pids = pids_behind(references, path, holder)
            if row[holder] == "0" or (path, holder) in (("/memory/anon-forked.scope", "KMEM"), ("/memory/anon-copied.scope", "KMEM")):
                assert len(pids) <= (row[holder] != "0"), (path, holder)
            else:
                assert sorted(pids) == sorted(references.truth.ends[path]), (path, holder)


def test_who_has_to_end_is_named(references):
    """All of these, and no other; of the tasks that had one mm, one moved, and took its reference along."""
    ends = endings.expected(references.truth)
    any_of = ends.pop("/mms/child", set())
    all_of = set().union(*ends.values())
    assert all_of <= endings.named(references.summary, "to end") <= all_of | any_of


def test_tasks_that_have_sockets_and_mms_are_named(references):
    ends = references.truth.ends
    assert pids_behind(references, "/references/mapped-packet.service", "SOCK") == ends["/references/mapped-packet.service"]
    if "/mms/child" in references.selected:
        pids = pids_behind(references, "/mms/child", "MM")
        assert len(set(pids)) == 2 and set(pids) < set(ends["/mms/child"])


def keepers_of_network(references, path):
    """The rows behind its first socket, and of all its sockets those that are behind another."""
    rows = [row for row in references.details[path][1] if row["HOLDER"] in ("SOCK", "net")]
    (_, *behind), *others = ([rows[at], *itertools.takewhile(lambda row: row["HOLDER"] == "net", rows[at + 1:])]
                                 for at in range(len(rows)) if rows[at]["HOLDER"] == "SOCK")
    return behind, [row for _, *more in others for row in more]


def test_what_keeps_a_network_namespace_is_named_once(references):
    """With each of the kernel's own sockets in it stands which one it is of, and with the first of them all that keeps it."""
    for path in references.truth.netlink:
        behind, elsewhere = keepers_of_network(references, path)
        (net,) = {row["ADDRESS"] for row in behind}
        assert elsewhere == []
        words = [row["WHAT"] for row in references.details[path][1] if row["HOLDER"] == "SOCK"]
        assert all(re.fullmatch(rf"\S+ socket of the kernel's, net {net}", what) for what in words), path
        said = " ".join(row["WHAT"] for row in behind)
        expected = [*references.truth.ends.get(path, []), *references.truth.closes.get(path, [])]
        assert re.findall(r"pid (\d+)", said) == list(map(str, expected)), path
        assert re.findall(r" at (\S+)", said) == references.truth.unmounts.get(path, []), path


def test_who_has_not_reaped_is_named(references):
    for path, pids in references.truth.reaps.items():
        said = " ".join(row["WHAT"] for row in references.details[path][1])
        assert set(map(int, re.findall(r"not reaped by pid (\d+) ", said))) == set(pids), path


def test_holders_refer_to_the_memcg(references):
    for path in references.selected:
        (memcg,), *_ = references.details[path]
        holder, of_holder = {}, ""
        for row in references.holders(path):
            shows, *others = references.commands(row)
            shown = references.shown[shows]
            if row["HOLDER"] not in BEHIND:
                holder, of_holder = row, shown
                socket = re.search(r"sk_socket = 0x([0-9a-f]{16})", shown)
                assert (memcg["MEMCG"] if row["HOLDER"] != "FOLIOS" else row["ADDRESS"]) in shown, (path, row)
            elif row["HOLDER"] == "task":
                pid = re.match(r"pid (\d+)", row["WHAT"])[1]
                assert re.search(rf"\bpid = {pid}\b", shown), (path, row)
                assert holder.get("HOLDER") not in ("CSET", "MM") or holder["ADDRESS"] in shown, (path, row)
            elif row["HOLDER"] == "net":
                assert row["ADDRESS"] in of_holder and "<netns_operations>" in shown, (path, row)
            else:
                # a file leads to the struct socket, which the sock leads to
                of_socket = row["HOLDER"] == "file" and holder["HOLDER"] == "SOCK"
                assert (socket[1] if of_socket else holder["ADDRESS"]) in shown, (path, row)
            for command in others:
                kept = next((shows for command_of, shows in KEEPS.values() if command.startswith(command_of[:-2])), '"init')
                assert re.search(kept, references.shown[command]), (path, row)


@pytest.mark.parametrize("path", ["/system.slice/mlocked.service", "/memory/mlocked-huge.scope",
                                  "/references/mlocked-huge-and-sockets.service"])
def test_pages_that_no_list_has_are_as_many_references_as_folios(references, path):
    """Ten mlocked pages are ten folios; a huge page is one, where the kernel's counters speak of 512."""
    if path not in references.selected:
        pytest.skip("pages hold no removed memcg")
    for text in (references.outputs[f"zmemcg -w {path}"], references.outputs["zmemcg -w"]):
        (row,) = (row for row in split_rows(text) if row["CGROUP"] == path)
        folios = "0" if references.truth.pages_leave else references.truth.memcgs[path]["folios"]
        assert (row["FOLIOS"], row["REST"]) == (folios, "0")


def test_a_sum_that_fits_by_luck_explains_nothing(references):
    rows = {row["CGROUP"]: row for row in references.report("zmemcg -w -S").rows}
    if "/references/mlocked-huge-and-sockets.service" not in rows:
        pytest.skip("this kernel makes no huge pages")
    report = references.report(LUCK)
    assert [row["CGROUP"] for row in report.rows] == ["/memory/anon.scope", "/references/mlocked-huge-and-sockets.service"]
    assert report.rows == [rows[row["CGROUP"]] for row in report.rows]


@pytest.mark.parametrize("command", ["zmemcg -w", "zmemcg -w -S"])
def test_one_memcgs_row_is_its_row_of_all(references, command):
    rows = {row["CGROUP"]: row for row in references.report(command).rows}
    for path in references.selected:
        assert references.details[path][0] == [rows[path]]


def test_sockets_of_a_network_namespace_are_the_kernels_own(references):
    """Those of netlink have no slab cache of their own; the guest counted them in /proc/net/netlink."""
    assert references.truth.netlink
    for path, sockets in references.truth.netlink.items():
        shown = [row["WHAT"] for row in references.details[path][1] if row["HOLDER"] == "SOCK"]
        assert sum(what.startswith("NETLINK socket of the kernel's, net ") for what in shown) == sockets, path
        assert len(shown) > sockets, "of other protocols, too"


def test_swap_entries_have_one_reference_together(references):
    swapped = [int(row["swap"]) for row in references.truth.memcgs.values() if row["swap"] != "0"]
    ids = "id of 1 memcg" if len(swapped) == 1 else f"ids of {len(swapped)} memcgs"
    assert f"{sum(swapped)} swap entries bear the {ids}: one reference each" in references.report("zmemcg -w").ending


def test_several_selectors_have_no_details(references):
    paths = [path for path in references.truth.memcgs if path.startswith("/references/")]
    report = references.report("zmemcg -w /references/*")
    assert {row["CGROUP"] for row in report.rows} == set(paths)


def test_second_run_shows_the_same(references):
    assert references.again == references.outputs["zmemcg -w"]
