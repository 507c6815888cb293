# SPDX-License-Identifier: GPL-2.0-or-later
"""What the reports have to show, computed from the guest's truth."""

import collections


def unlisted(truth, memcg):
    """Its mlocked pages, which no list links since 5.18: only the scan finds them."""
    return 0 if truth.release < (5, 18) else int(truth.memcgs[memcg]["unevictable"])


# Kinds of pages that are on no list and in no counter of one: only the scan finds them, and more than it was told of.
UNCOUNTED = {"kmem": "kernel memory", "hugetlb": "hugetlb"}

# What stands for pages that no file has.
NO_FILES = ("[anon]", "[kmem]", "[truncated]")


def hugetlb(truth, memcg):
    return sum(npages for (owner, _), (kind, npages) in truth.pages.items() if owner == memcg and kind == "hugetlb")


def pages(truth, scan):
    """
    (cgroup, path) -> base pages. Kernel memory is on no list. Where pages leave a removed memcg,
    those that left it are shown, whichever way they were looked for.
    """
    scan = scan or truth.pages_leave
    expected = {}
    for (memcg, path), (kind, npages) in truth.pages.items():
        if not scan:
            # the guest gives a group with mlocked pages no other pages than those of one file, or anonymous ones
            npages = 0 if kind in UNCOUNTED else npages - unlisted(truth, memcg)
        if npages:
            expected[memcg, path] = npages
    return expected


def types(truth):
    return {path: kind for (_, path), (kind, _) in truth.pages.items()}


def columns(truth, scan):
    """cgroup -> the cells FILE, SHMEM, ANON, SWAP: what is charged to it now"""
    cells = {}
    for path, row in truth.memcgs.items():
        file, anon = int(row["file"]), int(row["anon"])
        if not scan and file:
            file -= unlisted(truth, path) + hugetlb(truth, path)
        elif not scan:
            anon -= unlisted(truth, path)
        charged = [0, 0, 0] if truth.pages_leave else [file, int(row["shmem"]), anon]
        cells[path] = dict(zip(("FILE", "SHMEM", "ANON", "SWAP"), [*charged, int(row["swap"])]))
    return cells


# columns of -w, by the names that they have in the truth
REFERENCES = {"REFS": "refs", "KMEM": "kmem", "CSET": "csets", "SOCK": "sockets", "FSNOTIFY": "fsnotify", "CGWB": "writebacks",
              "MM": "mms", "STOCK": "stocks"}


def references(truth):
    """cgroup -> the cells of -w that are known; REST is what it is for: 0"""
    children = collections.Counter(path.rsplit("/", 1)[0] for path in truth.memcgs)
    cells = {}
    for path, row in truth.memcgs.items():
        known = {column: row[name] for column, name in REFERENCES.items() if row[name] != "-"}
        known["KMEM"] = row["kmem"] if truth.release < (5, 13) else "0"
        known["FOLIOS"] = "0" if truth.pages_leave else row["folios"]
        cells[path] = known | {"SWAP": str(int(row["swap"] != "0")), "CHILD": str(children[path]), "REST": "0"}
    return cells


# Of the guest's words, those of the reports.
EVIDENCE = {"removal": "removal", "last-task": "last task", "creation": "creation"}


def dates(row):
    """The first and the last second in which the best evidence of a removed group's age can be."""
    match row["evidence"]:
        case "removal":
            return int(row["removed"]), int(row["removed"])
        case "creation":
            return int(row["made"]), int(row["made"])
    if row["left"] != "-":
        return int(row["left"]), int(row["left"])
    return int(row["made"]), int(row["removed"])


def by_count(count, one, several):
    return one if count == 1 else f"{count} {several}"


def inferred_of(evidence):
    """The line about the ages that are of something else than the removal, from the evidence of each zombie."""
    found = collections.Counter(EVIDENCE[word] for word in evidence if word != "removal")
    words = ", ".join(f"{word} {found[word]}" for word in EVIDENCE.values() if found[word])
    return [f"{by_count(found.total(), '1 age is', 'ages are')} inferred (~): removed that long ago at most, by {words}"] if found else []


def inferred(truth):
    return inferred_of(row["evidence"] for row in truth.memcgs.values())


def held_by_files(truth, scan):
    """Of each zombie that files alone hold, their paths."""
    if truth.pages_leave:
        return []
    paths_of = collections.defaultdict(set)
    for memcg, path in pages(truth, scan):
        if scan or not unlisted(truth, memcg):
            paths_of[memcg].add(path)
    return [paths for paths in paths_of.values() if not paths & set(NO_FILES)]


