"""One folder for one run of the tests, shared by its workers and removed at its end."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

VARIABLE = "TEST_RUN_FOLDER"
OWNER = "TEST_RUN_PROCESS"  # gone when the run is over, however it ended
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  (each commit there costs no wait for a disk)
ENOUGH_BYTES = 512 * 1024 * 1024


def make_run_folder() -> None:
    """Called by the process that starts the workers; they inherit the variable."""
    spacious = (
        os.access(SHARED_MEMORY, os.W_OK) and shutil.disk_usage(SHARED_MEMORY).free > ENOUGH_BYTES
    )
    parent = SHARED_MEMORY if spacious else None
    os.environ[VARIABLE] = tempfile.mkdtemp(prefix="assistedaccess-test-", dir=parent)
    os.environ[OWNER] = str(os.getpid())


def remove_run_folder() -> None:
    """Called by the same process when all workers are done."""
    shutil.rmtree(os.environ.pop(VARIABLE), ignore_errors=True)


def get_run_folder() -> Path:
    """The folder of this run."""
    return Path(os.environ[VARIABLE])


def keep_compiled_templates() -> None:
    """Every application of every worker, of which there are many, takes its templates from here
    once one of them has compiled them."""
    folder = get_run_folder() / "templates"
    folder.mkdir(exist_ok=True)
    Flask.jinja_options = {"bytecode_cache": FileSystemBytecodeCache(str(folder))}


class FoundGood:
    """What some worker of the run has looked at and found nothing wrong with."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._known: set[str] = set()

    def __contains__(self, what: str) -> bool:
        mark = self._mark(what)
        if mark.name not in self._known and mark.exists():
            self._known.add(mark.name)
        return mark.name in self._known

    def add(self, what: str) -> None:
        """Nobody looks at it again in this run."""
        mark = self._mark(what)
        mark.parent.mkdir(exist_ok=True)
        mark.touch()

    def _mark(self, what: str) -> Path:
        name = hashlib.sha256(what.encode("utf-8", "surrogatepass")).hexdigest()
        return get_run_folder() / self._kind / name


@contextmanager
def one_worker_at_a_time(name: str) -> Iterator[None]:
    """Hold the run's lock ``name``: what the workers share is made by the first who needs it."""
    with (get_run_folder() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
