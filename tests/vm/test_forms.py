# SPDX-License-Identifier: GPL-2.0-or-later
"""The other forms say what the text says."""

import collections
import csv
import io
import json
import re

import pytest

import crashrun
import endings
import truth
from expect import by_count

REPORTS = ["zmemcg", "zmemcg -a", "zmemcg -p -S", "zmemcg -f -S", "zmemcg -k", "zmemcg -w", "zmemcg -n 3",
           "zmemcg -t 1", "zmemcg -g", "zmemcg -g -a -n 3"]

AGES = ("AGE", "OLDEST", "NEWEST")
INFERRED = ("last task", "creation")


def as_json(column, cell):
    """A cell of text as JSON has it."""
    if column == "FLAGS":
        return "" if cell == "-" else cell
    if cell == "-":
        return None
    if column in AGES:
        return crashrun.seconds(cell)
    if re.fullmatch(r"-?\d+", cell) and column not in ("MEMCG", "PAGE", "INODE", "KERNFS_NODE", "CGROUP", "PATH", "TEMPLATE"):
        return int(cell)
    return truth.unescaped(cell)


def sources_of(record):
    """What a record says of where its ages are from: taken out of it."""
    return {key: record.pop(key) for key in list(record) if key.endswith("_source")}


def as_csv(column, cell):
    if column in AGES and cell != "-":
        return str(crashrun.seconds(cell))
    return "" if cell == "-" else cell


def json_of(text):
    records = [json.loads(line) for line in text.splitlines()]
    assert list(records[-1]) == ["summary"]
    assert not any("summary" in record for record in records[:-1])
    return records[:-1], records[-1]["summary"]


@pytest.mark.parametrize("command", REPORTS)
def test_json_has_the_records_of_the_text(crash, command):
    report = crashrun.parse(crash(command))
    records, _ = json_of(crash(f"{command} -o json"))
    assert report.rows
    for record, row in zip(records, report.rows):
        sources = sources_of(record)
        assert sources.keys() == {f"{column.lower()}_source" for column in AGES if column in row}
        for column in AGES:
            if column in row:
                inferred = row[column].startswith("~")
                assert sources[f"{column.lower()}_source"] in (
                    [None] if row[column] == "-" else INFERRED if inferred else ["removal"]), row
    assert records == [{column.lower(): as_json(column, cell) for column, cell in row.items()} for row in report.rows]


@pytest.mark.parametrize("command", REPORTS)
def test_the_summary_has_what_the_sentences_say(crash, command):
    ending = "\n".join(crashrun.parse(crash(command)).ending)
    _, summary = json_of(crash(f"{command} -o json"))
    said = re.search(r"There are (\d+) active and (\d+) dying", ending)
    assert (summary["active"], summary["dying"]) == tuple(map(int, said.groups()))
    assert summary["unreadable"] == int(re.search(r"(\d+) unreadable objects?,?", ending)[1])
    if found := re.search(r"Found (\d+) of (\d+) charged pages? ", ending):
        assert (summary["found_pages"], summary["charged_pages"]) == tuple(map(int, found.groups()))
    if removed := re.search(r"The kernel counts (\d+) removed cgroups? ", ending):
        assert summary["kernel_removed_cgroups"] == int(removed[1])
    if slab := re.search(r"The slab has (\d+) of", ending):
        assert summary["slab_dying"] == int(slab[1])
    assert ("unexplained" in summary) == ("-w" in command)


COVERS = [f"zmemcg -f -S {selector}" for selector in ("", "/system.slice/*", "/names/*", "/disks/*", "/memory/anon.scope")]


@pytest.mark.parametrize("command", COVERS)
def test_the_summary_has_the_files_of_the_cover(crash, command):
    ending = "\n".join(crashrun.parse(crash(command)).ending)
    _, summary = json_of(crash(f"{command} -o json"))
    said = re.search(r"all pages of (\d+) of \d+ zombies? \(.*?\): (.*)", ending)
    assert bool(said) != ("anon" in command)
    assert summary["cover_zombies"] == (int(said[1]) if said else 0)
    paths = said[2].split(", ") if said else []
    assert summary["cover_paths"] == list(map(truth.unescaped, paths))
    assert summary["cover_files"] == len(paths)
    left = re.search(r"(\d+) more ha(?:ve|s) pages of other files", ending)
    assert summary["cover_left"] == (int(left[1]) if left else 0)


