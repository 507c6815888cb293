# SPDX-License-Identifier: GPL-2.0-or-later
"""10,000 zombies of six templates, held by 40 files that they share: every count of every report is the guest's."""

import collections
import csv
import fnmatch
import functools
import io
import json
import re
import subprocess

import pytest

import boots
import causes
import crashes
import crashrun
import kernels
from conftest import boot_of
from test_forms import folded
from test_reports import date_of_dump
from test_summary import ADVICE

TABLES = ["zmemcg", "zmemcg -g", "zmemcg -f"]
WALK_AND_SCAN = [*TABLES, *(f"{command} -S" for command in TABLES)]
REFERENCES = ["zmemcg -w -o json", "zmemcg -w -S -o json"]
SUMMARIES = ["zmemcg -s -o json", "zmemcg -s -S -o json"]
PAGES = ["zmemcg -p -o json", "zmemcg -p -S -o json"]
STACKS = ["zmemcg -o folded", "zmemcg -g -o folded", "zmemcg -p -o folded"]
FORMS = [f"{command} -o {form}" for command in TABLES for form in ("csv", "json")]
OTHERS = ["zmemcg -k", "zmemcg -s", "zmemcg -n 5", "zmemcg -g -n 2", "zmemcg -f -n 7"]

COMMANDS = [*WALK_AND_SCAN, *REFERENCES, *SUMMARIES, *PAGES, *STACKS, *FORMS, *OTHERS]


class Dump:
    """What crash shows of the machine, and what its guest made."""

    def __init__(self, boot, crash):
        def run(commands):
            return crash.run(boot, boot.formats["zlib"], commands).outputs

        self.sys, *outputs = run(["sys", *COMMANDS])
        self.outputs = dict(zip(COMMANDS, outputs))
        self.truth = boot.truth
        self.made = causes.read(boot.console)
        self.run = run

    @functools.cached_property
    def allocated(self):
        """Bytes that the per-CPU allocator has given out, on all CPUs, as crash reads the chunks on its lists."""
        words = "".join(self.run(["p -d pcpu_nr_units", "p -d pcpu_nr_slots", "p -x pcpu_chunk_lists"]))
        units, slots, lists = (int(word, 0) for word in re.findall(r"(?:0x)?[0-9a-f]+$", words, re.MULTILINE))
        heads = [lists + 16 * slot for slot in range(slots)]
        chunks = "".join(self.run([f"list -H {head:x} -o pcpu_chunk.list -s pcpu_chunk.nr_pages,free_bytes" for head in heads]))
        npages, free = (sum(map(int, re.findall(rf"{member} = (\d+)", chunks))) for member in ("nr_pages", "free_bytes"))
        return units * (npages * 4096 - free)

    def report(self, command):
        return crashrun.parse(self.outputs[command])

    def records(self, command):
        """Of a report in JSON; the last is the summary."""
        *records, last = map(json.loads, self.outputs[command].splitlines())
        return records, last["summary"]


@pytest.fixture(scope="module")
def dump(extension):
    boot = boot_of(boots.TEMPLATES.name)
    try:
        return Dump(boot, crashes.ready(crashes.for_kernel(boot.kernel)[0].name))
    except kernels.Missing as reason:
        pytest.skip(str(reason))


def test_the_machine_is_what_it_is_for(dump):
    made = dump.made
    assert (made.zombies, len(made.ages), len(made.types)) == (10000, 6, 40)
    assert dump.truth.dying == made.zombies
    held = made.counted(lambda cause: (len(cause.pages), {made.types[path] for path in cause.pages} == {"file", "shmem"}))
    assert held[0, False] and held[1, False] and held[2, False] and held[2, True]


@pytest.mark.parametrize("command", WALK_AND_SCAN)
def test_endings_are_the_guests(dump, command):
    assert dump.report(command).ending == causes.ending(dump.truth.active, dump.made, command)


@pytest.mark.parametrize("command", TABLES)
def test_the_scan_shows_what_the_walk_shows(dump, command):
    assert dump.outputs[f"{command} -S"] == dump.outputs[command]


def test_list_has_each_zombie(dump):
    rows = dump.report("zmemcg").rows
    assert {row["STATE"] for row in rows} == {"ZOMBIE"}
    assert len({row["MEMCG"] for row in rows}) == len({row["CGROUP"] for row in rows}) == len(rows)
    shown = collections.Counter((dump.made.template_of(row["CGROUP"]), *(
        int(row[column]) for column in ("REFS", "FILE", "SHMEM", "ANON", "SWAP"))) for row in rows)

    def cells(cause):
        pages = {kind: sum(npages for path, npages in cause.pages.items() if dump.made.types[path] == kind)
                 for kind in ("file", "shmem")}
        return cause.template, cause.total + cause.children, pages["file"], pages["shmem"], 0, 0

    assert shown == dump.made.counted(cells)


