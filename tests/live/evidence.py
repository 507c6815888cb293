# SPDX-License-Identifier: GPL-2.0-or-later
"""
What the guest and its crash wrote down, and whether the one agrees with the other.

While a command runs the cgroups go on coming and going, so a report is compared with what there was between its start and
its end: what was there all that time has to be shown, what was there at no time must not be.
"""

import collections
import dataclasses
import json
import re

import crashrun

NEVER = float("inf")

SLACK = 500000000       # ns, by which a pause of repeat seems shorter than it was: its output had to come
PROMPT_SECONDS = 3      # within which ^C ends a repeat, under emulation

# A dying memcg is freed by a kernel thread some time after its last reference was given up, and the kernel does not say
# when. Only when none is dying any more is it known.


@dataclasses.dataclass
class Group:
    """A cgroup's life; each step between two times of the guest's clock."""
    path: str
    kind: str
    made: tuple
    dated: bool                         # its directory remembers when it was removed
    sure: bool = True                   # what the guest holds it by does hold it
    pages: int = 0
    held: tuple = (NEVER, NEVER)
    emptied: tuple = (NEVER, NEVER)     # while it was online: nothing holds it any more
    removed: tuple = (NEVER, NEVER)
    released: tuple = (NEVER, NEVER)
    gone: float = NEVER                 # the latest

    def online_throughout(self, start, end):
        return self.made[1] <= start and self.removed[0] >= end

    def online_ever(self, start, end):
        return self.made[0] <= end and self.removed[1] >= start

    def dying_throughout(self, start, end):
        return self.sure and self.removed[1] <= start and min(self.released[0], self.emptied[0]) >= end

    def dying_ever(self, start, end):
        return self.removed[0] <= end and self.gone >= start


def kind_of(path):
    return re.match(r"[a-z]+", path.rsplit("/", 1)[1])[0]


def read_groups(events, pages_leave):
    """
    By path, and the problems that the guest itself has. Where pages leave a removed group (since 7.1) descriptors alone
    hold one; a parent is held by its child.
    """
    groups, waiting, problems = {"/": Group("/", "root", (0, 0), False)}, [], []
    for line in events.splitlines():
        begin, end, what, path, count = line.split()
        time = (int(begin), int(end))
        match what:
            case "make":
                group = groups[path] = Group(path, kind_of(path), time, count == "1")
                group.sure = not pages_leave or group.kind in ("inotify", "socket", "kept")
                parent = path.rpartition("/")[0]
                if groups.get(parent) and groups[parent].kind == "nested":
                    groups[parent].sure = group.sure
            case "hold":
                groups[path].held, groups[path].pages = time, int(count)
            case "empty":
                groups[path].emptied = time
            case "remove":
                groups[path].removed = time
                waiting.append(groups[path])
            case "release":
                groups[path].released = time
            case "clean":
                for group in waiting:
                    group.gone = NEVER if group.kind == "kept" else time[1]
                waiting = []
            case "unclean":
                problems.append(f"{count} cgroups were dying when the guest had given up all that held them, but for one")
    return groups, problems


@dataclasses.dataclass
class Command:
    number: int
    line: str
    start: int
    end: int = 0
    kilobytes: int = 0
    output: list = dataclasses.field(default_factory=list)
    runs: list = dataclasses.field(default_factory=list)    # of repeat, as commands of their own
    interrupt: int = 0

    @property
    def seconds(self):
        return (self.end - self.start) / 1e9

    @property
    def text(self):
        return "".join(line + "\n" for line in self.output)


def next_run(command, time):
    """Of a `repeat -SECONDS`, whose run before ended when its output came, or a little earlier."""
    pause = int(command.line.split()[1][1:]) * 1000000000
    start = command.runs[-1].end + pause - SLACK if command.runs else command.start
    return Command(command.number, command.line.split(None, 2)[2], start, time)


def add_line(command, line):
    """The screen of -s breaks its lines, where what follows is indented."""
    if command.line.startswith("zmemcg -s") and line.startswith(4 * " ") and command.output:
        command.output[-1] += " " + line[4:]
    else:
        command.output.append(line)


