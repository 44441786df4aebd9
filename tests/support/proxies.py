"""The proxies as they are shipped, in front of a server of this run."""

from __future__ import annotations

import os
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
    words = re.sub(r"    (user|group) haproxy\n", "", words)  # only root may become somebody
    words = words.replace("127.0.0.1:8000", f"127.0.0.1:{server_port}")
    words = words.replace("rise 1 maxconn 4", f"rise 1 maxconn {places}")
    words = words.replace("/etc/haproxy/busy.http", str(ROOT / "deploy" / "busy.http"))
    file = folder / "haproxy.cfg"
    file.write_text(words)
    with _running(port, ["haproxy", "-db", "-f", file], {}):
        yield port


@contextmanager
def behind_caddy(server_port: int, folder: Path) -> Iterator[int]:
    """The same of Caddy's."""
    port = free_port()
    words = (ROOT / "deploy" / "Caddyfile").read_text()
    words = words.replace("\nhelp.example.org {", f"\nhttp://127.0.0.1:{port} {{")
    words = words.replace("127.0.0.1:8000", f"127.0.0.1:{server_port}")
    words = words.replace("{\n\tservers {", "{\n\tadmin off\n\tservers {", 1)
    file = folder / "Caddyfile"
    file.write_text(words)
    run = ["caddy", "run", "--config", file, "--adapter", "caddyfile"]
    homes = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    with _running(port, run, dict.fromkeys(homes, str(folder))):
        yield port


@contextmanager
def _running(port: int, command: list[str | Path], environ: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=os.environ | environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 30
        while not _answers(port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2):
            return True
    except OSError:
        return False
