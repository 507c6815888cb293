# SPDX-License-Identifier: GPL-2.0-or-later
"""
The images: of each machine's dump the pages that the reports read, and what they then say. Kept in the cache of tests/vm,
under a key of the dump and of the extension's sources: other sources may read other pages.
"""

import fcntl
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(1, str(HERE.parent / "vm"))         # before the system's: it has an "apt" too

import boots            # noqa: E402: found in the folder above
import cache            # noqa: E402
import crashes          # noqa: E402
import crashrun         # noqa: E402

BUILD = crashrun.ROOT / "build" / "fuzz"
HARNESS = BUILD / "harness"

MACHINES = [machine.name for machine in boots.WITH_ZOMBIES]

# Each report, by the lists and by the scan, in each form. -t 0: a damaged time can make any age of a zombie's, one below a
# second too, and then nobody can tell that -t 1 lacks it.
COMMANDS = ["", "-S", "-a", "-p", "-p -S", "-p -S -j 2", "-f", "-f -S -a", "-f -u", "-g", "-w", "-w -S -a", "-k", "-s", "-t 0",
            "-o json", "-p -o json", "-f -o csv", "-w -o json", "-k -o csv", "-s -o json", "-p -o folded", "-g -o folded"]


def first_case(name):
    """Each machine has cases of its own: a number means much the same damage on all of them."""
    return MACHINES.index(name) * 10000


def one_of(truth):
    """A zombie's path that means this one alone: -w then has the details."""
    return next(path for path in sorted(truth.memcgs) if not set(path) & set("\\*?["))


def commands_of(boot):
    path = one_of(boot.truth)
    return [f"zmemcg {words}".strip() for words in [*COMMANDS, f"-w -S {path}", f"-w -o csv {path}", f"-f {path}", "-w /*"]]


def build():
    """One at a time: the tests of several machines begin with it."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "-s", "-j2", "-C", HERE, "all"], check=True)


def recorder(crash):
    """The recording extension, built for that crash."""
    folder = BUILD / crash.build.name
    subprocess.run(["make", "-s", "-C", HERE, "recorder", f"BUILD={folder}", *crash.variables], check=True)
    return folder / "record.so"


def record(boot, crash, folder):
    """One session of all commands."""
    commands = commands_of(boot)
    session = crash.run(boot, boot.formats["zlib"], [*commands, "zmemcg -L"], extension=recorder(crash),
                        variables={"ZMEMCG_RECORD": str(folder)})
    *outputs, answers = session.outputs
    if None in session.outputs:
        raise RuntimeError(f"{folder}: {session.stderr}\n{session.stdout}")
    (folder / "commands").write_text("".join(f"{command}\n" for command in commands))
    for number, output in enumerate(outputs):
        (folder / f"{number}.out").write_bytes(output.encode("utf-8", "surrogateescape"))
    (folder / "answers").write_bytes(answers.encode())


def sources():
    return sorted([*crashrun.ROOT.glob("extensions/**/*.[ch]"), *crashrun.ROOT.glob("include/**/*.h"),
                   HERE / "record.c", HERE / "images.py"])


def image(name):
    """The folder of a machine's image."""
    boot = boots.boot(name)
    crash = crashes.ready(crashes.for_kernel(boot.kernel)[0].name)
    key = cache.key_of(boot.folder.name, crash.build.name, *sources())
    return cache.made("images", name, key, lambda folder: record(boot, crash, folder))
