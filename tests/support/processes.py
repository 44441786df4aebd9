"""Work done by a process of its own, which may be killed in the middle of it.

The child is a fork: it has the parent's memory, and a database connection of its own. Nothing of
the parent's connections is used or closed in it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from assistedaccess.kernel.database import Database
from assistedaccess.kernel.transactions import bind_database, get_database

KILLED = -signal.SIGKILL
DONE = 0
FAILED = 3


def run_in_processes(url: str, *works: Callable[[Database], Any]) -> list[int]:
    """Run each of ``works`` in a process of its own, all released at once; how each ended.

    0: done; 3: it raised something; -9: killed.
    """
    get_database().dispose()  # SQLite may not be carried across a fork
    gate, release = os.pipe()
    children = [_fork(url, work, gate, release) for work in works]
    os.close(gate)
    os.close(release)  # the end of the file is the signal to begin
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def start_in_process(url: str, work: Callable[[Database], Any]) -> int:
    """Run ``work`` in a process of its own, from now on; its number. See wait_stopped, wait_end."""
    get_database().dispose()
    gate, release = os.pipe()
    child = _fork(url, work, gate, release)
    os.close(gate)
    os.close(release)
    return child


def stop_here() -> None:
    """Stop this process where it is (SIGSTOP), until somebody continues it."""
    os.kill(os.getpid(), signal.SIGSTOP)


def wait_stopped(child: int) -> None:
    """Until a process of start_in_process has stopped itself."""
    status = os.waitpid(child, os.WUNTRACED)[1]
    assert os.WIFSTOPPED(status), os.waitstatus_to_exitcode(status)


def go_on(child: int, sign: int = signal.SIGCONT) -> int:
    """Continue it, or end it by another signal; how it ended."""
    os.kill(child, sign)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("it did not go on to its end")


def _fork(url: str, work: Callable[[Database], Any], gate: int, release: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.close(release)
        database = Database(url)
        bind_database(database)
        os.read(gate, 1)
        work(database)
        os._exit(DONE)
    except BaseException:
        os._exit(FAILED)


def kill_at_statement(database: Database, number: int) -> None:
    """Have this process killed when it is about to send its ``number``-th statement (from 1).

    One more than there are is the commit.
    """
    sent = 0

    def count(_connection: object, _cursor: object = None, sql: str = "", *_: object) -> None:
        nonlocal sent
        sent += not sql.startswith("BEGIN")
        if sent == number:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", count)
