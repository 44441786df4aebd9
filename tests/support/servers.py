"""Things of this run alone that may be stopped, killed and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .postgres import SUPERUSER, _identity, _reachable_by, find_binaries


class OwnPostgres:
    """A PostgreSQL that may be restarted: as durable as it comes, unlike the run's own."""

    def __init__(
        self,
        folder: Path,
        *,
        standby_of: OwnPostgres | None = None,
        restored_from: Path | None = None,
    ) -> None:
        self.folder = folder
        self.binaries = find_binaries()
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
            self.binaries = _reachable_by(nobody, self.binaries, folder)
        if restored_from is not None:  # a folder that take_base_backup() made
            subprocess.run(["cp", "-a", restored_from, folder / "data"], check=True)
            return
        if standby_of is not None:
            source = f"{standby_of.source} application_name=standby"
            self._call("pg_basebackup", "-D", folder / "data", "-R", "-c", "fast", "-d", source)
            return
        self._call(
            "initdb",
            *("--pgdata", folder / "data", "--username", SUPERUSER, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
        )

    @property
    def source(self) -> str:
        """Where PostgreSQL's own programs find it."""
        return f"host={self.folder} user={SUPERUSER}"

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}"

    def start(self, **settings: str) -> None:
        """Start it, and wait until it answers."""
        said = {"listen_addresses": "", "shared_buffers": "32MB"} | settings
        options = " ".join(f"-c {name}='{value}'" for name, value in said.items())
        self._control("start", "-o", f"-k {self.folder} {options}")

    def configure(self, words: str) -> None:
        """Add lines to its configuration; they hold from its next start."""
        with (self.folder / "data" / "postgresql.conf").open("a") as file:
            file.write(f"\n{words}\n")

    def take_base_backup(self, folder: Path) -> None:
        """A copy of it as it runs, without its log, which is kept elsewhere."""
        self._call("pg_basebackup", "-D", folder, "-X", "none", "-c", "fast", "-d", self.source)

    def start_beside(self, program: str, *words: str | Path) -> subprocess.Popen[bytes]:
        """One of PostgreSQL's own programs that goes on beside the server, as its user."""
        return subprocess.Popen(
            [self.binaries / program, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **_identity(),
        )

    def is_up(self) -> bool:
        """Whether it takes connections."""
        asked = [self.binaries / "pg_isready", "-q", "-h", self.folder]
        return subprocess.run(asked, check=False).returncode == 0

    def promote(self) -> None:
        """Let a standby take writes."""
        self._control("promote")

    def kill(self) -> None:
        """kill -9, of all of it: the machine is gone."""
        (first, *_) = (self.folder / "data" / "postmaster.pid").read_text().split()
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (first, *children):
            os.kill(int(process), signal.SIGKILL)

    def stop_at_once(self) -> None:
        """As when the power goes: nothing is written down first."""
        self._control("stop", "-m", "immediate")

    def _control(self, what: str, *more: str) -> None:
        log = self.folder / "server.log"
        self._call("pg_ctl", what, "-w", "-D", self.folder / "data", "-l", log, *more)

    def _call(self, program: str, *words: str | Path) -> None:
        done = subprocess.run(
            [self.binaries / program, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **_identity(),
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def own_postgres(
    standby_of: OwnPostgres | None = None,
    *,
    restored_from: Path | None = None,
    configuration: str = "",
    folder: Path | None = None,
) -> Iterator[OwnPostgres]:
    """One that runs; stopped and removed afterwards. Raises NoPostgres."""
    folder = folder or Path(tempfile.mkdtemp(prefix="assistedaccess-own-pg-"))
    server = None
    try:
        server = OwnPostgres(folder, standby_of=standby_of, restored_from=restored_from)
        server.configure(configuration)
        if restored_from is not None:
            (folder / "data" / "recovery.signal").touch()
        server.start()
        yield server
    finally:
        if server is not None:
            try:
                server.stop_at_once()
            except AssertionError:
                pass  # it is down already
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def elsewhere() -> Iterator[Path]:
    """A folder that a PostgreSQL of these tests may write to, and that does not go with it."""
    folder = Path(tempfile.mkdtemp(prefix="assistedaccess-elsewhere-"))
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Served:
    """``assistedaccess run`` in processes of its own."""

    def __init__(self, environ: dict[str, str], workers: int) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "assistedaccess.cli", "run"),
                *("--port", str(self.port), "--workers", str(workers)),
            ],
            cwd="/",
            env=os.environ | environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while self.ask("/healthz") != 200:
            assert self.process.poll() is None, "it did not start"
            assert time.monotonic() < deadline, "it did not answer"
            time.sleep(0.1)

    def ask(self, path: str) -> int:
        """The status of a page; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def list_workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(each) for each in children.read_text().split()]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.wait(40)


@contextmanager
def served(environ: dict[str, str], *, workers: int = 2) -> Iterator[Served]:
    """The installation of ``environ``, served until the end."""
    made = Served(environ, workers)
    try:
        yield made
    finally:
        made.stop()
