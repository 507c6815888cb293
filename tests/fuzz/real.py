# SPDX-License-Identifier: GPL-2.0-or-later
"""
Damaged dumps under the real crash. The damage of a case is done to a copy of the ELF dump while a session has it open, and
undone: crash reads such a file anew each time, so that a case costs the reports and not the start of crash. Some damages are
of page tables, which the harness has none of; some dumps are damaged before they are opened.
"""

import contextlib
import re
import shutil
import struct
import subprocess
import tempfile
import pathlib

import images           # first: it says where the modules of tests/vm are
import boots
import crashrun

MACHINE = "6.1"
COMMANDS = ["zmemcg", "zmemcg -p -S", "zmemcg -f", "zmemcg -w -S", "zmemcg -k", "zmemcg -s", "zmemcg -g -o json"]
SECONDS = 60            # of a report, beside other work

PAGE = 4096
UNKNOWN = 2**64 - 1
RECORD = struct.Struct(f"<QQ{PAGE}x")       # of an image: virtual, physical address
LOAD = 1


def physical_pages(image):
    """virtual -> physical address of the pages that the reports read."""
    return {virtual: physical for virtual, physical in RECORD.iter_unpack((image / "pages").read_bytes())
            if physical != UNKNOWN}


def memory_map(image):
    """Where its first struct page is: reached by page tables, as most of what the reports read is not."""
    return int(re.search(r"^section \S+ \S+ (\S+)", (image / "machine").read_text(), re.M)[1], 16)


class Elf:
    """A copy of a dump that is written to where an address is."""

    def __init__(self, path, physical):
        self.file, self.physical = open(path, "r+b", buffering=0), physical
        offset, = struct.unpack_from("<Q", self.file.read(64), 32)
        self.file.seek(54)
        size, count = struct.unpack("<HH", self.file.read(4))
        self.file.seek(offset)
        table = self.file.read(size * count)
        headers = [struct.unpack_from("<IIQQQQ", table, n * size) for n in range(count)]
        self.loads = [(paddr, offset, length) for kind, _, offset, _, paddr, length in headers if kind == LOAD]

    def place(self, physical):
        return next((offset + physical - start for start, offset, length in self.loads
                     if start <= physical < start + length), None)

    def place_of_virtual(self, virtual):
        page = self.physical.get(virtual & -PAGE)
        return None if page is None else self.place(page + virtual % PAGE)

    def put(self, place, data):
        """What was there."""
        self.file.seek(place)
        was = self.file.read(len(data))
        self.file.seek(place)
        self.file.write(data)
        return was

    @contextlib.contextmanager
    def damaged(self, writes):
        undo = [(place, self.put(place, data)) for place, data in writes]
        try:
            yield
        finally:
            for place, data in reversed(undo):
                self.put(place, data)


def writes_of_case(elf, image, number):
    """(place in the file, bytes) of what the harness does in a case."""
    done = subprocess.run([images.HARNESS, image, "--damage", str(number)], text=True, check=True, stdout=subprocess.PIPE)
    found = re.findall(r"^write ([0-9a-f]+) was [0-9a-f]+ now ([0-9a-f]+)", done.stdout, re.M)
    placed = [(elf.place_of_virtual(int(address, 16)), bytes.fromhex(data)) for address, data in found]
    return [(place, data) for place, data in placed if place is not None]


# What an entry of a page table becomes: nothing, itself without its present bit, another page, all bits, a loop to low memory.
ENTRIES = [lambda entry: 0, lambda entry: entry & ~1, lambda entry: entry ^ 1 << 22, lambda entry: UNKNOWN, lambda entry: 0x67]


def writes_of_page_tables(elf, session, virtual):
    """One for each level of the tables that crash walks to this address, and each kind of damage."""
    for place, entry in re.findall(r"P[UMT][DE]: +([0-9a-f]+) => ([0-9a-f]+)", session.run(f"vtop {virtual:x}")):
        at = elf.place(int(place, 16))
        for change in ENTRIES if at is not None else []:
            yield [(at, struct.pack("<Q", change(int(entry, 16))))]


