# SPDX-License-Identifier: GPL-2.0-or-later
"""What the guest wrote down before it was dumped: lines "ZM kind key=value ... path=rest"."""

import dataclasses
import re


@dataclasses.dataclass
class Truth:
    memcgs: dict        # path -> fields, of the dying ones
    pages: dict         # (memcg path, file path) -> (type, base pages)
    online: list
    gone: list
    active: int
    dying: int
    failures: list
    skipped: list
    uname: list
    now: int            # shortly before the dump
    lru_gen: int        # which parts of the multi-generational LRU are on
    users: list         # fields, of each task and file that it has open or mapped
    netlink: dict       # memcg path -> sockets of netlink in the network namespace that was made in it
    freed: dict         # memcg path -> the action that it went with, where advice was followed
    left: int           # dying cgroups after that, as the kernel counts them
    ends: dict          # memcg path -> pids of the processes that have to end
    reaps: dict         # memcg path -> pids of the parents that have to ask for those that exited
    closes: dict        # memcg path -> pids of the processes that have descriptors of what holds it
    unmounts: dict      # memcg path -> where what holds it is mounted
    maps: list          # fields, of each process that has pages of a memcg in its page tables, by their type

    @property
    def release(self):
        """Of the kernel, as two numbers."""
        return tuple(map(int, self.uname[2].split(".")[:2]))

    @property
    def pages_leave(self):
        """Since 7.1 the pages of a removed memcg go to its parent."""
        return self.release >= (7, 1)


def fields_of(words):
    """key=value ...; path is last and takes the rest of the line."""
    fields = {}
    rest = words
    while rest:
        if rest.startswith("path="):
            fields["path"] = rest[len("path="):]
            break
        word, _, rest = rest.partition(" ")
        key, _, value = word.partition("=")
        fields[key] = value
    return fields


def unescaped(cell):
    """Undoes the guest's (and zmemcg's) octal escapes."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), cell)


def read(console):
    truth = Truth({}, {}, [], [], 0, 0, [], [], [], 0, 0, [], {}, {}, 0, {}, {}, {}, {}, [])
    for line in console.read_bytes().decode("utf-8", "surrogateescape").replace("\r", "").split("\n"):
        if not line.startswith("ZM "):
            continue
        kind, _, rest = line[3:].partition(" ")
        if kind == "FAIL":
            truth.failures.append(rest)
        elif kind == "skip":
            truth.skipped.append(rest)
        elif kind == "lru_gen":
            truth.lru_gen = int(fields_of(rest)["enabled"])
        elif kind == "uname":
            truth.uname = [unescaped(word) for word in fields_of(rest).values()]
        elif kind == "count":
            fields = fields_of(rest)
            truth.active, truth.dying = int(fields["active"]), int(fields["dying"])
            truth.now = int(fields["now"])
        elif kind == "netlink":
            fields = fields_of(rest)
            truth.netlink[fields["path"]] = int(fields["sockets"])
        elif kind == "freed":
            fields = fields_of(rest)
            truth.freed[fields["path"]] = fields["by"].replace("_", " ")
        elif kind in ("end", "reap", "close"):
            fields = fields_of(rest)
            getattr(truth, f"{kind}s").setdefault(fields["path"], []).append(int(fields["pid"]))
        elif kind == "unmount":
            fields = fields_of(rest)
            truth.unmounts.setdefault(fields["path"], []).append(fields["mount"])
        elif kind == "maps":
            truth.maps.append(fields_of(rest))
        elif kind == "left":
            truth.left = int(fields_of(rest)["dying"])
        elif kind in ("memcg", "page", "user", "online", "gone"):
            fields = fields_of(rest)
            if kind == "memcg":
                truth.memcgs[fields["path"]] = fields
            elif kind == "page":
                truth.pages[fields["memcg"], fields["path"]] = fields["type"], int(fields["npages"])
            elif kind == "user":
                truth.users.append(fields)
            else:
                getattr(truth, kind).append(fields["path"])
    return truth
