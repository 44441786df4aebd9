"""``make bare``: an empty Debian, booted with its systemd, on which docs/operating.md is typed.

The blocks of *Production* are run as they stand, one after the other, in one shell; then the proxy
is asked as a browser asks it. A second empty Debian gets nothing but ``dist``, the newest backup, a
checkpoint and the master key, and must be back in service by the words of *Backup and restore*.

    python -m tests.support.bare_machine [FOLDER]

Root, debootstrap and systemd-nspawn (Debian: debootstrap, systemd-container) are needed. The
machine's network is used: nothing else may listen on ports 80, 443, 5432 and 8000.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .sources import ROOT

GUIDE = ROOT / "docs" / "operating.md"
BOOT = 60.0
"""Seconds for a start, and for an end."""

ENVIRONMENT = ["env", "-i", "HOME=/root", "DEBIAN_FRONTEND=noninteractive", "LANG=C.UTF-8"]
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
HOST = "help.example.org"
# How this machine reaches the registries, and whom it trusts for that.
OF_THIS_MACHINE = ("etc/pip.conf", "etc/ssl/certs/ca-certificates.crt")

CERTIFICATE = f"""
mkdir -p certificate
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN={HOST} \
    -addext subjectAltName=DNS:{HOST} \
    -keyout certificate/privkey.pem -out certificate/fullchain.pem 2>/dev/null
"""
# As a browser does: by its name, past the proxy, with its certificate checked.
LOOK = f"""
python3 - <<'END'
import http.client, socket, ssl, time
def ask(path, method="GET"):
    trusted = ssl.create_default_context(cafile="certificate/fullchain.pem")
    one = http.client.HTTPSConnection("{HOST}", timeout=20, context=trusted)
    plain = socket.create_connection(("127.0.0.1", 443), 20)
    one.sock = trusted.wrap_socket(plain, server_hostname="{HOST}")
    one.request(method, path)
    answer = one.getresponse()
    return answer.status, answer.headers, answer.read().decode()
for _ in range(60):
    if ask("/readyz")[0] == 200:
        break
    time.sleep(1)
assert ask("/readyz")[0] == 200, "it is not ready"
status, headers, page = ask("/sign-in")
assert status == 200 and "<h1" in page, status
assert "max-age" in headers["Strict-Transport-Security"]
assert ask("/metrics")[0] == 404
idle = [socket.create_connection(("127.0.0.1", 443), 20) for _ in range(200)]
began = time.monotonic()
assert ask("/sign-in")[0] == 200
assert time.monotonic() - began < 2, "who is idle holds others up"
print("200 idle connections harm nobody")
END
for unit in backup seal; do
    ! systemctl is-failed --quiet "assistedaccess-$unit"
done
for what in expire notices-send retention-run safeguards-scan drill; do
    systemctl start "assistedaccess@$what"
done
! tr '\\0' '\\n' < /proc/$(systemctl show --property MainPID --value assistedaccess)/environ |
    grep MIGRATION
runuser -u assistedaccess -- test ! -r /etc/assistedaccess/environment
systemctl list-timers --no-pager | grep -c assistedaccess
"""
# What an operator has elsewhere when this machine is gone.
CARRY = """
mkdir -p /srv/elsewhere
cp "$(ls -t /srv/backups/*.backup | head -1)" /srv/elsewhere/backup
cp /var/lib/assistedaccess/keys/master.key /srv/elsewhere/
cp /srv/checkpoints/newest.checkpoint /srv/elsewhere/checkpoint
"""
# The base backup is of the rows that were restored; something happens after it.
AFTERWARDS = """
systemctl is-active postgresql-wal
sleep 1
systemctl start postgresql-base
count() { assistedaccess audit verify | grep --only-matching --extended-regexp '[0-9]+ events'; }
cp /srv/elsewhere/checkpoint /srv/checkpoints/newest.checkpoint  # the share that it is on
chown assistedaccess: /srv/checkpoints/newest.checkpoint
assistedaccess backup /srv/backups/afterwards.backup
before=$(count)
sleep 2
"""
BACK = """
after=$(count)
echo "$before before, $after after"
test "${after% events}" -ge "${before% events}"
"""
KEY = """
install -m 600 -o assistedaccess -g assistedaccess \
    /srv/elsewhere/master.key /var/lib/assistedaccess/keys/master.key
