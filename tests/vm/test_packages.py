# SPDX-License-Identifier: GPL-2.0-or-later
"""make dist, make deb, make rpm: what is in them, and that crash finds what they install."""

import email.utils
import functools
import os
import re
import subprocess
import tarfile

import pytest

import apt
import crashes
import crashrun

# Of crashes.py: packages for each.
CRASHES = ["host", "9", "9-arm64"]
VERSION = re.search(r'"(.*)"', (crashrun.ROOT / "include/zmemcg/version.h").read_text())[1]


def said(*command, **options):
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, **options).stdout


def squeezed(text):
    """Without what a change of form changes."""
    return re.sub(r"[\s*`]", "", text)


def only(folder, pattern):
    path, = folder.glob(pattern)
    return path


def elf_machine(path):
    return re.search(r"Machine: +(.*)", said("readelf", "-h", path))[1]


def next_major(version):
    return int(version.split(".")[0]) + 1


class Packages:
    """The packages for one crash, in a folder of their own, each unpacked."""

    def __init__(self, folder, crash):
        self.crash = crash
        self.folder = folder / "build"
        # The installed crash is found without a word; another has to be named.
        variables = [*crash.variables, f"CRASH_VERSION={crash.version}"] if crash.variables else []
        said("make", "-s", "deb", "rpm", f"BUILD={self.folder}", *variables, cwd=crashrun.ROOT)
        self.tarball = self.folder / f"zmemcg-{VERSION}.tar.gz"
        self.deb = only(self.folder, "crash-zmemcg_*.deb")
        self.rpm = only(self.folder, "crash-zmemcg-*.rpm")
        self.roots = {"deb": folder / "deb-root", "rpm": folder / "rpm-root"}
        said("dpkg-deb", "-x", self.deb, self.roots["deb"])
        self.roots["rpm"].mkdir()
        said("sh", "-c", 'rpm2cpio "$1" | cpio --quiet -id', "sh", self.rpm, cwd=self.roots["rpm"])

    def field(self, name):
        return said("dpkg-deb", "-f", self.deb, name).strip()

    def rpm_says(self, *query):
        return said("rpm", "-qp", *query, self.rpm, env={**os.environ, "HOME": str(self.folder)}).splitlines()


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """For a crash, by its name."""
    @functools.cache
    def made(name):
        try:
            return Packages(tmp_path_factory.mktemp(f"crash-{name}"), crashes.ready(name))
        except apt.Missing as reason:
            pytest.skip(f"crash {name}: {reason}")
    return made


def over_usr(root):
    """Begins a command line that runs with a package's files in /usr: there alone, the machine stays as it is."""
    scratch = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"]), "sh", "-c",
               f'mount -t overlay overlay -o lowerdir={root}/usr:/usr /usr && exec "$@"', "sh"]
    if subprocess.run([*scratch, "true"], stderr=subprocess.DEVNULL).returncode:
        pytest.skip("this machine does not let its user mount anything, not even in a namespace")
    return scratch


def test_the_tarball_has_what_git_knows(packages):
    if not (crashrun.ROOT / ".git").exists():
        pytest.skip("no git here")
    with tarfile.open(packages("host").tarball) as files:
        names = {member.name.removeprefix(f"zmemcg-{VERSION}/") for member in files if not member.isdir()}
    assert names == set(said("git", "ls-files", cwd=crashrun.ROOT).splitlines())


def test_the_tarball_builds_and_packs_itself(packages, tmp_path):
    """Another place, without git, after a build: the same bytes."""
    said("tar", "-xf", packages("host").tarball, cwd=tmp_path)
    tree = tmp_path / f"zmemcg-{VERSION}"
    said("make", "-s", "all", "man", "dist", cwd=tree)
    assert (tree / "build/zmemcg.so").exists()
    assert (tree / f"build/zmemcg-{VERSION}.tar.gz").read_bytes() == packages("host").tarball.read_bytes()


