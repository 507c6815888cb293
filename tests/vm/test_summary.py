# SPDX-License-Identifier: GPL-2.0-or-later
"""The diagnosis: its counts are those of the other reports, and each zombie has one way to be freed."""

import json

import pytest

import crashes
import crashrun
from conftest import boot_of
from test_references import BOOTS

FREEING = ["dropping caches frees", "truncating files frees", "swapoff frees", "closing descriptors frees",
           "ending tasks frees", "unmounting frees", "waiting frees", "several of these together free",
           "about to go", "a reboot frees"]
