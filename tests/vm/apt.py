# SPDX-License-Identifier: GPL-2.0-or-later
"""
Packages of any Debian release: asked from apt, downloaded, unpacked, not installed.
A suite is "trixie", or "trixie:arm64" for the packages of another architecture.

apt gets folders of its own for each suite, under the cache. Mirror and keyring are those
that the machine's configuration names for its own release: a machine with a mirror of its
own uses it, and what comes from there is verified as always.
"""

import dataclasses
import fnmatch
import functools
import os
import pathlib
import re
import subprocess
import tarfile
import time

import cache

CONFIGURATION = pathlib.Path("/etc/apt")
LISTS_LAST = 86400      # seconds until a suite's lists are asked for again


class Missing(Exception):
    """A mirror no longer has this, or it can't be reached: the cell is skipped by name."""


def run(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "LC_ALL": "C"}, **options).stdout


def reason(failed):
    """Why apt failed: its first complaint, the others follow from it."""
    return (failed.stderr.strip().splitlines() or ["it does not say why"])[0]


@dataclasses.dataclass(frozen=True)
class Source:
    uri: str
    suites: tuple
    signed_by: str      # a keyring's path; empty: whatever the machine trusts


def deb822_sources(text):
    """The paragraphs of a *.sources file; a line that begins with a blank continues the field."""
    for paragraph in re.split(r"\n\s*\n", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)):
        fields = {key.lower(): value.split() for key, value in
                  re.findall(r"^([\w-]+):(.*(?:\n[ \t].*)*)", paragraph, re.MULTILINE)}
        if "deb" not in fields.get("types", []) or fields.get("enabled") == ["no"]:
            continue
        keyring = fields.get("signed-by", [])
        for uri in fields["uris"]:
            yield Source(uri, tuple(fields["suites"]), keyring[0] if len(keyring) == 1 else "")


def one_line_sources(text):
    for options, uri, suite in re.findall(r"^\s*deb\s+(?:\[(.*?)\]\s+)?(\S+)\s+(\S+)", text, re.MULTILINE):
        keyring = re.search(r"signed-by=(\S+)", options)
        yield Source(uri, (suite,), keyring[1] if keyring else "")


@functools.cache
def machine_sources():
    found = []
    for path in [CONFIGURATION / "sources.list", *sorted((CONFIGURATION / "sources.list.d").glob("*"))]:
        if path.suffix == ".sources":
            found += deb822_sources(path.read_text())
        elif path.suffix == ".list" and path.exists():
            found += one_line_sources(path.read_text())
    return found


def source_for(suite):
    """Where the machine has its own release from, or the security fixes of it."""
    release = re.search(r"^VERSION_CODENAME=(.*)", pathlib.Path("/etc/os-release").read_text(), re.MULTILINE)
    own = (release[1] if release else "") + ("-security" if suite.endswith("-security") else "")
    for source in machine_sources():
        if own in source.suites:
            return source
    raise Missing(f"{suite}: the machine's apt names no mirror of {own}")


def options_of(folder, architecture):
    """What keeps apt inside a folder; where an architecture is named, it takes the machine for one of that."""
    return ["-oAPT::Sandbox::User=",
            *(f"-oAPT::{name}={architecture}" for name in ("Architecture", "Architectures") if architecture),
            *(f"-oDir::{name}={folder / place}" for name, place in {
                "Etc::SourceList": "sources.list", "Etc::SourceParts": "none",
                "Etc::Preferences": "none", "Etc::PreferencesParts": "none",
                "State": "state", "State::status": "status",
                "Cache": "cache", "Cache::pkgcache": "pkgcache.bin", "Cache::srcpkgcache": "srcpkgcache.bin"}.items())]


def split(suite):
    """The release, and the architecture or "": this machine's."""
    release, _, architecture = suite.partition(":")
    return release, architecture


def update(folder, suite):
    """Asks for a suite's lists, when those that are there are old; a mirror that does not answer leaves them."""
    stamp = folder / "updated"
    if stamp.exists() and time.time() - stamp.stat().st_mtime < LISTS_LAST:
        return
    release, architecture = split(suite)
    source = source_for(release)
    for place in ("state/lists/partial", "cache/archives/partial"):
        (folder / place).mkdir(parents=True, exist_ok=True)
    (folder / "status").touch()         # nothing is installed
    signed = f"[signed-by={source.signed_by}] " if source.signed_by else ""
    (folder / "sources.list").write_text(f"deb {signed}{source.uri} {release} main\n")
    try:
        run("apt-get", "-qq", "--error-on=any", *options_of(folder, architecture), "update")
    except subprocess.CalledProcessError as failed:
        if not stamp.exists():
            raise Missing(f"no lists of {suite}: {reason(failed)}") from None
    stamp.touch()


@functools.cache
def options(suite):
    """apt's options for a suite, with its lists in place."""
    folder = cache.folder() / "apt" / suite
    folder.mkdir(parents=True, exist_ok=True)
    with cache.alone(f"apt-{suite}"):
        update(folder, suite)
    return tuple(options_of(folder, split(suite)[1]))


@functools.cache
def version(suite, package):
    found = re.search(r"Candidate: (\S+)", run("apt-cache", *options(suite), "policy", package))
    if not found or found[1] == "(none)":
        raise Missing(f"no {package} in {suite}")
    return found[1]


@functools.cache
def depends(suite, package):
    """The packages that a package names as its needs; of alternatives all."""
    lines = run("apt-cache", *options(suite), "depends", "--important", package)
    return re.findall(r"^ [ |](?:Pre)?Depends: ([^<\s]\S*)", lines, re.MULTILINE)


def closure(suite, package, wanted):
    """A package and those that it needs, and that those need: as far as wanted(name) says."""
    found = [package]
    for name in found:                  # grows on the way
        version(suite, name)            # or it is missing
        found += [need for need in depends(suite, name) if wanted(need) and need not in found]
    return found


def unpack(suite, package, folder, patterns):
    """A package's files whose paths match one of the patterns."""
    wanted = f"{package}={version(suite, package)}"
    try:
        run("apt-get", "-qq", *options(suite), "download", wanted, cwd=folder)
    except subprocess.CalledProcessError as failed:
        raise Missing(f"{wanted} can't be downloaded: {reason(failed)}") from None
    deb = next(folder.glob("*.deb"))
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE) as unpacker:
        with tarfile.open(fileobj=unpacker.stdout, mode="r|") as files:
            for file in files:
                if not file.isdir() and any(fnmatch.fnmatch(file.name, pattern) for pattern in patterns):
                    files.extract(file, folder)
    deb.unlink()


def unpacked(name, suite, packages, patterns):
    """One folder with what the packages' files match, kept under the name."""
    def make(folder):
        for package in packages:
            unpack(suite, package, folder, patterns)
    versions = [f"{package}={version(suite, package)}" for package in packages]
    return cache.made("packages", name, cache.key_of(*versions, *patterns), make)
