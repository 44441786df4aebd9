"""``make probe``: wapiti, a scanner that knows nothing of us, against a demonstration on loopback.

It walks the pages as each of four people and attacks every form and parameter that it finds. The
target and the scanner run confined (confined.sh): loopback alone, read-only but for one folder, no
rights. A scanner that saw little says little, so it fails where the menu of a role was not crawled.
wapiti (GPL) is a tool of this check, in a venv of its own, and no part of what ships.

    python -m tests.support.probe WAPITI REPORT_FOLDER [SECONDS_AN_ATTACK]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .confined import REPORT, bring_out, folder_for_confined, run_confined

PORT = 8000
URL = f"http://127.0.0.1:{PORT}"
SECONDS = 12
"""How long it attacks in each way, at most, as one role: a quarter of an hour in all."""
CRAWLS = 5
"""So many times as long it walks before; from the menu on, what is nearest first."""
TRIES = 3
"""wapiti 3.2 ends where its time is over in the middle of a write into its own store."""

VISITORS = {
    "nobody": "",
    "helper": "priya@example.org",
    "manager": "grace@example.org",
    "auditor": "nadia@example.org",
}
SHOWN, LEADING_ON = 200, 303
LEAST_PAGES = 10
"""Besides the menu. A start page that leads nowhere has one."""

MODULES = "csp,cookieflags,crlf,csrf,exec,file,http_headers,methods,permanentxss,redirect,sql,xss"
# What another check or another configuration answers for, by wapiti's name for it.
EXPECTED = {
    "Secure Flag cookie": "a demonstration is served over http; V3.3.1 is tested as in production",
}
LEAVING = ("/sign-out", "/lock", "/role", "/language", "/account/sign-ins", "/demonstration")
GUESSING = ("/sign-in/", "/account/")
"""Where somebody who is signed in proves that it is them: five wrong answers sign them out, as they
should. The pages of signing in are walked as nobody; those of one's own account are for tests."""


@dataclass
class Visit:
    """What the scanner did as one role."""

    role: str
    menu: list[str]
    pages: list[str] = field(default_factory=list)
    leading_on: set[str] = field(default_factory=set)
    found: dict[str, list[str]] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    menu_after: list[str] | None = None
    """What the menu was in the end; another one says that most was seen as somebody else."""

    @property
    def was_signed_out(self) -> bool:
        return self.menu_after is not None and self.menu_after != self.menu

    @property
    def missed(self) -> list[str]:
        """Addresses of the menu that were not crawled. Some lead on to a page of their own."""
        seen = {urlsplit(page).path for page in self.pages} | self.leading_on
        return [path for path in self.menu if path not in seen]

    @property
    def menu_changes(self) -> list[tuple[str, str]]:
        """Addresses that the menu lost (-) or gained (+) on the way."""
        before, after = set(self.menu), set(self.menu_after or [])
        lost = [("-", path) for path in sorted(before - after)]
        return lost + [("+", path) for path in sorted(after - before)]

    @property
    def is_sound(self) -> bool:
        is_seen = not self.missed and len(self.pages) >= LEAST_PAGES
        return is_seen and not self.was_signed_out and not self.found


def read_report(role: str, menu: list[str], report: dict[str, Any]) -> Visit:
    """What wapiti wrote: pages it saw, and what it holds to be wrong."""
    visit = Visit(role, menu)
    pages = report["infos"].get("crawled_pages") or []
    asked = [
        (str(page["request"]["url"]), (page.get("response") or {}).get("status_code"))
        for page in pages
    ]
    visit.pages = [url for url, status in asked if status == SHOWN]
    visit.leading_on = {urlsplit(url).path for url, status in asked if status == LEADING_ON}
    for kind in ("vulnerabilities", "anomalies"):
        for name, all_found in report[kind].items():
            if name in EXPECTED and all_found:
                visit.expected[name] = len(all_found)
            elif all_found:
                visit.found[name] = [
                    f"{one.get('method')} {one.get('path')} {one.get('parameter') or ''}: "
                    f"{one.get('info')}"
                    for one in all_found
                ]
    return visit


def describe(visits: list[Visit], seconds: float) -> str:
    """The words of the report."""
    lines = [f"{datetime.now(UTC):%-d %B %Y}, {seconds / 60:.0f} minutes."]
    for visit in visits:
        lines.append(f"As {visit.role}: {len(visit.pages)} pages crawled.")
        lines += [f"  NOT CRAWLED, though in the menu: {path}" for path in visit.missed]
        if len(visit.pages) < LEAST_PAGES:
            lines.append(f"  TOO FEW: {LEAST_PAGES} at least")
        if visit.was_signed_out:
            lines.append("  SIGNED OUT on the way, or another menu:")
            lines += [f"    {mark} {path}" for mark, path in visit.menu_changes]
        for name, count in visit.expected.items():
            lines.append(f"  {name} ({count} times), as expected: {EXPECTED[name]}")
        for name, found in visit.found.items():
            lines += [f"  FOUND {name}: {each}" for each in found]
    return "\n".join(lines)


def run(wapiti: Path, out: Path, seconds: int) -> int:
    """Probe a demonstration that is made for it; 0 where all is sound, 1 or 2 where not."""
    # In memory: the scanner's own store gives up when a disk keeps it waiting.
    with folder_for_confined(in_memory=True) as folder:
        code = run_confined(folder, "tests.support.probe", wapiti, str(seconds))
        return code if bring_out(folder, out, "wapiti-*.json") else 2