def replace_once(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("file,old,new", [
    ("CHANGELOG.md", f"\n## {VERSION}", "\n## 0.1"),
    ("CHANGELOG.md", f"\n## {VERSION}", f"\n## Next\n\n- One more.\n\n## {VERSION}"),
    ("packaging/zmemcg.spec", f"\nVersion:\t{VERSION}\n", "\nVersion:\t0.1\n")])
def test_there_is_no_tarball_of_two_versions(packages, tmp_path, file, old, new):
    said("tar", "-xf", packages("host").tarball, cwd=tmp_path)
    tree = tmp_path / f"zmemcg-{VERSION}"
    replace_once(tree / file, old, new)
    refused = subprocess.run(["make", "-s", "dist"], cwd=tree, text=True, stderr=subprocess.PIPE)
    assert refused.returncode
    assert refused.stderr.startswith(f"{file} has another version")
    assert not (tree / "build" / packages("host").tarball.name).exists()


def test_what_is_not_released_has_a_version_between_the_releases(packages, tmp_path):
    said("tar", "-xf", packages("host").tarball, cwd=tmp_path)
    tree = tmp_path / f"zmemcg-{VERSION}"
    major, minor = VERSION.split("~")[0].split(".")
    following = f"{major}.{int(minor) + 1}"
    coming = f"{following}~next"
    replace_once(tree / "include/zmemcg/version.h", f'"{VERSION}"', f'"{coming}"')
    replace_once(tree / "packaging/zmemcg.spec", f"\nVersion:\t{VERSION}\n", f"\nVersion:\t{coming}\n")
    replace_once(tree / "CHANGELOG.md", "# Changelog\n", f"# Changelog\n\n## {coming}\n\n- One more.\n")
    os.utime(tree / "CHANGELOG.md", (86400, 86400))
    said("make", "-s", "dist", cwd=tree)
    assert (tree / f"build/zmemcg-{coming}.tar.gz").exists()
    entries = said("packaging/changelog", ".", cwd=tree)
    maintainer = packages("host").field("Maintainer")
    assert entries.startswith(f"crash-zmemcg ({coming}) unstable; urgency=medium\n\n  * One more.\n\n"
                              f" -- {maintainer}  Fri, 02 Jan 1970 00:00:00 +0000\n\ncrash-zmemcg ({VERSION}) ")
    for older, newer in (VERSION, coming), (coming, following):
        said("dpkg", "--compare-versions", older, "lt", newer)
        assert said("rpm", "--eval", f"%{{lua:print(rpm.vercmp('{older}', '{newer}'))}}").strip() == "-1"


@pytest.mark.parametrize("kind", ["deb", "rpm"])
def test_a_document_has_its_pictures_beside_it(packages, kind):
    folder = only(packages("host").roots[kind] / "usr/share/doc", "*")
    pictures = re.findall(r"!\[.*?\]\((.*?)\)", (crashrun.ROOT / "docs" / "reports.md").read_text())
    assert pictures and list(folder.glob("reports.md*"))
    assert {path.name for path in folder.iterdir()} >= set(pictures)


@pytest.mark.parametrize("crash", CRASHES)
def test_lintian_has_nothing_to_say(packages, crash):
    changes = only(packages(crash).folder, "*.changes")
    assert said("lintian", "--allow-root", "--display-level", ">=warning", changes, stderr=subprocess.STDOUT) == ""


def test_the_packages_have_the_version_of_the_help_text(packages):
    made = packages("host")
    assert made.field("Version") == VERSION
    assert made.rpm_says("--qf", "%{VERSION}\n") == [VERSION]
    changelog = said("zcat", made.roots["deb"] / "usr/share/doc/crash-zmemcg/changelog.gz")
    assert changelog.startswith(f"crash-zmemcg ({VERSION}) ")
    changes = (crashrun.ROOT / "CHANGELOG.md").read_text()
    released = re.findall(r"^## (\S+) \((\S+)\)$", changes, re.M)
    signed = re.findall(r"^crash-zmemcg \((\S+)\).*?^ -- .*?>  (.*?)$", changelog, re.M | re.S)
    assert released
    assert set(released) <= {(version, f"{email.utils.parsedate_to_datetime(date):%F}") for version, date in signed}
    items = re.findall(r"^- (.+)", changes, re.M)
    assert items
    for item in items:
        assert squeezed(re.sub(r" \(\[.*?\]\(.*?\)\)", "", item)) in squeezed(changelog)


@pytest.mark.parametrize("crash", CRASHES)
def test_the_packages_are_for_the_machine_that_the_compiler_builds_for(packages, crash):
    made = packages(crash)
    architecture, processor, elf = {"amd64": ("amd64", "x86_64", "Advanced Micro Devices X86-64"),
                                    "arm64": ("arm64", "aarch64", "AArch64")}[made.crash.architecture.name]
    assert made.field("Architecture") == architecture
    assert made.rpm_says("--qf", "%{ARCH}\n") == [processor]
    assert [elf_machine(only(root, "usr/lib*/crash/extensions/zmemcg.so")) for root in made.roots.values()] == [elf, elf]


@pytest.mark.parametrize("crash", CRASHES)
def test_the_packages_ask_for_the_crash_that_they_were_built_for(packages, crash):
    made = packages(crash)
    version = made.crash.version
    assert made.field("Depends").startswith(f"crash (>= {version}), crash (<< {next_major(version)}~), ")
    assert {f"crash >= {version}", f"crash < {next_major(version)}"} <= set(made.rpm_says("--requires"))


def test_apt_takes_the_package_for_the_installed_crash_alone(packages):
    command = ["apt-get", "install", "--simulate", "--no-install-recommends"]
    assert re.findall(r"^Inst (\S+)", said(*command, packages("host").deb), re.M) == ["crash-zmemcg"]
    if next_major(packages("9").crash.version) == next_major(packages("host").crash.version):
        pytest.skip("the installed crash is the other one")
    refused = subprocess.run([*command, packages("9").deb], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert refused.returncode
    assert "crash-zmemcg : Depends: crash (" in refused.stdout


@pytest.mark.parametrize("crash", [crash for crash in CRASHES if crash != "host"])
def test_apt_takes_the_package_in_the_release_of_its_crash(packages, crash):
    """On a machine of the package's kind, on which nothing is installed."""
    plan = said("apt-get", *apt.options(crashes.by_name(crash).suite), "install", "--simulate",
                "--no-install-recommends", packages(crash).deb)
    assert {"crash", "crash-zmemcg"} <= set(re.findall(r"^Inst (\S+)", plan, re.M))


@pytest.mark.parametrize("crash,kind,place", [
    ("host", "deb", "/usr/lib/crash/extensions"), ("host", "rpm", "/usr/lib64/crash/extensions"),
    ("9", "deb", "/usr/lib/crash/extensions")])
def test_crash_finds_what_the_package_installs(packages, boot61, tmp_path, crash, kind, place):
    """From an empty folder, and by the name alone."""
    made = packages(crash)
    command = [*over_usr(made.roots[kind]), "env", "-C", tmp_path, *made.crash.command]
    session = crashrun.run(boot61.vmlinux, boot61.formats["zlib"], ["extend", "help zmemcg", "zmemcg -n 1"],
                           crash=command, extension="zmemcg.so")
    assert re.search(rf"^{place}/zmemcg.so\s+zmemcg\s*$", session.outputs[0], re.M)
    assert f"VERSION\n  {VERSION}\n" in session.outputs[1]
    assert session.outputs[2].startswith("MEMCG")


@pytest.mark.parametrize("kind", ["deb", "rpm"])
def test_man_finds_the_manual_page_and_has_nothing_to_say(packages, kind):
    here = over_usr(packages("host").roots[kind])
    place = said(*here, "man", "-w", "8", "zmemcg").strip()
    assert place.startswith("/usr/share/man/man8/zmemcg.8")
    shown = subprocess.run([*here, "man", "--warnings", "-E", "UTF-8", "-l", place], check=True, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "MANWIDTH": "80"})
    assert shown.stderr == ""
    assert f"zmemcg {VERSION}" in shown.stdout


def test_an_object_serves_newer_crashes_and_no_older_ones(boot61):
    """What the dependency says: crash's tables grow at their ends, as long as the major version lasts at least."""
    try:
        older, newer = crashes.ready("host"), crashes.ready("9")
    except apt.Missing as reason:
        pytest.skip(str(reason))
    if older.version == newer.version:
        pytest.skip("there is one crash only")
    dump = boot61.formats["zlib"]
    commands = ["zmemcg", "zmemcg -f -u", "zmemcg -w", "zmemcg -s -S", "zmemcg -k", "zmemcg -L"]
    own = newer.run(boot61, dump, commands)
    assert newer.run(boot61, dump, commands, extension=older.extension).outputs == own.outputs
    declined = older.run(boot61, dump, commands[:1], extension=newer.extension)
    assert "zmemcg was built for another version of crash" in declined.stdout
