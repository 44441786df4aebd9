"""Three nodes of PostgreSQL under Patroni, by the configuration that is shipped, on loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from .postgres import _identity, find_binaries
from .servers import elsewhere, free_port
from .sources import ROOT

NODES = ("a", "b", "c")
PROGRAMS = ("patroni", "etcd")


def lacks() -> list[str]:
    """Which of the programs are not here."""
    return [program for program in PROGRAMS if shutil.which(program) is None]


@dataclass(frozen=True)
class Node:
    """One of the three."""

    name: str
    data: Path
    port: int
    api: int
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """kill -9, of Patroni and PostgreSQL: the machine is gone."""
        (first, *_) = (self.data / "postmaster.pid").read_text().split()
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        for process in (str(self.process.pid), first, *children):
            os.kill(int(process), signal.SIGKILL)


@dataclass(frozen=True)
class Cluster:
    """The three, with a first one and its synchronous standby."""

    nodes: tuple[Node, ...]

    @property
    def url(self) -> str:
        """As the guide writes it: whichever takes writes."""
        ports = ",".join(str(node.port) for node in self.nodes)
        hosts = ",".join(["127.0.0.1"] * len(self.nodes))
        return (
            f"postgresql+psycopg://postgres@/postgres?host={hosts}&port={ports}"
            "&target_session_attrs=read-write"
        )

    def find_first(self) -> Node:
        """The one that takes writes, once another one has all that it has."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            roles = {member["name"]: member["role"] for member in self._list_members()}
            if "leader" in roles.values() and "sync_standby" in roles.values():
                return next(node for node in self.nodes if roles.get(node.name) == "leader")
            time.sleep(0.5)
        raise AssertionError("no node became the first")

    def _list_members(self) -> list[dict[str, str]]:
        for node in self.nodes:
            try:
                url = f"http://127.0.0.1:{node.api}/cluster"
                with urllib.request.urlopen(url, timeout=5) as answer:
                    found: list[dict[str, str]] = json.load(answer)["members"]
                    return found
            except (OSError, urllib.error.URLError):
                continue
        return []


@contextmanager
def three_nodes() -> Iterator[Cluster]:
    """A cluster that may lose one of its nodes; stopped and removed afterwards."""
    with elsewhere() as folder, ExitStack() as stack:
        client, peer = free_port(), free_port()
        _start(
            stack,
            folder,
            ["etcd", "--data-dir", folder / "etcd", "--log-level", "error"],
            *("--listen-client-urls", f"http://127.0.0.1:{client}"),
            *("--advertise-client-urls", f"http://127.0.0.1:{client}"),
            *("--listen-peer-urls", f"http://127.0.0.1:{peer}"),
        )
        nodes = []
        for name in NODES:
            port, api = free_port(), free_port()
            file = folder / f"{name}.yml"
            file.write_text(json.dumps(_configure(name, folder, port, api, client)))
            process = _start(stack, folder, ["patroni", file])
            nodes.append(Node(name, folder / name, port, api, process))
        try:
            yield Cluster(tuple(nodes))
        finally:
            for node in nodes:
                node.process.terminate()
            for node in nodes:
                try:
                    node.process.wait(30)
                except subprocess.TimeoutExpired:
                    node.kill()


def _configure(name: str, folder: Path, port: int, api: int, client: int) -> dict[str, object]:
    """deploy/patroni.yml for a node of this run: addresses, and no passwords."""
    found = yaml.safe_load((ROOT / "deploy" / "patroni.yml").read_text("utf-8"))
    assert found["bootstrap"]["dcs"]["synchronous_mode_strict"] is True
    found["name"] = name
    found["restapi"] = dict.fromkeys(("listen", "connect_address"), f"127.0.0.1:{api}")
    found["etcd3"] = {"hosts": f"127.0.0.1:{client}"}
    node = found["postgresql"]
    node |= dict.fromkeys(("listen", "connect_address"), f"127.0.0.1:{port}")
    node |= {"data_dir": str(folder / name), "bin_dir": str(find_binaries())}
    node["pg_hba"] = ["local all all trust", "host all all 127.0.0.1/32 trust"]
    node["pg_hba"].append("host replication all 127.0.0.1/32 trust")
    node["parameters"] = {"unix_socket_directories": str(folder), "shared_buffers": "32MB"}
    node["pgpass"] = str(folder / f"{name}.pgpass")
    return dict(found)


def _start(
    stack: ExitStack, folder: Path, command: list[str | Path], *words: str
) -> subprocess.Popen[bytes]:
    log = stack.enter_context((folder / f"{Path(command[-1]).name}.log").open("w"))
    process = subprocess.Popen(
        [*command, *words],
        cwd=folder,
        env=os.environ | {"HOME": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        **_identity(),
    )
    stack.callback(process.wait, 30)
    stack.callback(process.terminate)
    return process
