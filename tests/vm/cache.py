# SPDX-License-Identifier: GPL-2.0-or-later
"""Things that take long to make, kept outside the tree under a key of what they are made from."""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import shutil
import tempfile
import time


def folder():
    """$ZMEMCG_CACHE, or the machine's cache, or the user's."""
    chosen = os.environ.get("ZMEMCG_CACHE")
    if not chosen:
        machine = pathlib.Path("/var/cache/zmemcg")
        try:
            machine.mkdir(parents=True, exist_ok=True)
            chosen = machine if os.access(machine, os.W_OK) else None
        except OSError:
            pass
    path = pathlib.Path(chosen or pathlib.Path.home() / ".cache/zmemcg")
    path.mkdir(parents=True, exist_ok=True)
    return path


def key_of(*parts):
    """A key of strings and of files' contents."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, pathlib.Path) else str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def alone(name):
    """One process at a time makes what has this name."""
    with open(folder() / f".{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


UNUSED = 3600       # seconds after which nobody is at work with an older key's folder


def last_use(path):
    return path.stat().st_mtime


def keys_of(place, name):
    return sorted(place.glob(f"{name}-" + "?" * 16), key=last_use)


def last(kind, name):
    """What made() made or gave last under this name, whatever its key was; None: nothing."""
    return next(reversed(keys_of(folder() / kind, name)), None)


def made(kind, name, key, make):
    """
    The folder kind/name-key; make(folder) fills it when it is not there yet.
    Older keys of the same name are removed when they were not asked for in the last hour: a test
    run of another tree may be at work with them.
    """
    place = folder() / kind
    done = place / f"{name}-{key}"
    place.mkdir(parents=True, exist_ok=True)
    with alone(f"{kind}-{name}"):
        if done.exists():
            os.utime(done)
            return done
        scratch = pathlib.Path(tempfile.mkdtemp(prefix="making-", dir=place))
        try:
            make(scratch)
            for old in keys_of(place, name):
                if time.time() - last_use(old) > UNUSED:
                    shutil.rmtree(old, ignore_errors=True)
            scratch.rename(done)
        except BaseException:
            shutil.rmtree(scratch, ignore_errors=True)
            raise
    return done
