# SPDX-License-Identifier: GPL-2.0-or-later
"""What the reports have to show, computed from the guest's truth."""

import collections


def unevictable(truth, memcg):
    return int(truth.memcgs[memcg]["unevictable"])


def pages(truth, scan):
    """(cgroup, path) -> base pages. mlocked pages are on no list since 5.18: only the scan finds them."""
    expected = {}
    for (memcg, path), (kind, npages) in truth.pages.items():
        if not scan and unevictable(truth, memcg):
            # the guest gives a group with mlocked pages no other pages than those of one file
            npages -= unevictable(truth, memcg)
        expected[memcg, path] = npages
    return expected


def types(truth):
    return {path: kind for (_, path), (kind, _) in truth.pages.items()}


def columns(truth, scan):
    """cgroup -> the cells FILE, SHMEM, ANON, SWAP"""
    return {path: {"FILE": int(row["file"]) - (0 if scan else int(row["unevictable"])), "SHMEM": int(row["shmem"]),
                   "ANON": int(row["anon"]), "SWAP": int(row["swap"])}
            for path, row in truth.memcgs.items()}


def files(truth, scan):
    """path -> {PAGES, ZOMBIES, SOLE}"""
    holders = collections.defaultdict(set)
    totals = collections.Counter()
    paths_of = collections.defaultdict(set)
    for (memcg, path), npages in pages(truth, scan).items():
        paths_of[memcg].add(path)
        if path != "[anon]":
            holders[path].add(memcg)
            totals[path] += npages

    def only_holder(memcg):
        return len(paths_of[memcg]) == 1 and (scan or not unevictable(truth, memcg))

    return {path: {"PAGES": totals[path], "ZOMBIES": len(memcgs), "SOLE": sum(map(only_holder, memcgs))}
            for path, memcgs in holders.items()}


def charged(truth):
    return sum(npages for _, npages in truth.pages.values())


def off_lists(truth):
    return sum(unevictable(truth, memcg) for memcg in truth.memcgs)


def coverage(found, charged_pages):
    percent = 100 * found / charged_pages
    return f"Found {found} of {charged_pages} charged pages ({percent:.1f}%), 0 unreadable objects"


def counts(truth):
    """The count line, and the kernel's own counter where it counts another thing: cgroups, not memcgs."""
    lines = [f"There are {truth.active} active and {truth.dying} dying memcgroups"]
    removed = sum(memcg.get("cgroup") != "online" for memcg in truth.memcgs.values())
    if removed != truth.dying:
        lines.append(f"The kernel counts {removed} removed cgroups (nr_dying_descendants), with a memcg or not")
    return lines


def ending(truth, scan):
    """The lines behind the records of a report over all zombies."""
    total, missing = charged(truth), off_lists(truth)
    lines = [*counts(truth), coverage(total if scan else total - missing, total)]
    if missing and not scan:
        lines.append(f"{missing} charged pages are on no list (mlocked, isolated, or in a CPU's batch): -S finds them")
    return lines