def test_groups_are_the_six_templates(dump):
    rows = dump.report("zmemcg -g").rows
    assert {row["TEMPLATE"]: [int(row["ZOMBIES"]), int(row["PAGES"])] for row in rows} == causes.groups(dump.made)
    assert len(rows) == 6
    assert rows == sorted(rows, key=lambda row: (-int(row["ZOMBIES"]), -int(row["PAGES"])))


def kinds_at(dump, template, cell):
    """Whether ages are inferred, of the template's zombies whose ages differ from the cell's by no more than a second."""
    return {row["AGE"].startswith("~") for row in dump.report("zmemcg").rows
            if fnmatch.fnmatchcase(row["CGROUP"], template) and abs(crashrun.seconds(row["AGE"]) - crashrun.seconds(cell)) <= 1}


def test_groups_have_the_oldest_and_the_newest(dump):
    """The guest's clock and the kernel's stamps can differ by a second, in which one of the other kind may be the last."""
    now = date_of_dump(dump)
    for row in dump.report("zmemcg -g").rows:
        for cell, (evidence, epoch) in zip((row["OLDEST"], row["NEWEST"]), dump.made.ages[row["TEMPLATE"]]):
            inferred = evidence != "removal"
            assert cell.startswith("~") == inferred or inferred in kinds_at(dump, row["TEMPLATE"], cell), row
            assert abs(now - epoch - crashrun.seconds(cell)) <= 1, row
    assert {evidence for ages in dump.made.ages.values() for evidence, _ in ages} == {"removal", "last-task"}


def test_files_are_the_forty(dump):
    rows = dump.report("zmemcg -f").rows
    shown = {row["PATH"]: {column: int(row[column]) for column in ("PAGES", "ZOMBIES", "SOLE")} for row in rows}
    assert len(rows) == 40
    assert shown == causes.files(dump.made)
    assert {row["PATH"]: row["TYPE"] for row in rows} == dump.made.types
    zombies = [int(row["ZOMBIES"]) for row in rows]
    assert zombies == sorted(zombies, reverse=True)


@pytest.mark.parametrize("command", PAGES)
def test_pages_are_of_these_files(dump, command):
    records, _ = dump.records(command)
    shown = collections.Counter()
    for record in records:
        shown[dump.made.template_of(record["cgroup"]), record["path"]] += record["npages"]
    assert shown == causes.stacks(dump.made)
    assert len({record["page"] for record in records}) == len(records) == dump.made.pages


@pytest.mark.parametrize("command", REFERENCES)
def test_every_reference_is_explained(dump, command):
    records, summary = dump.records(command)
    assert [record for record in records if record["rest"] != 0] == []
    assert summary["unexplained"] == 0
    kinds = [key for key in records[0] if key not in ("memcg", "cgroup")]
    shown = collections.Counter((dump.made.template_of(record["cgroup"]), *(record[kind] for kind in kinds))
                                for record in records)

    def cells(cause):
        known = {"refs": cause.total + cause.children, "folios": cause.total, "child": cause.children}
        return cause.template, *(known.get(kind, 0) for kind in kinds)

    assert shown == dump.made.counted(cells)


@pytest.mark.parametrize("command", SUMMARIES)
def test_diagnosis_counts_what_was_made(dump, command):
    _, summary = dump.records(command)
    made = dump.made
    counts = {"zombies": made.zombies, "removal not finished": 0, "online memcgs": dump.truth.active,
              "file pages": made.pages_of_type("file"), "shmem pages": made.pages_of_type("shmem"),
              "anon pages": 0, "swap entries": 0}
    assert {key: summary[key] for key in counts} == counts
    holders = {key: value for key, value in summary.items() if key.startswith("held by ")}
    assert holders == {"held by FOLIOS": sum(cause.zombies for cause in made.causes if cause.pages),
                       "held by CHILD": sum(cause.zombies for cause in made.causes if cause.children)}
    assert "with a REST" not in summary


@pytest.mark.parametrize("command", SUMMARIES)
def test_diagnosis_advises_for_each_zombie(dump, command):
    _, summary = dump.records(command)
    assert {key: summary[key] for key in ADVICE if key in summary} == causes.advice(dump.made)


