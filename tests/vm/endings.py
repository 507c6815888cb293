# SPDX-License-Identifier: GPL-2.0-or-later
"""Which processes have to end: those that the guest wrote down, as the kernel told it, and those that -s names."""

from truth import unescaped


def process(pid, comm):
    """Of a process whose first thread has ended the guest has the number of another."""
    return comm if comm == "leaderless" else int(pid)


def mapping(truth, path):
    """The processes that map a file."""
    return {process(user["pid"], user["comm"]) for user in truth.users if user["path"] == path and user["mapped"] != "-"}


def named(summary, key):
    """Processes, as they are named under a key."""
    names = [process(task["pid"], task["comm"]) for task in summary.get(key, [])]
    assert len(names) == len(set(names)), key
    return set(names)


def as_said(tasks):
    """As a line of text names them; "?" is one without a name."""
    return [f"{task['pid']} {task['comm'] or '?'}" for task in tasks]


# Pages that the guest leaves in the swap cache: whose entries they are nothing tells.
SWAP_CACHED = 24


def expected(truth):
    """
    cgroup -> the processes that have to end: those that the guest began for it, that have its file pages and anonymous ones in their page tables,
    as the guest's kernel says, or that map memory of a file without a name.
    """
    ends = {unescaped(path): set(pids) for path, pids in truth.ends.items()}
    if int(truth.memcgs["/memory/swapcache.scope"]["anon"]) == SWAP_CACHED:      # or it has pages besides, which a task maps
        del ends["/memory/swapcache.scope"]
    for row in truth.maps:
        if row["type"] != "shmem":
            ends.setdefault(unescaped(row["path"]), set()).add(process(row["pid"], row["comm"]))
    if not truth.pages_leave:
        ends["/memory/shared-mapping.scope"] = mapping(truth, "[shmem dev/zero]")
    return ends
