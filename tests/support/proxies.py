"""The proxy as it is shipped, in front of a server of this run."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .servers import free_port
from .sources import ROOT


@contextmanager
def behind_haproxy(server_port: int, folder: Path, *, places: int = 4) -> Iterator[int]:
    """The shipped configuration but for certificate and ports; ``places`` are the workers'.

    Gives the port on which it answers.
    """
    port = free_port()
    words = (ROOT / "deploy" / "haproxy.cfg").read_text()
    words = re.sub(r"bind :443 .*", f"bind 127.0.0.1:{port}", words)
    words = re.sub(r"    bind :80\n.*\n", "", words)
    words = words.replace("127.0.0.1:8000", f"127.0.0.1:{server_port}")
    words = words.replace("rise 1 maxconn 4", f"rise 1 maxconn {places}")
    words = words.replace("/etc/haproxy/busy.http", str(ROOT / "deploy" / "busy.http"))
    file = folder / "haproxy.cfg"
    file.write_text(words)
    process = subprocess.Popen(["haproxy", "-db", "-f", file], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return True
    except OSError:
        return False