@pytest.mark.parametrize("command", SUMMARIES)
def test_diagnosis_names_the_templates_that_make_most(dump, command):
    _, summary = dump.records(command)
    most = sorted(causes.groups(dump.made).items(), key=lambda item: [-count for count in item[1]])
    assert [(record["template"], [record["zombies"], record["pages"]]) for record in summary["templates"]] == most[:3]


@pytest.mark.parametrize("command", SUMMARIES)
def test_diagnosis_names_the_files_that_hold_most(dump, command):
    _, summary = dump.records(command)
    most = sorted(causes.files(dump.made).items(), key=lambda item: (-item[1]["ZOMBIES"], -item[1]["PAGES"]))
    shown = [(record["path"], {column: record[column.lower()] for column in ("PAGES", "ZOMBIES", "SOLE")})
             for record in summary["files"]]
    assert shown == most[:3]
    together = re.search(r"all pages of (\d+) of", causes.cover(dump.made)[0])
    assert summary["few files have all pages of"] == int(together[1])
    assert summary["few files"] == len(dump.records("zmemcg -f -o json")[1]["cover_paths"])


def percpu_bytes(dump):
    return dump.records("zmemcg -s -o json")[1]["percpu_bytes"]


def test_percpu_of_the_machine_is_the_kernels(dump):
    """Which /proc/meminfo shows."""
    _, summary = dump.records("zmemcg -s -o json")
    assert summary["machine_percpu_bytes"] == 1024 * dump.made.percpu_after


def test_percpu_of_the_zombies_is_what_came_with_them(dump):
    """meminfo counts pages, of which up to a twentieth is holes: when all lived, counters lay there that are gone."""
    came = 1024 * (dump.made.percpu_after - dump.made.percpu_before)
    assert 0.95 * came <= percpu_bytes(dump) <= came


def test_percpu_of_the_zombies_is_what_the_allocator_gave(dump):
    """Its chunks know their holes (mm/percpu.c): the rest is the zombies' and, a hundredth at most, the machine's own."""
    assert 0.99 * dump.allocated <= percpu_bytes(dump) <= dump.allocated


def test_slab_has_the_same_zombies(dump):
    report = dump.report("zmemcg -k")
    shown = collections.Counter((row["STATE"], dump.made.template_of(row["PATH"])) for row in report.rows)
    assert shown == dump.made.counted(lambda cause: ("ZOMBIE", cause.template))
    assert {row["MEMCG"] for row in report.rows} == {row["MEMCG"] for row in dump.report("zmemcg").rows}


@pytest.mark.parametrize("whole, first, records", [("zmemcg", "zmemcg -n 5", 5), ("zmemcg -g", "zmemcg -g -n 2", 2),
                                                   ("zmemcg -f", "zmemcg -f -n 7", 7)])
def test_n_leaves_records_out_and_counts_all(dump, whole, first, records):
    assert dump.report(first).rows == dump.report(whole).rows[:records]
    assert dump.report(first).ending == dump.report(whole).ending


@pytest.mark.parametrize("command", TABLES)
def test_csv_has_all_records(dump, command):
    lines = dump.outputs[f"{command} -o csv"].splitlines()
    rows = list(csv.DictReader(io.StringIO("\n".join(line for line in lines if not line.startswith("# ")))))
    report = dump.report(command)
    names = report.heading[-1]
    assert [row[names.lower()] for row in rows] == [row[names] for row in report.rows]
    assert [line[2:] for line in lines if line.startswith("# ")] == report.ending


@pytest.mark.parametrize("command", TABLES)
def test_json_has_all_records_and_the_totals(dump, command):
    records, summary = dump.records(f"{command} -o json")
    assert len(records) == len(dump.report(command).rows)
    assert (summary["active"], summary["dying"]) == (dump.truth.active, dump.made.zombies)
    assert summary["found_pages"] == summary["charged_pages"] == dump.made.pages


def test_stacks_add_up(dump):
    pages, zombies, groups = (folded(dump.outputs[f"zmemcg{option} -o folded"]) for option in (" -p", "", " -g"))
    assert sum(pages.values()) == dump.made.pages
    assert len(zombies) == sum(zombies.values()) == dump.made.zombies
    assert groups == {template[1:].replace("/", ";"): zombies for template, (zombies, _) in causes.groups(dump.made).items()}

def test_the_drawing_in_the_documentation_is_of_this_dump(dump):
    docs = crashrun.ROOT / "docs"
    drawn = subprocess.run([docs / "flame.py"], input=dump.outputs["zmemcg -p -o folded"], stdout=subprocess.PIPE,
                           text=True, check=True).stdout
    assert drawn == (docs / "flame.svg").read_text()