def trouble_of(command, output):
    """None, or what a report may not be."""
    if not output.endswith("\n"):
        return "it has no end"
    if output.startswith("zmemcg: ") or "\nzmemcg: " in output or "-o json" in command:
        return None
    return None if re.search(r"unreadable objects?\b", output) else "it has no last line"


WORDS = re.compile(r"^zmemcg: |[1-9]\d* unreadable objects?|cut short|not in this dump|(?:were|was) not found: lost", re.M)
ADDRESSES = re.compile(r"^[0-9a-f]{16} ", re.M)
ACTIVE = re.compile(r"There are (\d+) active")


def hidden(before, output):
    """Whether zombies of the list are gone without a word; one whose flags say so is active now."""
    gone = set(ADDRESSES.findall(before)) - set(ADDRESSES.findall(output))
    return bool(gone) and not WORDS.search(output) and ACTIVE.search(output)[1] == ACTIVE.search(before)[1]


class Reports:
    """A session and what went wrong in it."""

    def __init__(self, boot, path):
        self.boot, self.path = boot, path
        self.troubles = []
        self.start()
        self.before = {command: self.session.run(command) for command in COMMANDS}

    def start(self):
        self.session = crashrun.Live(self.boot.vmlinux, self.path)

    def run(self, what):
        """Whether any report was another one than that of the undamaged dump."""
        changed = False
        for command in COMMANDS:
            try:
                output = self.session.run(command, SECONDS)
                trouble = trouble_of(command, output)
                if not trouble and command == COMMANDS[0] and hidden(self.before[command], output):
                    trouble = "zombies are gone without a word"
            except (RuntimeError, BrokenPipeError) as reason:
                output, trouble = "", str(reason)
                self.session.close()
                self.start()
            changed |= output != self.before[command]
            if trouble:
                self.troubles.append(f"{what}: {command}: {trouble}")
        return changed


def whether_opened(boot, path, what, troubles):
    """A session on a dump that was damaged before; crash may give it up, the reports may not end it."""
    try:
        outputs = crashrun.run(boot.vmlinux, path, COMMANDS).outputs
    except subprocess.TimeoutExpired:
        troubles.append(f"{what}: the session did not end")
        return False
    if outputs[0] is None:
        return False
    troubles += [f"{what}: {command}: {trouble_of(command, output or '')}" for command, output in zip(COMMANDS, outputs)
                 if trouble_of(command, output or "")]
    return True


def run(count):
    """The troubles; prints the figures."""
    boot, image = boots.boot(MACHINE), images.image(MACHINE)
    with tempfile.TemporaryDirectory(prefix="zmemcg-fuzz-") as folder:
        path = pathlib.Path(folder) / "elf"
        shutil.copyfile(boot.formats["elf"], path)
        elf = Elf(path, physical_pages(image))
        reports = Reports(boot, path)
        changed = opened = 0
        for number in range(count):
            with elf.damaged(writes_of_case(elf, image, number)):
                changed += reports.run(f"case {number}")
        if reports.run("undamaged again"):
            reports.troubles.append("the session is not what it was before")
        # The last in the session: of page tables crash keeps what it read.
        tables = list(writes_of_page_tables(elf, reports.session, memory_map(image)))
        in_tables = 0
        for writes in tables:
            with elf.damaged(writes):
                in_tables += reports.run(f"page table at {writes[0][0]:x}")
        reports.session.close()
        before = tables + [writes_of_case(elf, image, count + number) for number in range(count // 20)]
        for number, writes in enumerate(before):
            with elf.damaged(writes):
                opened += whether_opened(boot, path, f"opened {number}", reports.troubles)
    print(f"crash: {count} cases in one session, {changed} changed a report; {len(tables)} damages of page tables, {in_tables} "
          f"changed one; {opened} of {len(before)} that were damaged before the start were opened: "
          f"{len(reports.troubles)} with trouble", flush=True)
    return reports.troubles
