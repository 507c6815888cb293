# SPDX-License-Identifier: GPL-2.0-or-later
"""The figures as Markdown."""

import os
import subprocess

import measure


def table(heading, rows):
    lines = [heading, ["---"] + ["---:"] * (len(heading) - 1), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def each(results):
    """(machine, format, figures), by the order of the machines."""
    return [(row, name, figures) for row, formats in results.items() for name, figures in formats.items()]


def seconds(results):
    def cells(figures):
        return [f"{figures.median(command):.2f}" for command in [*measure.REPORTS, measure.RAW]]
    heading = ["seconds", "first, CPU", *(f"`{command}`" for command in measure.REPORTS), "raw read"]
    return table(heading, [[f"{row.name} {name}", f"{figures.first.cpu:.2f}", *cells(figures)]
                           for row, name, figures in each(results)])


def struct_pages(results):
    def per_page(figures, command, what="seconds"):
        return f"{figures.median(command, what) * 1e9 / figures.pages:.1f}"

    heading = ["ns per struct page", "millions", "raw read", "`-S -j 1`", "`-S -j 2`", "CPU: raw read", "`-S -j 1`",
               "`-S -j 2`"]
    commands = [measure.RAW, measure.SCAN_1, measure.SCAN_2]
    return table(heading, [[
        f"{row.name} {name}", f"{figures.pages / 1e6:.1f}",
        *(per_page(figures, command) for command in commands),
        *(per_page(figures, command, "cpu") for command in commands),
    ] for row, name, figures in each(results)])


def workers(results):
    """Of the machines whose memory is in use: the fastest of all times, and the median of pairs that ran one after the other."""
    heading = ["ms", "`-S -j 1`, fastest", "`-S -j 2`, fastest", "gain", "gain, median of pairs"]
    return table(heading, [[
        f"{row.name} {name}",
        *(f"{figures.fastest(command) * 1e3:.0f}" for command in (measure.SCAN_1, measure.SCAN_2)),
        f"{figures.gain_of_workers():.2f}", f"{figures.ratio(measure.SCAN_1, measure.SCAN_2):.2f}",
    ] for row, name, figures in each(results) if row.name.endswith("-used")])


def memory(results):
    heading = ["MB", "before", *(f"`{command}`" for command in measure.REPORTS)]
    return table(heading, [[f"{row.name} {name}", f"{figures.before_mb:.0f}",
                            *(f"{figures.peak_mb(command):.0f}" for command in measure.REPORTS)]
                           for row, name, figures in each(results)])


def targets(results):
    """What was promised, and what came of it."""
    found = {f"{row.name} {name}": figures for row, name, figures in each(results)}
    lines = []

    def line(words, value, limit, holds):
        lines.append([words, limit, f"{value:.2f}", "yes" if holds else "**no**"])

    for name in ("zlib", "lzo"):
        large, small = found.get(f"256G {name}"), found.get(f"64G {name}")
        if large:
            took = large.median("zmemcg -f")
            line(f"seconds of `-f`, 256G {name}", took, "2", took < 2)
            ratio = large.ratio(measure.SCAN_1, measure.RAW, "cpu")
            line(f"CPU of `-S -j 1` / raw read, 256G {name}", ratio, "0.5", ratio < 0.5)
        if large and small:
            ratio = large.median("zmemcg -f", "cpu") / small.median("zmemcg -f", "cpu")
            line(f"CPU of `-f`, 256G / 64G {name}", ratio, "1.1", ratio <= 1.1)
        for used in ("16G-used", "64G-used"):
            if figures := found.get(f"{used} {name}"):
                ratio = figures.ratio(measure.SCAN_1, measure.RAW, "cpu")
                line(f"CPU of `-S -j 1` / raw read, {used} {name}", ratio, "1.15", ratio <= 1.15)
        for used in ("16G-used", "64G-used"):
            if figures := found.get(f"{used} {name}"):
                ratio = figures.gain_of_workers()
                line(f"clock of `-S -j 1` / `-S -j 2`, the fastest of each, {used} {name}", ratio, "at least 1.7", ratio >= 1.7)
    return table(["target", "limit", "measured", "holds"], lines)


def crash_version():
    return subprocess.run(["crash", "--version"], stdout=subprocess.PIPE, text=True).stdout.split("\n")[1].split()[1]


def document(results, release, load):
    machines = "".join(f"- {row.name}: {row.words}\n" for row in results)
    return (f"Guests of Linux {release}:\n\n{machines}\n"
            f"crash {crash_version()}, {os.cpu_count()} cores, dumps in the page cache, load {load:.1f} at the start; "
            f"medians of {measure.ROUNDS} rounds.\n\n"
            + "\n".join(part(results) for part in (targets, seconds, struct_pages, workers, memory)))
