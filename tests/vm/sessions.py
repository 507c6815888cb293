# SPDX-License-Identifier: GPL-2.0-or-later
"""The sessions that README.md and the help text show, written anew from a dump: vm.py sessions."""

import crashes
import crashrun

README = crashrun.ROOT / "README.md"
HELP = crashrun.ROOT / "extensions/zmemcg/help.c"


def indented(line):
    return f"    {line}"


def quoted(line):
    text = line.replace("\\", "\\\\").replace('"', '\\"')
    return f'"    {text}",'


# Each with what a line of output looks like there, and a command.
DOCUMENTS = [(README, indented, indented("crash> ")), (HELP, quoted, '"    %s> ')]


def commands_of(lines, prompt):
    return [line.removeprefix(prompt).removesuffix('",') for line in lines if line.startswith(prompt + "zmemcg")]


def rewritten(lines, shown, prompt, outputs):
    """A session ends with the next command, or where its output does: a line that has another beginning."""
    begins = prompt[:prompt.index("    ") + 4]
    inside = False
    for line in lines:
        if inside and line.startswith(begins) and not line.startswith(prompt):
            continue
        inside = line.startswith(prompt + "zmemcg")
        yield line
        if inside:
            yield from map(shown, next(outputs).splitlines())


def write(boot):
    crash = crashes.ready(crashes.for_kernel(boot.kernel)[0].name)
    for document, shown, prompt in DOCUMENTS:
        lines = document.read_text().splitlines()
        outputs = crash.run(boot, boot.formats["zlib"], commands_of(lines, prompt)).outputs
        document.write_text("\n".join(rewritten(lines, shown, prompt, iter(outputs))) + "\n")
