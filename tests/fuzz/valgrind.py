# SPDX-License-Identifier: GPL-2.0-or-later
"""
The whole extension under valgrind, in the real crash. What crash and gdb do by themselves is none of ours: memory that is lost
counts where ours allocated it, anything else where ours is among the callers.
"""

import collections
import pathlib
import tempfile
import xml.etree.ElementTree as xml

import images           # first: it says where the modules of tests/vm are
import boots
import crashes

MACHINE = "6.1"
# What lies between the code at fault and the one that called it.
BETWEEN = ("libc.so", "vgpreload", "libm.so", "libgcc", "ld-linux")


def searches_vmcoreinfo(error):
    """
    crash searches its copy of vmcoreinfo by strstr(), and does not end it with a zero (diskdump.c 8.0.2 vmcoreinfo_read_string()): for a
    name that is not there it reads a byte behind it, whoever asks.
    """
    functions = [frame.findtext("fn") for frame in error.find("stack").findall("frame")]
    return error.findtext("kind") == "InvalidRead" and functions[:3:2] == ["strstr", "find_number"]


def ours(error):
    if searches_vmcoreinfo(error):
        return False
    objects = [frame.findtext("obj") or "" for frame in error.find("stack").findall("frame")]
    callers = [place for place in objects if not any(name in place for name in BETWEEN)]
    if error.findtext("kind").startswith("Leak_"):
        callers = callers[:1]
    return any(place.endswith("zmemcg.so") for place in callers)


def describe(error):
    lines = [error.findtext("what") or error.findtext("xwhat/text") or ""]
    for frame in error.find("stack").findall("frame")[:12]:
        lines.append(f"    {frame.findtext('fn')} ({frame.findtext('file')}:{frame.findtext('line')})")
    return "\n".join(lines)


def run():
    """Every report, in one session. The errors that are ours, described; prints the figures."""
    boot, crash = boots.boot(MACHINE), crashes.ready("host")
    commands, dump = images.commands_of(boot), boot.formats["zlib"]
    with tempfile.TemporaryDirectory(prefix="zmemcg-valgrind-") as folder:
        report = pathlib.Path(folder) / "report.xml"
        session = crash.run(boot, dump, commands, seconds=3600, crash=[
            "valgrind", "--quiet", "--xml=yes", f"--xml-file={report}", "--num-callers=40", "--leak-check=full",
            "--child-silent-after-fork=yes", "--keep-debuginfo=yes", *crash.command_for(boot.kernel, dump)])
        errors = xml.parse(report).getroot().findall("error")
    if not all(session.outputs):
        raise RuntimeError(f"valgrind: a report is empty\n{session.stderr[-2000:]}")
    found = [describe(error) for error in errors if ours(error)]
    kinds = collections.Counter(error.findtext("kind") for error in errors)
    print(f"valgrind: {len(commands)} reports, {len(found)} errors of ours; of crash and gdb {sum(kinds.values()) - len(found)}: "
          + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    return found