def files(truth, scan):
    """path -> {PAGES, ZOMBIES, SOLE}"""
    holders = collections.defaultdict(set)
    totals = collections.Counter()
    for (memcg, path), npages in pages(truth, scan).items():
        if path not in NO_FILES:
            holders[path].add(memcg)
            totals[path] += npages
    sole = collections.Counter(path for paths in held_by_files(truth, scan) if len(paths) == 1 for path in paths)
    return {path: {"PAGES": totals[path], "ZOMBIES": len(memcgs), "SOLE": sole[path]} for path, memcgs in holders.items()}


def cover_of(held, dying):
    """
    The lines of the few files that have all pages of most zombies, from the files of each zombie: one after the other,
    the file that frees most with those before it, as long as that is one in a hundred; and how many others there are.
    """
    chosen = []
    if not held:
        return []

    def freed(paths):
        together = set(paths)
        return sum(holding <= together for holding in held)

    def best():
        return max(set().union(*held) - set(chosen), key=lambda path: freed([*chosen, path]))

    while (freed([*chosen, best()]) - freed(chosen)) * 100 >= dying:
        chosen.append(best())
    words = "This file has" if len(chosen) == 1 else f"These {len(chosen)} files have"
    lines = [f"{words} all pages of {freed(chosen)} of {by_count(dying, '1 zombie', 'zombies')} (-w finds holders that are no pages): {', '.join(chosen)}"]
    if left := len(held) - freed(chosen):
        lines.append(f"{by_count(left, '1 more has', 'more have')} pages of other files: at most 10 are named, while the next adds one zombie in a hundred")
    return lines


def cover(truth, scan):
    return cover_of(held_by_files(truth, scan), truth.dying)


def coverage(found, charged_pages):
    percent = 100 * found / charged_pages if charged_pages else 100
    return f"Found {found} of {by_count(charged_pages, '1 charged page', 'charged pages')} ({percent:.1f}%), 0 unreadable objects"


def counts(truth):
    """The count line, and the kernel's own counter where it counts another thing: cgroups, not memcgs."""
    lines = [f"There are {truth.active} active and {truth.dying} dying memcgroups"]
    removed = sum(memcg.get("cgroup") != "online" for memcg in truth.memcgs.values())
    if removed != truth.dying:
        lines.append(f"The kernel counts {by_count(removed, '1 removed cgroup', 'removed cgroups')} (nr_dying_descendants), with a memcg or not")
    return lines


def ending(truth, command):
    """The lines behind the records of a report over all zombies."""
    scan = "-S" in command
    covered = cover(truth, scan) if "-f" in command else []
    ages = [] if "-p" in command or "-f" in command else inferred(truth)
    total = sum(pages(truth, scan=True).values())
    if truth.pages_leave:
        looked = scan or "-p" in command or "-f" in command
        return [*covered, *counts(truth), *ages, coverage(0, 0), *([f"{by_count(total, '1 formerly charged page belongs', 'formerly charged pages belong')} to others now"] if looked else [])]
    uncounted = sum(npages for kind, npages in truth.pages.values() if kind in UNCOUNTED)
    off_lists = sum(unlisted(truth, memcg) for memcg in truth.memcgs)
    if not scan:
        total -= uncounted
    lines = [*covered, *counts(truth), *ages, coverage(total if scan else total - off_lists, total)]
    if off_lists and not scan:
        one = off_lists == 1
        found = ("it, its file and FLAGS" if one else "them, their files and FLAGS") if "-f" in command else "it" if one else "them"
        lines.append(f"{by_count(off_lists, '1 charged page is', 'charged pages are')} on no list (mlocked, isolated, or in a CPU's batch): -S finds {found}")
    if uncounted and scan:
        kinds = {kind: sum(npages for other, npages in truth.pages.values() if other == kind) for kind in UNCOUNTED}
        said = ", ".join(f"{npages} {UNCOUNTED[kind]}" for kind, npages in kinds.items() if npages)
        lines.append(f"{by_count(uncounted, '1 charged page is', 'charged pages are')} not on the LRU lists' account: {said}")
    return lines


def preface(truth, command):
    """The lines before the heading."""
    if truth.pages_leave and ("-p" in command or "-f" in command):
        return ["On this kernel pages hold no removed memcg: they go to its parent. "
                "These were charged to it; OWNER has them now."]
    return []