"""


def blocks(title: str) -> list[str]:
    """The blocks of that section of the guide, as they stand."""
    section = GUIDE.read_text("utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Machine:
    """One that runs."""

    tree: Path
    leader: int

    def type(self, *scripts: str) -> None:
        """Type all of it into one shell; the first thing that fails ends it."""
        began = time.monotonic()
        inside = ["nsenter", "--target", str(self.leader), "--all", "--wdns=/root"]
        subprocess.run(
            [*inside, *ENVIRONMENT, PATH, "bash", "-eu", "-o", "pipefail", "-s"],
            input="\n".join(scripts),
            text=True,
            check=True,
        )
        print(f"-- {time.monotonic() - began:.0f} s", flush=True)


def make_tree(tree: Path) -> None:
    """An empty Debian of the release that the guide names, and what is carried to it."""
    include = "--include=ca-certificates,dbus,openssl,systemd,systemd-sysv"
    subprocess.run(["debootstrap", "--variant=minbase", include, "bookworm", tree], check=True)
    for name in OF_THIS_MACHINE:
        if (Path("/") / name).exists():
            shutil.copyfile(Path("/") / name, tree / name)
    shutil.copytree(ROOT / "dist", tree / "root" / "dist")


@contextmanager
def booted(tree: Path) -> Iterator[Machine]:
    """The machine, from its start to its end."""
    options = ["--register=no", "--keep-unit", "--console=pipe", "--boot", "--directory", tree]
    with (tree.parent / f"{tree.name}.log").open("w") as log:
        process = subprocess.Popen(
            ["systemd-nspawn", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        machine = Machine(tree, _wait_for_leader(process))
        _wait_until_up(machine)
        yield machine
    finally:
        process.terminate()  # which it hands on as a request to power off
        try:
            process.wait(BOOT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def _wait_for_leader(process: subprocess.Popen[bytes]) -> int:
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + BOOT
    while time.monotonic() < deadline and process.poll() is None:
        for child in children.read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        time.sleep(0.2)
    raise SystemExit("it did not boot")


def _wait_until_up(machine: Machine) -> None:
    inside = ["nsenter", "--target", str(machine.leader), "--all"]
    deadline = time.monotonic() + BOOT
    while time.monotonic() < deadline:
        asked = [*inside, "systemctl", "is-system-running"]
        said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        if said in ("running", "degraded"):
            return
        time.sleep(0.5)
    raise SystemExit("it did not come up")


def main(folder: Path) -> None:
    """Both machines, one after the other."""
    prepare, database, copy, settings, rows, units, proxy, look = blocks(
        "Production, on one machine"
    )
    (restore,) = (each for each in blocks("Backup and restore") if each.count("\n") == 1)
    first, second = folder / "first", folder / "second"
    make_tree(first)
    subprocess.run(["cp", "-a", first, second], check=True)
    began = time.monotonic()
    with booted(first) as machine:
        machine.type(prepare, database, copy, settings, rows, units, CERTIFICATE, proxy, look)
        machine.type(LOOK, CARRY)
    print(f"== in service after {time.monotonic() - began:.0f} s", flush=True)

    shutil.copytree(first / "srv" / "elsewhere", second / "srv" / "elsewhere")
    began = time.monotonic()
    with booted(second) as machine:
        words = restore.split()
        allowed = "chown -R assistedaccess /srv/elsewhere"
        words[2], words[4] = "/srv/elsewhere/backup", "/srv/elsewhere/checkpoint"
        machine.type(prepare, database, copy, settings, KEY, allowed, " ".join(words), units)
        machine.type(CERTIFICATE, proxy, look, LOOK)
        lose_the_disk(machine)
    print(f"== back in service after {time.monotonic() - began:.0f} s", flush=True)


def lose_the_disk(machine: Machine) -> None:
    """PostgreSQL's folder goes, and comes back by *A disk that is gone*."""
    come_back, _sqlite = blocks("A disk that is gone")
    newest = "$(ls -d /srv/base/* | tail -1)"
    come_back, changed = re.subn(r"/srv/base/[0-9TZ-]+", newest, come_back)
    assert changed == 1
    machine.type(AFTERWARDS, come_back, BACK, LOOK)


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    place = given or Path(tempfile.mkdtemp(prefix="assistedaccess-bare-"))
    try:
        main(place)
    finally:
        if given is None:
            shutil.rmtree(place, ignore_errors=True)