def without_news(sentences):
    """What is new since the last run differs from run to run."""
    return [sentence for sentence in sentences if "since the last run" not in sentence]


@pytest.mark.parametrize("command", REPORTS)
def test_csv_has_the_records_and_the_sentences(crash, command):
    report = crashrun.parse(crash(command))
    lines = crash(f"{command} -o csv").splitlines()
    sentences = [line[2:] for line in lines if line.startswith("# ")]
    assert without_news(sentences) == without_news(report.ending)
    assert len(lines) == 1 + len(report.rows) + len(sentences), "a record of two lines"
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[:len(lines) - len(sentences)]))))
    records, _ = json_of(crash(f"{command} -o json"))
    for row, record in zip(rows, records):
        assert sources_of(row) == {key: word or "" for key, word in sources_of(record).items()}
    assert rows == [{column.lower(): as_csv(column, cell) for column, cell in row.items()} for row in report.rows]


# Of pages, of a child, of sockets, of a namespace, of more tasks than are named.
ALONE = ["/memory/swap.scope", "/nested", "/references/tcp-sockets.service", "/references/namespace-mounted.service",
         "/references/unreaped.service"]


@pytest.mark.parametrize("path", ALONE)
def test_csv_of_one_memcgs_holders_is_one_table(crash, path):
    """A reader takes each line for a record of the first heading, and each number of the column for a number of references."""
    text, _, details = crash(f"zmemcg -w {path}").partition("\nHOLDER ")
    (memcg,) = crashrun.parse(text).rows
    lines = crash(f"zmemcg -w {path} -o csv").splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("# ")))
    assert [{"memcg": memcg["MEMCG"]} | {column.lower(): as_csv(column, cell) for column, cell in row.items()}
            for row in crashrun.parse(f"HOLDER {details}").rows] == rows[:-1]
    assert rows[-1] == {"memcg": memcg["MEMCG"], "holder": "REST", "address": "", "refs": memcg["REST"], "what": "what nothing explains"}
    assert sum(int(row["refs"]) for row in rows if row["refs"]) == int(memcg["REFS"])


def folded(text):
    lines = [line.rsplit(" ", 1) for line in text.splitlines()]
    assert all(len(line) == 2 and " " not in line[0] for line in lines)
    counts = collections.Counter()
    for stack, count in lines:
        counts[stack] += int(count)
    return counts


def frame(name):
    return name.replace(";", "\\073").replace(" ", "_")


def test_folded_pages_are_the_stacks_of_the_pages(crash):
    expected = collections.Counter()
    for row in crashrun.parse(crash("zmemcg -p -S")).rows:
        cgroup = row["CGROUP"].replace(";", "\\073")[1:].replace("/", ";")
        expected[f"{cgroup};{frame(row['PATH'])}"] += int(row["NPAGES"])
    assert folded(crash("zmemcg -p -S -o folded")) == expected


def test_folded_list_has_each_memcg_once(crash):
    expected = collections.Counter(row["CGROUP"].replace(";", "\\073")[1:].replace("/", ";")
                                   for row in crashrun.parse(crash("zmemcg")).rows)
    assert folded(crash("zmemcg -o folded")) == expected


def test_folded_groups_are_the_templates(crash):
    expected = {row["TEMPLATE"].replace(";", "\\073")[1:].replace("/", ";"): int(row["ZOMBIES"])
                for row in crashrun.parse(crash("zmemcg -g")).rows}
    assert folded(crash("zmemcg -g -o folded")) == expected


@pytest.mark.parametrize("command, answer", [
    *((f"zmemcg -{report} -o folded", f"-{report} has no stacks: it has text, json and csv") for report in "fkw"),
    ("zmemcg -s -o folded", "-s has no stacks: it has text and json"),
    ("zmemcg -s -o csv", "-s has no table: it has text and json"),
])
def test_what_has_no_such_form_says_so(crash, command, answer):
    assert crash(command) == f"zmemcg: {answer}\n"