def probe(folder: Path, wapiti: Path, seconds: int) -> int:
    """Inside: let the scanner loose on a demonstration as each visitor."""
    began = time.monotonic()
    with serve_demonstration(folder) as cookies:
        visits = [scan(folder, wapiti, role, cookies[role], seconds) for role in VISITORS]
    faults = find_faults(folder / "server.log")
    words = describe(visits, time.monotonic() - began)
    words += "".join(f"\nA FAULT OF THE PROGRAM: {each}" for each in faults) + "\n"
    (folder / REPORT).write_text(words, "utf-8")
    return 0 if all(visit.is_sound for visit in visits) and not faults else 1


@contextmanager
def serve_demonstration(folder: Path) -> Iterator[dict[str, str]]:
    """Make a demonstration and serve it at URL; a cookie for each visitor. The log is kept."""
    os.environ["ASSISTEDACCESS_ENV"] = "demo"
    os.environ["ASSISTEDACCESS_DATA_DIR"] = str(folder / "data")
    ours = [sys.executable, "-m", "assistedaccess.cli"]
    for command in ("migrate", "demo"):
        subprocess.run([*ours, command], check=True, stdout=subprocess.DEVNULL)
    cookies = {role: sign_in(email) for role, email in VISITORS.items()}
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [*ours, "run", "--port", str(PORT)], stdout=subprocess.DEVNULL, stderr=log
        )
    try:
        wait_for_page()
        yield cookies
    finally:
        server.terminate()
        server.wait(60)


def sign_in(email: str) -> str:
    """A cookie of somebody of the demonstration, who need not type for it."""
    if not email:
        return ""
    from assistedaccess import create_app
    from assistedaccess.accounts import queries
    from assistedaccess.accounts.hats import list_hats
    from assistedaccess.kernel.transactions import reading
    from tests.factories.accounts import open_sign_in

    create_app()
    with reading():
        account_id = queries.find_account_id(email)
        assert account_id is not None
        (hat, *_) = list_hats(account_id)
    return f"sign-in={open_sign_in(account_id, hat).token}"


def scan(folder: Path, wapiti: Path, role: str, cookie: str, seconds: int) -> Visit:
    """One walk and one attack."""
    menu = read_menu(cookie)
    report = folder / f"wapiti-{role}.json"
    command: list[str | Path] = [wapiti, "--url", f"{URL}/", "--scope", "folder"]
    command += ["--module", MODULES, "--format", "json", "--output", report, "-dr", "2"]
    command += ["--max-scan-time", str(CRAWLS * seconds), "--max-attack-time", str(seconds)]
    command += ["--max-links-per-page", "40"]
    command += ["--flush-session", "--no-bugreport", "--verbose", "0", "--tasks", "1"]
    for path in menu:
        command += ["--start", f"{URL}{path}"]
    for path in (*LEAVING, *GUESSING) if cookie else LEAVING:
        command += ["--exclude", f"{URL}{path}*"]
    if cookie:
        # In its jar: as a header it would go alone, without the cookie that form tokens need.
        command += ["--cookie", write_jar(folder / f"{role}-jar.json", cookie)]
    for number in range(TRIES):
        store = folder / f"{role}-{number}"
        kept: list[str | Path] = ["--store-session", store, "--store-config", store]
        with (folder / "wapiti.log").open("w") as log:
            done = subprocess.run([*command, *kept], stdout=log, stderr=log, check=False)
        if done.returncode == 0:
            visit = read_report(role, menu, json.loads(report.read_text("utf-8")))
            visit.menu_after = read_menu(cookie)
            return visit
    print((folder / "wapiti.log").read_text("utf-8")[-2000:], file=sys.stderr)
    return Visit(role, menu)


def write_jar(file: Path, cookie: str) -> Path:
    """A cookie as wapiti keeps its own."""
    name, _, value = cookie.partition("=")
    held = {"value": value, "expires": None, "secure": False, "port": None, "version": 0}
    file.write_text(json.dumps({"127.0.0.1": {"/": {name: held}}}), "utf-8")
    return file


def read_menu(cookie: str) -> list[str]:
    """The addresses of the menu, as this visitor's start page shows them."""
    from bs4 import BeautifulSoup

    asked = urllib.request.Request(f"{URL}/", headers={"Cookie": cookie} if cookie else {})  # noqa: S310
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
        page = BeautifulSoup(answer.read(), "lxml")
    links = page.select("nav.govuk-service-navigation a[href], .govuk-service-navigation a[href]")
    paths = {urlsplit(str(link["href"])).path for link in links}
    return sorted(path for path in paths if not path.startswith(LEAVING))


def wait_for_page() -> None:
    """Until the server answers."""
    for _ in range(600):
        try:
            urllib.request.urlopen(f"{URL}/healthz", timeout=5)  # noqa: S310
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("the demonstration did not come up")


def find_faults(log: Path) -> list[str]:
    """What the server's own log says of requests that it could not answer."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines() if line[:1] == "{"]
    faults = [line for line in lines if line["event"] == "a fault of the program"]
    first = [(line.get("endpoint"), line["exceptions"][0]) for line in faults]
    return sorted({f"{page}: {one['kind']} at {one['frames'][-1:]}" for page, one in first})


def main(words: list[str]) -> int:
    """As the docstring of this module says."""
    if words[0] == "--inside":
        return probe(Path(words[1]), Path(words[2]), int(words[3]))
    seconds = int(words[2]) if len(words) > 2 else SECONDS
    return run(Path(words[0]).absolute(), Path(words[1]).absolute(), seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