def read_session(text):
    commands, done = [], False
    for line in text.splitlines():
        match line.split(" ", 3):
            case ["@start", number, time, command]:
                commands.append(Command(int(number), command, int(time)))
            case ["@end", _, time, kilobytes]:
                commands[-1].end, commands[-1].kilobytes = int(time), int(kilobytes)
            case ["@run", time]:
                commands[-1].runs.append(next_run(commands[-1], int(time)))
            case ["@interrupt", time]:
                commands[-1].interrupt = int(time)
            case ["@done", _]:
                done = True
            case _:
                add_line((commands[-1].runs or commands)[-1], line)
    return commands, done


COUNTS = re.compile(r"There are (\d+) active and (\d+) dying memcgroups")
NEWS = re.compile(r"(\d+) dying memcgroups? of any age (?:is|are) new since the last run (\d+) s ago, (\d+) (?:is|are) gone")
NEW = re.compile(r"New: ([0-9a-f]+) (\S+)")

# How each report ends; what else may stand behind that.
LAST = re.compile(r"(Found \d+ of \d+ charged pages?|The slab has \d+ of the \d+ dying memcgroups?) .*unreadable objects?")
BEHIND = re.compile(r"\d+ (more )?charged pages? |\d+ formerly charged pages? |RELEASED may be|# ")


