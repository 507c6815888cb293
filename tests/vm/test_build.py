# SPDX-License-Identifier: GPL-2.0-or-later
"""Other ways to build: inside crash's own tree, and for a crash that is not the one that runs."""

import os
import re
import shutil
import subprocess

import crashrun

HEADER = "/usr/include/crash/defs.h"


def test_builds_inside_a_crash_tree(tmp_path, boot61):
    """As "make extensions" does: in the folder extensions, with the .mk beside the .c, defs.h linked in."""
    for folder in ("extensions", "include"):
        shutil.copytree(crashrun.ROOT / folder, tmp_path / folder)
    place = tmp_path / "extensions"
    shutil.copy(HEADER, place)
    subprocess.run(["make", "-f", "zmemcg.mk"], cwd=place, check=True, stdout=subprocess.DEVNULL)
    session = crashrun.run(boot61.vmlinux, boot61.formats["zlib"], ["zmemcg -n 1"], extension=place / "zmemcg.so")
    assert session.outputs[0].startswith("MEMCG")
    subprocess.run(["make", "-f", "zmemcg.mk", "clean"], cwd=place, check=True, stdout=subprocess.DEVNULL)
    assert not (place / "zmemcg.so").exists()


def machine_of(path):
    header = subprocess.run(["readelf", "-h", path], check=True, text=True, stdout=subprocess.PIPE).stdout
    return re.search(r"Machine: +(.*)", header)[1]


def test_another_compiler_header_or_flag_makes_the_objects_anew(tmp_path):
    """And the same ones don't. On an extension of one line, which takes no time."""
    def made(*variables):
        subprocess.run(["make", "-s", "-f", "extensions/zmemcg.mk", f"BUILD={tmp_path}", f"CRASH_INC={header.parent}",
                        *variables], cwd=tmp_path, check=True)
        return (tmp_path / "zmemcg.obj/zmemcg.o").stat().st_mtime_ns

    (tmp_path / "extensions").mkdir()
    shutil.copy(crashrun.ROOT / "extensions/zmemcg.mk", tmp_path / "extensions")
    (tmp_path / "extensions/zmemcg.c").write_text("#include <defs.h>\nconst char text[] = TEXT;\n")
    header, other = (tmp_path / f"{name}/defs.h" for name in ("crash", "other-crash"))
    for path in header, other:
        path.parent.mkdir()
        path.write_text('#define TEXT "before"\n')
    first = made()
    assert made() == first
    native = machine_of(tmp_path / "zmemcg.so")
    cross = made("CC=aarch64-linux-gnu-gcc")
    assert machine_of(tmp_path / "zmemcg.so") == "AArch64" != native
    assert made("CC=aarch64-linux-gnu-gcc") == cross
    again = made()
    assert machine_of(tmp_path / "zmemcg.so") == native
    optimised = made("CFLAGS=-O1")
    assert optimised > again
    header.write_text('#define TEXT "after"\n')
    os.utime(header, (0, 0))        # as packages have it, whose files are older than what was built
    changed = made("CFLAGS=-O1")
    assert changed > optimised
    assert b"after" in (tmp_path / "zmemcg.so").read_bytes()
    header = other
    assert made("CFLAGS=-O1") > changed
    assert b"before" in (tmp_path / "zmemcg.so").read_bytes()


def test_exports_nothing_and_needs_libc_alone():
    symbols = subprocess.run(["nm", "-D", "--defined-only", crashrun.EXTENSION], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    assert not symbols.strip()
    needed = subprocess.run(["readelf", "-d", crashrun.EXTENSION], check=True, text=True, stdout=subprocess.PIPE).stdout
    assert re.findall(r"NEEDED.*\[(.*)\]", needed) == ["libc.so.6"]


def test_declines_to_load_into_another_crash(tmp_path, boot61):
    """Built with a header in which a structure is larger than that of the crash that runs."""
    text = open(HEADER, errors="surrogateescape").read()
    grown, changes = re.subn(r"(struct program_context \{)", r"\1\n\tlong one_more;", text, count=1)
    assert changes == 1
    (tmp_path / "defs.h").write_text(grown, errors="surrogateescape")
    subprocess.run(["make", "-s", f"CRASH_INC={tmp_path}", f"BUILD={tmp_path / 'build'}"], cwd=crashrun.ROOT, check=True)
    session = crashrun.run(boot61.vmlinux, boot61.formats["zlib"], ["zmemcg", "sys"],
                           extension=tmp_path / "build/zmemcg.so")
    assert re.search(r"zmemcg was built for another version of crash than \S+: build it again", session.stdout)
    assert "command not found" in session.stdout
    assert "KERNEL" in session.outputs[1]       # the session goes on


def test_the_manual_page_is_the_help_text(tmp_path, crash):
    subprocess.run(["make", "-s", "man", f"BUILD={tmp_path}"], cwd=crashrun.ROOT, check=True)
    page = (tmp_path / "zmemcg.8").read_text()
    lines = {re.sub(r"^\\&", "", line).replace("\\-", "-").replace("\\(aq", "'").replace("\\e", "\\").strip()
             .removeprefix(".SH ") for line in page.splitlines()}
    described = crash("help zmemcg").partition("DESCRIPTION\n")[2]
    assert len(described.splitlines()) > 100
    assert {line.strip() for line in described.splitlines()} <= lines | {""}


def test_one_version_everywhere(crash):
    version = re.search(r'"(.*)"', (crashrun.ROOT / "include/zmemcg/version.h").read_text())[1]
    assert re.search(r"^## (\S+)", (crashrun.ROOT / "CHANGELOG.md").read_text(), re.M)[1] == version
    assert f"VERSION\n  {version}\n" in crash("help zmemcg")


def test_installs_the_extension_and_its_manual_page(tmp_path):
    subprocess.run(["make", "-s", "install", f"DESTDIR={tmp_path}"], cwd=crashrun.ROOT, check=True)
    assert sorted(path.name for path in tmp_path.rglob("*.*") if path.is_file()) == ["zmemcg.8", "zmemcg.so"]
