# SPDX-License-Identifier: GPL-2.0-or-later
"""Other ways to build: inside crash's own tree, and for a crash that is not the one that runs."""

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
    assert re.search(r"^## (\d\S*)", (crashrun.ROOT / "CHANGELOG.md").read_text(), re.M)[1] == version
    assert f"VERSION\n  {version}\n" in crash("help zmemcg")


def test_installs_the_extension_and_its_manual_page(tmp_path):
    subprocess.run(["make", "-s", "install", f"DESTDIR={tmp_path}"], cwd=crashrun.ROOT, check=True)
    assert sorted(path.name for path in tmp_path.rglob("*.*") if path.is_file()) == ["zmemcg.8", "zmemcg.so"]
