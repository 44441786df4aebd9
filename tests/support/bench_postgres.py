"""Runs a command with the address of a PostgreSQL of its own, so that ``make bench`` measures both.

``python -m tests.support.bench_postgres COMMAND…`` adds ``--postgresql ADDRESS`` to the command.
The server is found as the tests find theirs, but commits as durably as in production: what it costs
to wait for the disk is part of what is measured. Without one, the command runs as it is.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from . import postgres
from .postgres import PREFIX, SUPERUSER, NoPostgres

OPTIONS = {"listen_addresses": "", "fsync": "on", "synchronous_commit": "on"}


@contextmanager
def durable_server() -> Iterator[str]:
    """The SQLAlchemy URL of a server that is there meanwhile. Raises NoPostgres."""
    binaries = postgres.find_binaries()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            binaries = postgres._reachable_by(nobody, binaries, folder)
        asked = [binaries / "initdb", "--pgdata", folder / "data", "--username", SUPERUSER]
        postgres._run_as_server(
            folder, [*asked, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        )
        settings = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        with (folder / "server.log").open("w") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", "-k", folder, *settings],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **postgres._identity(),
            )
        try:
            _wait(server, folder)
            yield f"postgresql+psycopg://{SUPERUSER}@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(folder), user=SUPERUSER, dbname="postgres").close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                said = (folder / "server.log").read_text()
                raise NoPostgres(f"It did not start: {error}\n{said}") from error
            time.sleep(0.05)


def main(command: list[str]) -> int:
    """Run the command; returns its exit code."""
    try:
        with durable_server() as url:
            return subprocess.run([*command, "--postgresql", url], check=False).returncode
    except NoPostgres as error:
        print(f"NOT MEASURED on PostgreSQL: {error}", file=sys.stderr)
        return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