class Checks:
    """One run's."""

    def __init__(self, groups, commands, pages_leave):
        self.pages_leave = pages_leave
        self.by_path = groups
        self.by_second = collections.defaultdict(list)
        self.span = (commands[0].start, commands[-1].end) if commands else (0, 0)
        for group in groups.values():
            self.index(group)
        self.commands = commands
        self.last_command, self.last_groups = None, []
        self.problems = []
        self.figures = collections.Counter()

    def index(self, group):
        first = max(group.made[0], self.span[0])
        last = min(group.gone, self.span[1])
        for second in range(int(first // 1e9), int(last // 1e9) + 1):
            self.by_second[second].append(group)

    def groups_of(self, command):
        """That were there at some moment while the command ran, or a little before and behind."""
        if command is not self.last_command:
            seconds = range(int(command.start // 1e9), int(command.end // 1e9) + 1)
            self.last_command = command
            self.last_groups = {group.path: group for second in seconds for group in self.by_second[second]}.values()
        return self.last_groups

    def problem(self, command, what):
        self.problems.append(f"{command.number} {command.line}: {what}")

    def group_of(self, command, path):
        """That a report speaks of; None, and a problem, where the guest never had one or it was not there at the time."""
        group = self.by_path.get(path)
        if not group:
            self.problem(command, f"the guest never had {path}")
        return group

    def check_state(self, command, path, state):
        group = self.group_of(command, path)
        if not group:
            return
        there = group.online_ever if state == "ONLINE" else group.dying_ever
        if not there(command.start, command.end):
            self.problem(command, f"{path} was never {state} while the command ran")

    def check_all_there(self, command, shown, online):
        """shown: paths. What was dying (or online) all the time has to be among them."""
        for group in self.groups_of(command):
            there = group.dying_throughout(command.start, command.end) or \
                (online and group.online_throughout(command.start, command.end))
            if there and group.path not in shown:
                self.problem(command, f"{group.path} is missing")
            self.figures["looked for"] += there

    def bounds(self, command, throughout, ever):
        at = (command.start, command.end)
        groups = [group for group in self.groups_of(command) if group.path != "/"]
        return (sum(getattr(group, throughout)(*at) for group in groups),
                sum(getattr(group, ever)(*at) for group in groups))

    def check_counts(self, command):
        found = COUNTS.search(command.text)
        if not found:
            return self.problem(command, "no counts")
        for said, what in ((int(found[1]), "online"), (int(found[2]), "dying")):
            least, most = self.bounds(command, f"{what}_throughout", f"{what}_ever")
            if not least <= said <= most:
                self.problem(command, f"{said} {what}, the guest had {least} to {most}")

    def check_end(self, command):
        places = [n for n, line in enumerate(command.output) if LAST.search(line)]
        if not places:
            return self.problem(command, f"no last line: {command.output[-2:]}")
        for line in command.output[places[-1] + 1:]:
            if line and not BEHIND.match(line):     # ^C leaves an empty one
                self.problem(command, f"behind the last line: {line!r}")
        last = command.output[places[-1]]
        self.figures["commands"] += 1
        self.figures["with changed lists"] += "changed while they were read" in last
        self.figures["with unreadable objects"] += ", 0 unreadable" not in last
        self.figures["all pages found"] += "(100.0%)" in last
        self.figures["with a percentage"] += "%)" in last

    def check_pages(self, command, row, path):
        group = self.by_path.get(path)
        if not group or path == "/":
            return
        pages = int(row["FILE"]) + int(row["SHMEM"])
        if pages > group.pages and not (self.pages_leave and group.kind in ("live", "nested")):
            self.problem(command, f"{path} has {pages} pages, the guest gave it {group.pages}")
        if int(row["ANON"]):
            self.problem(command, f"{path} has anonymous pages, the guest gave it none")
        if int(row["SWAP"]) > group.pages:
            self.problem(command, f"{path} has {row['SWAP']} swap entries, the guest gave it {group.pages} pages")

    def rows(self, command):
        try:
            return crashrun.parse(command.text).rows
        except (AssertionError, StopIteration) as trouble:
            self.problem(command, f"no table: {trouble}")
            return []

    def check_age(self, command, row, group):
        """In seconds, as the kernel's dates are. An inferred age (~) is one at most, an estimated one (?) anything."""
        if row["AGE"] == "-":
            if group.dated and row["STATE"] == "ZOMBIE":
                self.problem(command, f"{group.path} has no age")
            return
        if row["AGE"].startswith("?") and not group.dated:
            self.figures["estimated ages"] += 1
            return
        age = crashrun.seconds(row["AGE"])
        least = (command.start - group.removed[1]) / 1e9 - 2
        most = (command.end - (group.made if row["AGE"].startswith("~") else group.removed)[0]) / 1e9 + 2
        if not least <= age <= most:
            self.problem(command, f"{group.path} is {age} s old, not {least:.1f} to {most:.1f}")
        exact = not row["AGE"].startswith("~")
        if exact != group.dated and row["STATE"] == "ZOMBIE":
            self.problem(command, f"{group.path}: an age of {row['AGE']}")
        self.figures["exact ages" if exact else "inferred ages"] += 1

    def check_list(self, command, online):
        rows = self.rows(command)
        for row in rows:
            self.check_state(command, row["CGROUP"], row["STATE"])
            self.check_pages(command, row, row["CGROUP"])
            if row["CGROUP"] in self.by_path:
                self.check_age(command, row, self.by_path[row["CGROUP"]])
        self.check_all_there(command, {row["CGROUP"] for row in rows}, online)

    def check_why(self, command):
        rows = self.rows(command)
        for row in rows:
            self.check_state(command, row["CGROUP"], "dying")
        self.check_all_there(command, {row["CGROUP"] for row in rows}, False)
        self.figures["memcgs with a rest"] += sum(row["REST"] not in ("0", "-") for row in rows)
        self.figures["memcgs explained"] += sum(row["REST"] == "0" for row in rows)

    def check_one(self, command):
        """-w of the one that is kept."""
        details = next((n for n, line in enumerate(command.output) if line.startswith("HOLDER ")), 0)
        rows = self.rows(dataclasses.replace(command, output=command.output[:details] + ["There are "]))
        if len(rows) != 1 or not self.group_of(command, rows[0]["CGROUP"]):
            return self.problem(command, f"not the one: {rows}")
        row = rows[0]
        numbers = {name: row[name] for name in ("REFS", "FSNOTIFY", "REST")}
        if numbers != {"REFS": "1", "FSNOTIFY": "1", "REST": "0"}:
            self.problem(command, f"held by one descriptor: {row}")
        for wanted in ("owner uid: 1000", "Every reference is explained"):
            if wanted not in command.output:
                self.problem(command, f"not told: {wanted}")
        group, found = self.by_path[row["CGROUP"]], re.search(r"^removed: .* UTC, (\S+) ago", command.text, re.M)
        if not found:
            return self.problem(command, "no removal")
        self.check_age(command, {"AGE": found[1], "STATE": "ZOMBIE"}, group)
        self.figures["lives told"] += 1

    def check_folios(self, command):
        pages = collections.Counter()
        for row in self.rows(command):
            self.check_state(command, row["CGROUP"], row["STATE"])
            self.check_file(command, row["PATH"])
            pages[row["CGROUP"]] += int(row["NPAGES"])
        for path, count in pages.items():
            if path in self.by_path and count > self.by_path[path].pages:
                self.problem(command, f"{path} has {count} pages, the guest gave it {self.by_path[path].pages}")

    def check_file(self, command, path):
        if path not in ("/mnt/shared", "/shm/shared", "[swapcache]", "[unreadable]", "[truncated]"):
            self.problem(command, f"no file of the guest's: {path}")
        self.figures[path] += path.startswith("[")

    def check_files(self, command):
        """With -u, under each file the one process that has it open: its line begins with a blank."""
        users = [line.split() for line in command.output if line.startswith(" ")]
        if users and users[0] != ["TASK", "PID", "OPEN", "MAPPED", "COMM"]:
            self.problem(command, f"no heading of users: {users[0]}")
        for user in users[1:]:
            if not re.fullmatch(r"\d+u", user[2]) or user[3:] != ["-", "init"]:
                self.problem(command, f"no user of the guest's: {user}")
            self.figures["users"] += 1
        files = dataclasses.replace(command, output=[line for line in command.output if not line.startswith(" ")])
        for row in self.rows(files):
            self.check_file(command, row["PATH"])

    def check_groups(self, command):
        """Templates of -g: each counts those that it matches, which may be fewer where two match the same."""
        patterns = []
        for row in self.rows(command):
            pattern = re.compile(re.escape(row["TEMPLATE"]).replace(r"\*", "[^/]*"))
            most = sum(group.dying_ever(command.start, command.end) and bool(pattern.fullmatch(group.path))
                       for group in self.groups_of(command))
            if not 0 < int(row["ZOMBIES"]) <= most:
                self.problem(command, f"{row['ZOMBIES']} of {row['TEMPLATE']}, the guest had {most} at most")
            if int(row["COST"]) <= 0:
                self.problem(command, f"{row['TEMPLATE']} costs nothing")
            patterns.append((pattern, int(row["ZOMBIES"])))
        for group in self.groups_of(command):
            if group.dying_throughout(command.start, command.end) and \
                    not any(pattern.fullmatch(group.path) for pattern, _ in patterns):
                self.problem(command, f"no template matches {group.path}")
        counted, found = sum(zombies for _, zombies in patterns), COUNTS.search(command.text)
        if found and counted != int(found[2]):
            self.problem(command, f"{counted} in templates, {found[2]} dying")

    def check_slab(self, command, online):
        rows = self.rows(command)
        for row in rows:
            self.check_state(command, row["PATH"], "dying" if row["STATE"] == "RELEASED" else row["STATE"])
        self.check_all_there(command, {row["PATH"] for row in rows}, online)
        self.figures["RELEASED"] += sum(row["STATE"] == "RELEASED" for row in rows)

    def check_json(self, command):
        try:
            records = [json.loads(line) for line in command.output]
        except json.JSONDecodeError as trouble:
            return self.problem(command, f"no JSON: {trouble}")
        if not records or "summary" not in records[-1]:
            return self.problem(command, "no summary")
        for record in records[:-1]:
            if record.get("cgroup") is None:
                self.problem(command, f"no path: {record}")
            else:
                self.check_state(command, record["cgroup"], record["state"])

    def check_news(self, before, command):
        """A run with -t, and the one before it."""
        found, counts = NEWS.search(command.text), [COUNTS.search(run.text) for run in (before, command)]
        if not found:
            self.figures["runs of which nothing new is known"] += 1
            if "not all memcgs were read" not in command.text:
                self.problem(command, "no news")
            return
        dying = [int(count[2]) for count in counts]
        if dying[0] + int(found[1]) - int(found[3]) != dying[1]:
            self.problem(command, f"{dying[0]} + {found[1]} new - {found[3]} gone is not {dying[1]}")
        told = {path for _, path in NEW.findall(command.text)}
        if len(told) != min(int(found[1]), 20):
            self.problem(command, f"{len(told)} of {found[1]} new ones are told")
        for path in told:
            group = self.group_of(command, path)
            # It may have been dying when the run before came by, but not before that one began.
            if group and not (group.removed[0] <= command.end and group.removed[1] >= before.start):
                self.problem(command, f"{path} is not new")
        if int(found[1]) <= 20:
            for group in self.groups_of(command):
                if group.removed[0] >= before.end and group.dying_throughout(command.start, command.end) and \
                        group.path not in told:
                    self.problem(command, f"{group.path} is new and not told")
                self.figures["new ones that had to be told"] += \
                    group.removed[0] >= before.end and group.dying_throughout(command.start, command.end)
        self.figures["new ones told"] += len(told)

    def check_repeat(self, command, before):
        """Returns the last run that came to its end; ^C may have cut one behind it."""
        for run in command.runs:
            if not LAST.search(run.text):
                break
            self.check_messages(run)
            self.check_counts(run)
            self.check_end(run)
            if before:
                self.check_news(before, run)
            before = run
            self.figures["runs of repeat"] += 1
        if len(command.runs) < 3:
            self.problem(command, f"only {len(command.runs)} runs")
        seconds = (command.end - command.interrupt) / 1e9
        self.figures["ms from ^C to the prompt, at most"] = max(self.figures["ms from ^C to the prompt, at most"],
                                                               round(seconds * 1000))
        if seconds > PROMPT_SECONDS:
            self.problem(command, f"^C ended it after {seconds:.1f} s")
        return before

    def check(self, command):
        words = command.line.split()
        options = set(words[1:])
        if words[0] != "zmemcg":
            return
        if "json" in options:
            return self.check_json(command)
        if "folded" in options or "-L" in options:
            return None
        self.check_counts(command)
        self.check_end(command)
        if "-n" in options or "-s" in options:
            return None
        if "-k" in options:
            return self.check_slab(command, "-a" in options)
        if any("kept" in word for word in words):
            return self.check_one(command)
        for option, check in (("-p", self.check_folios), ("-f", self.check_files), ("-w", self.check_why),
                              ("-g", self.check_groups)):
            if option in options:
                return check(command)
        return self.check_list(command, "-a" in options)

    def check_messages(self, command):
        """Of crash, or of the extension."""
        for line in command.output:
            if re.match(r"(crash|zmemcg|bt|repeat|WARNING): |.*[Ss]egmentation", line):
                self.problem(command, f"a message: {line!r}")

    def all(self):
        last_watch = None
        for command in self.commands:
            if command.number == 0:
                continue
            self.check_messages(command)
            if command.line.startswith("repeat"):
                last_watch = self.check_repeat(command, last_watch)
                continue
            self.check(command)
            if "-t" in command.line.split():
                if last_watch:
                    self.check_news(last_watch, command)
                last_watch = command
        return self.problems


def growth(commands):
    """
    VmRSS of crash at the end of each tenth of the run, in KB, the first tenth left out: what the first use of each
    report takes stays, what a run takes does not.
    """
    at = [command.kilobytes for command in commands if command.line.startswith("zmemcg")]
    tenth = max(1, len(at) // 10)
    return [max(at[n:n + tenth]) for n in range(tenth, len(at) - tenth + 1, tenth)]


def slowest(commands):
    """Of each command line, seconds."""
    times = collections.defaultdict(list)
    for command in commands:
        times[command.line].append(command.seconds)
    return {line: (sorted(values)[len(values) // 2], max(values)) for line, values in times.items()}
