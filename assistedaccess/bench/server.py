"""The server that is measured: the application under gunicorn, which tells its statements.

``python -m assistedaccess.bench.server PORT`` serves the installation of the environment's
settings, with the bare page beside it. Each answer says in a header how many SQL statements it
took; no other server does.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import event

from assistedaccess import create_app
from assistedaccess.kernel.places import load_config
from assistedaccess.kernel.transactions import get_database
from assistedaccess.serving import serve

from .bare import PATH, make_bare
from .scratch import Scratch

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from config import Settings

HEADER = "X-Bench-Statements"
HOST = "127.0.0.1"
WORKERS = 2
STARTS_WITHIN = 60


class NotServing(Exception):
    """The server did not come up; the message holds what it said."""


def make_measured_app(settings: Settings) -> Flask:
    """The application with the bare page beside it, and a count of statements in each answer."""
    app = create_app(settings)
    counted = _Statements()
    event.listen(get_database().engine, "before_cursor_execute", counted.note)
    ours: WSGIApplication = app.wsgi_app
    bare = make_bare()

    def route(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        counted.number = 0

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (HEADER, str(counted.number))], *rest)

        chosen = bare if environ["PATH_INFO"] == PATH else ours
        return chosen(environ, start)

    app.wsgi_app = route  # type: ignore[method-assign]
    return app


class _Statements:
    """How many statements were sent; a worker answers one request at a time. BEGIN is none."""

    def __init__(self) -> None:
        self.number = 0

    def note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            self.number += 1


@contextmanager
def serving(scratch: Scratch) -> Iterator[int]:
    """Serve an installation meanwhile; gives the port. Raises NotServing."""
    port = _find_port()
    log = scratch.folder / "server.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603  (our own module)
            [sys.executable, "-m", "assistedaccess.bench.server", str(port)],
            env={**os.environ, **scratch.environ},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(port, lambda: process.poll() is None, lambda: log.read_text())
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _find_port() -> int:
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        port: int = asked.getsockname()[1]
        return port


def _wait(port: int, lives: Callable[[], bool], said: Callable[[], str]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while lives() and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}{PATH}", timeout=10):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise NotServing(f"The server to be measured did not come up.\n{said()[-2000:]}")


if __name__ == "__main__":
    settings = load_config().load_settings()
    serve(lambda: make_measured_app(settings), host=HOST, port=int(sys.argv[1]), workers=WORKERS)
