"""The other side to which submissions go as data, and a sender that is killed there."""

from __future__ import annotations

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from assistedaccess.applications.delivering import HttpDestination, Parcel


class Endpoint:
    """The other side: keeps what it is sent by its key, and answers as it is told to."""

    def __init__(self) -> None:
        self.kept: dict[str, list[tuple[bytes, dict[str, str]]]] = {}
        self.statuses: list[int] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept = endpoint.kept.setdefault(self.headers["Idempotency-Key"], [])
                kept.append((body, dict(self.headers)))
                status = endpoint.statuses.pop(0) if endpoint.statuses else 201
                answer = json.dumps({"reference": "THEIRS-7"}).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def destination(self) -> HttpDestination:
        return HttpDestination(f"http://127.0.0.1:{self.server.server_port}/submissions")

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class Deadly:
    """A destination at which the sender is killed: before it has sent, or as soon as it has."""

    def __init__(self, destination: HttpDestination, *, after: bool) -> None:
        self.destination, self.after = destination, after

    def send(self, parcel: Parcel) -> str:
        if self.after:
            self.destination.send(parcel)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("it was not killed")
