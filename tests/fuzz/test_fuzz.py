# SPDX-License-Identifier: GPL-2.0-or-later
"""The reports over damaged images: the part of tests/fuzz that each test run has."""

import subprocess

import pytest

import images           # first: it says where the modules of tests/vm are
import kernels

# One before and one with folios, one whose pages leave; so many cases of each take about 20 s of one core.
MACHINES = ["5.10-v1", "6.1", "7"]
CASES = 80
LIVE_CASES = 20


@pytest.fixture(scope="module", params=MACHINES)
def image(request):
    images.build()
    try:
        return images.image(request.param)
    except kernels.Missing as reason:
        pytest.skip(f"{request.param}: {reason}")


def harness(image, *words):
    return subprocess.run([images.HARNESS, image, *map(str, words)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


def test_the_harness_shows_what_crash_shows(image):
    """Undamaged, by every report: what is said of the damaged ones is said of the real command."""
    done = harness(image)
    assert done.returncode == 0, done.stdout


def test_a_memory_map_without_sections(image):
    """FLATMEM, as 32-bit and small machines have it: the same struct pages, one array of a node. The reports are the same."""
    done = harness(image, "--flat")
    assert done.returncode == 0, done.stdout


def test_what_was_found_once(image):
    done = harness(image, "--found")
    assert done.returncode == 0, done.stdout


def first_case(image):
    return images.first_case(image.name.rpartition("-")[0])


def test_damaged(image):
    done = harness(image, first_case(image), CASES)
    assert done.returncode == 0, done.stdout
    assert f"{CASES} cases" in done.stdout


def test_damaged_while_it_runs(image):
    done = harness(image, "--live", first_case(image), LIVE_CASES)
    assert done.returncode == 0, done.stdout
    assert f"{LIVE_CASES} cases" in done.stdout
