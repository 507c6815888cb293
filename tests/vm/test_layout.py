# SPDX-License-Identifier: GPL-2.0-or-later
"""zmemcg -L: each kernel has what the reports need, and what it says is the kernel to who has not got it."""

import json
import subprocess

import pytest

import apt
import crashes
import crashrun
import layouts
from conftest import boot_of

REPORTS = {"list", "-p", "-f", "-f -u", "-g", "-k", "-w", "-s"}


@pytest.fixture(scope="module", params=layouts.MACHINES)
def boot(request, extension):
    return boot_of(request.param)


@pytest.fixture(scope="module")
def said(boot):
    try:
        return layouts.asked(boot)
    except apt.Missing as reason:
        pytest.skip(str(reason))


def test_every_report_has_what_it_needs(said):
    allowed = {key.removeprefix("report "): value for key, value in layouts.pairs(said).items()
               if key.startswith("report ")}
    assert REPORTS <= allowed.keys()
    assert set(allowed.values()) == {"yes"}


def test_no_key_comes_twice(said):
    assert len(layouts.pairs(said)) == len(said.splitlines())


def test_fed_to_the_unit_test_it_is_the_same_layout(said, tmp_path):
    """The unit test resolves a layout from the file, and prints what it asked for and what it made of that."""
    subprocess.run(["make", "-s", "-C", "tests/unit", "../../build/unit/test_layout"], cwd=crashrun.ROOT, check=True)
    (tmp_path / "layout").write_text(said)
    again = subprocess.run([crashrun.ROOT / "build/unit/test_layout", tmp_path / "layout"], text=True,
                           stdout=subprocess.PIPE)
    assert again.returncode == 0
    own = [line for line in said.splitlines()
           if not line.startswith(("release: ", "machine: ", "page size: ", "report "))]
    assert again.stdout.splitlines() == own


def test_what_ran_before_does_not_show():
    boot = boot_of("6.1")
    crash = crashes.ready(crashes.for_kernel(boot.kernel)[-1].name)
    assert crash.run(boot, boot.formats["zlib"], ["zmemcg -f -u", "zmemcg -L"]).outputs[1] == layouts.asked(boot)


def test_the_copy_in_docs_is_what_it_says(boot, said):
    changed = layouts.changed(boot.kernel, said)
    if changed is None:
        pytest.skip("docs has another build")
    assert changed == []


def test_as_json(crash):
    said = json.loads(crash("zmemcg -L -o json"))["summary"]
    assert said == layouts.pairs(crash("zmemcg -L"))
