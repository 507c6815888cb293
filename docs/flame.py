#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Draws folded stacks as a flame graph, where the names of cgroups that differ in numbers and ids alone are one.

    zmemcg -p -o folded > pages         (in crash)
    flame.py < pages > pages.svg
"""

import dataclasses
import html
import re
import sys
import zlib

WIDTH, ROW, GAP = 1000, 18, 1
CHARACTER = 6.7         # of the font, in pixels
NARROWEST = 0.5         # a frame of less is left out
HEADING = 30

# What makes a cgroup's name another one each time, the most telling first.
INSTANCES = [
    (re.compile(r"@.+(?=\.\w+$)"), "@*"),
    (re.compile(r"[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{12,}"), "*"),
    (re.compile(r"(?<=session-)c?\d+|\d+(?=\.\w+$)|^\d+$"), "*"),
]

# The grey can be read on light pages and on dark ones.
HEAD = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">
<style>text {{ font: 11px monospace; fill: #1b1b1b }} .said {{ fill: #768390 }}</style>
<text class="said" x="0" y="14">{said}</text>
"""


@dataclasses.dataclass
class Frame:
    name: str
    count: int = 0
    is_file: bool = False
    above: dict = dataclasses.field(default_factory=dict)

    def child(self, name, is_file):
        return self.above.setdefault((name, is_file), Frame(name, 0, is_file))

    @property
    def height(self):
        return 1 + max((frame.height for frame in self.above.values()), default=0)


def template(name):
    for pattern, replacement in INSTANCES:
        name = pattern.sub(replacement, name)
    return name


def read(lines):
    """The tree of lines "slice;unit;file count"."""
    root = Frame("all")
    for line in lines:
        stack, _, count = line.rstrip("\n").rpartition(" ")
        *cgroups, file = stack.split(";")
        frame = root
        frame.count += int(count)
        for name in cgroups:
            frame = frame.child(template(name), False)
            frame.count += int(count)
        frame.child(file, True).count += int(count)
    return root


def colour(frame):
    """Brown for cgroups, blue for files; the same name always has the same."""
    shade = zlib.crc32(frame.name.encode()) % 24
    return f"hsl({200 + shade},60%,{72 + shade % 5}%)" if frame.is_file else f"hsl({22 + shade},85%,{66 + shade % 5}%)"


def label(frame, width):
    """As much of the name as has room: of a path its end."""
    room = int((width - 4) / CHARACTER)
    if len(frame.name) <= room:
        return frame.name
    if room < 4:
        return ""
    return "…" + frame.name[1 - room:] if frame.is_file else frame.name[:room - 1] + "…"


def draw(frame, left, level, scale, bottom):
    """The frame and what stands on it, most first."""
    width, top = frame.count * scale, bottom - level * ROW
    if width < NARROWEST:
        return
    yield (f'<g><title>{html.escape(frame.name)}: {frame.count}</title>'
           f'<rect x="{left:.1f}" y="{top}" width="{max(width - GAP, GAP / 2):.1f}" height="{ROW - GAP}" rx="1" '
           f'fill="{colour(frame)}"/>')
    if text := label(frame, width):
        yield f'<text x="{left + 2:.1f}" y="{top + 12}">{html.escape(text)}</text>'
    yield "</g>\n"
    for above in sorted(frame.above.values(), key=lambda frame: (-frame.count, frame.name)):
        yield from draw(above, left, level + 1, scale, bottom)
        left += above.count * scale


def main():
    root = read(sys.stdin)
    height = HEADING + root.height * ROW
    said = f"{root.count} pages that hold removed memory cgroups, by cgroup (brown) and file (blue)"
    sys.stdout.write(HEAD.format(width=WIDTH, height=height, said=said))
    sys.stdout.writelines(draw(root, 0, 1, WIDTH / max(root.count, 1), height))
    sys.stdout.write("</svg>\n")


if __name__ == "__main__":
    main()