def whole(screen):
    """With the lines in one piece that were broken for a terminal."""
    return screen.replace("\n" + 4 * " ", " ")


def diagnosis_of(crash, selector):
    """Of text, the drawing and the pairs; and the summary of JSON."""
    lines = whole(crash(f"zmemcg -s {selector}")).splitlines()
    lines = lines[:next(number for number, line in enumerate(lines) if line.startswith("There are"))]
    drawn = [line for line in lines if line.startswith((" ", "burst:", "bursts:", "steady:", "few:"))]
    records, summary = json_of(crash(f"zmemcg -s {selector} -o json"))
    assert not records
    return drawn, dict(line.split(": ", 1) for line in lines if line not in drawn), summary


def clock(seconds):
    return f"{seconds // 86400}+{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def judge(ages):
    """What JSON says of them, and the words for what the share is within."""
    ages = sorted(ages)
    hundredth = len(ages) // 100
    youngest, oldest = ages[hundredth], ages[-1 - hundredth]
    kept = [age for age in ages if youngest <= age <= oldest]
    seconds = oldest - youngest + 1
    tenths = [[age for age in kept if first <= (age - youngest) * 100 // seconds < first + 10] for first in range(91)]
    tenth = max(tenths, key=len) if seconds >= 10 else kept
    most, ends = len(tenth), (None, None)
    within = "a tenth of the time" if seconds >= 10 else f"{seconds} s"
    word = "few" if len(ages) < 10 else "burst" if 2 * most >= len(kept) else "steady"
    if word == "burst" and seconds >= 10:
        ends = tenth[0], tenth[-1] + 1
        within += f", {clock(ends[0])} to {clock(ends[1])}"
    for parts, words in ((100, "ten hundredths"), (1000, "a hundred thousandths")):
        at = collections.Counter((age - youngest) * parts // seconds for age in kept)
        fullest = sum(count for _, count in at.most_common(parts // 10) if count > 1)
        if word == "steady" and seconds >= parts and 10 * len(ages) >= 3 * parts and 4 * fullest >= 3 * len(kept):
            word, most, within = "bursts", fullest, f"{words} of the time"
    return {"ages": len(ages), "verdict": word, "percent": 100 * most // len(kept), "seconds": seconds,
            "from": ends[0], "to": ends[1], "left_out": len(ages) - len(kept)}, within


def verdict(ages):
    return judge(ages)[0]


def verdict_line(ages, which, inferred=0):
    said, within = judge(ages)
    rest = ", ".join(f"{count} {words}" for count, words in ((inferred, "inferred"), (said["left_out"], "left out")) if count)
    return f"{said['verdict']}: {said['percent']}% of {which} within {within}" + (f" ({rest})" if rest else "")


def bar(exact, inferred, most):
    """Of forty marks for the fullest interval; one of each kind at least that is there."""
    kinds = (exact > 0) + (inferred > 0)
    marks = max((40 * (exact + inferred) + most // 2) // most, kinds) if kinds else 0
    of_exact = min(max((exact * marks + (exact + inferred) // 2) // (exact + inferred), 1), marks - (inferred > 0)) if exact else 0
    return "#" * of_exact + "~" * (marks - of_exact)


# Of both kinds, of one each, of too few; with a burst that has a time (6.1: within a tenth of 13 s).
DRAWN = ["", "*.service", "/user.slice/*", "/names/*", "/memory/*", "/references/namespace*"]


@pytest.mark.parametrize("selector", DRAWN)
def test_all_ages_are_drawn_and_each_kind_has_its_marks(crash, selector):
    drawn, _, _ = diagnosis_of(crash, selector)
    cells = [row["AGE"] for row in crashrun.parse(crash(f"zmemcg {selector}")).rows]
    intervals = [re.fullmatch(r" +(\S+) to +(\S+) +(\d+)(?:  (#*~*))?", line).groups() for line in drawn if line.startswith(" ")]
    most = max(int(count) for _, _, count, _ in intervals)
    for begin, end, count, marks in intervals:
        inside = [cell for cell in cells if crashrun.seconds(begin) <= crashrun.seconds(cell) < crashrun.seconds(end)]
        inferred = sum(cell.startswith("~") for cell in inside)
        assert (int(count), marks or "") == (len(inside), bar(len(inside) - inferred, inferred, most)), (begin, end)
    assert sum(int(count) for _, _, count, _ in intervals) == len(cells)


@pytest.mark.parametrize("selector", DRAWN)
def test_the_exact_ages_and_all_ages_have_a_verdict_each(crash, selector):
    drawn, _, summary = diagnosis_of(crash, selector)
    cells = [row["AGE"] for row in crashrun.parse(crash(f"zmemcg {selector}")).rows]
    ages = list(map(crashrun.seconds, cells))
    exact = [age for age, cell in zip(ages, cells) if not cell.startswith("~")]
    inferred = len(ages) - len(exact)
    lines = [verdict_line(exact, f"{len(exact)} exact {'age' if len(exact) == 1 else 'ages'}")] if exact else []
    if inferred:
        lines.append(verdict_line(ages, f"all {len(ages)} ages", inferred) if exact
                     else verdict_line(ages, f"{len(ages)} inferred ages"))
    assert [line for line in drawn if not line.startswith(" ")] == lines
    assert summary["all ages"] == verdict(ages)
    assert summary["exact ages"] == (verdict(exact) if exact else {"ages": 0, "verdict": None, "percent": None, "seconds": None, "from": None, "to": None, "left_out": 0})
    assert (summary["inferred_ages"], summary["ages not known"]) == (inferred, 0)


COUNTED_AS_SEVERAL = re.compile(r"(?<![\d.,~:+/-])1 (?:\w+ )?(?:zombies|pages|files|objects|entries|memcgs|cgroups|ages|are|have)\b")

# With one of something in each: a zombie, a page, a file, an age, a swap entry.
ONE = ["zmemcg -f -S /memory/memfd.scope", "zmemcg /memory/anon.scope", "zmemcg -p /names/file-*", "zmemcg -g /ages/left.service",
       "zmemcg -t 1 /ages/left.service", "zmemcg -w /memory/swap.scope", "zmemcg -k /ages/left.service", "zmemcg -s /ages/left.service",
       "zmemcg -s /user.slice/user-1000.slice/session-1.scope"]


@pytest.mark.parametrize("command", ONE)
def test_one_is_not_several(crash, command):
    """But for the sentence that people know from other tools."""
    lines = [line for line in whole(crash(command)).splitlines() if not line.startswith("There are ")]
    assert [line for line in lines if COUNTED_AS_SEVERAL.search(line)] == []


# Of a name with blanks, of files in brackets, of pages of no file.
DIAGNOSED = ["", "/names/*", "/disks/*", "/memory/anon.scope"]


@pytest.mark.parametrize("selector", DIAGNOSED)
def test_the_diagnosis_is_the_same_in_json(crash, selector):
    _, pairs, summary = diagnosis_of(crash, selector)
    pages = re.fullmatch(r"(\d+) file, (\d+) shmem, (\d+) anon; and (\d+) swap entries", pairs.pop("pages"))
    assert list(map(int, pages.groups())) == [summary[key] for key in ("file pages", "shmem pages", "anon pages", "swap entries")]
    held = re.findall(r"([A-Z]+) (\d+)", pairs.pop("held by"))
    assert {f"held by {kind}": int(count) for kind, count in held} == {
        key: value for key, value in summary.items() if key.startswith("held by ")}
    together = re.search(r"\((.*)\)", pairs.get("several of these together free", "()"))[1]
    sets = {key: value for key, value in summary.items() if " + " in key}
    assert sum(sets.values()) == summary.get("several of these together free", 0)
    said = {actions: int(count) for count, actions in (words.split(" ", 1) for words in together.split(", ") if words)}
    assert said.pop("by other sets", 0) == sum(sets.values()) - sum(said.values())
    assert said.items() <= sets.items() and len(said) == min(len(sets), 6)
    for key in ("oldest", "newest"):
        age, path = pairs.pop(key).split(" ", 1)
        source = summary[key]["age_source"]
        assert source in (INFERRED if age.startswith("~") else ["removal"])
        assert summary[key] == {"age": crashrun.seconds(age), "age_source": source, "path": truth.unescaped(path)}
    for key in TARGETS:
        said = re.sub(r" \(of \d+ (holder|socket)s? not known\)$", "", pairs.pop(key, "-"))
        said, elsewhere = re.fullmatch(r"(.*?)(?: \(and (\d+) elsewhere\))?", said).groups()
        assert elsewhere is None or summary["mounts to unmount in other namespaces"] == int(elsewhere)
        named, _, more = re.fullmatch(r"(.*?)( and (\d+) more)?", said).groups()
        names = [truth.unescaped(name) for name in named.split(", ")] if named != "-" else []
        all_names = summary.get(key, []) if key == "to unmount" else endings.as_said(summary.get(key, []))
        assert all_names[:len(names)] == names
        assert len(all_names) == len(names) + int(more or 0)
    for key, one, form in (("templates", "template", "{zombies}, {pages}, {template}"),
                           ("files", "file", "{zombies}, SOLE {sole}, {pages}, {path}")):
        said = [truth.unescaped(pairs.pop(name)) for name in list(pairs) if re.fullmatch(rf"{one} \d", name)]
        assert said == [form.format(**record | {noun: by_count(record[noun], f"1 {noun.removesuffix('s')}", noun)
                                                for noun in ("zombies", "pages")}) for record in summary[key]]
    for key, value in pairs.items():
        assert str(summary[key]) == value.partition(" (")[0], key


@pytest.mark.parametrize("selector", DIAGNOSED)
def test_the_diagnosis_has_the_first_records_of_the_reports(crash, selector):
    _, _, summary = diagnosis_of(crash, selector)
    for key, command in (("templates", "zmemcg -g"), ("files", "zmemcg -f -S")):
        records, totals = json_of(crash(f"{command} {selector} -o json"))
        assert summary[key] == [record for record in records[:3] if record["zombies"] * 100 >= summary["zombies"]]
    assert summary["few files"] == totals["cover_files"]
    assert summary["few files have all pages of"] == totals["cover_zombies"]
    assert bool(summary["files"]) != ("anon" in selector)


TARGETS = ("to unmount", "to end", "to reap in tasks", "to close in tasks")


@pytest.mark.parametrize("count", [0, 1, 5, 1000])
def test_n_is_how_many_templates_and_files_the_diagnosis_names(crash, count):
    """Where it is given, those with few zombies have a line, too; all else stays."""
    _, pairs, summary = diagnosis_of(crash, f"-n {count}")
    _, others, whole_summary = diagnosis_of(crash, "")
    for key, one, command in (("templates", "template", "zmemcg -g -S"), ("files", "file", "zmemcg -f -S")):
        records, _ = json_of(crash(f"{command} -o json"))
        assert len(records) > 5
        assert summary.pop(key) == records[:count]
        named = [name for name in pairs if re.fullmatch(rf"{one} \d+", name)]
        assert named == [f"{one} {number + 1}" for number in range(min(count, len(records)))]
        pairs = {name: value for name, value in pairs.items() if name not in named}
        del whole_summary[key]
    assert summary == whole_summary
    for key in TARGETS:
        names = pairs.pop(key, "-").split(" (of ")[0].split(" (and ")[0].split(", ")
        assert len(names) - names.count("-") == min(len(summary.get(key, [])), max(count, 4)), key
    several = "several of these together free"
    sets = [words for words in pairs.pop(several, "()").partition("(")[2].rstrip(")").split(", ") if words and "other sets" not in words]
    assert len(sets) == min(sum(" + " in key for key in summary), max(count, 6))
    assert pairs == {name: value for name, value in others.items()
                     if not re.fullmatch(r"(template|file) \d+", name) and name not in (*TARGETS, several)}
