"""``make probe-sql``: sqlmap at every parameter of a demonstration on loopback (ASVS V1.2.4).

It walks the pages as each visitor of probe.py, and attacks each form and each address with a query,
once for each shape: an address with another reference, or the same fields, is the same. Target and
scanner run confined, as there. In the same run it is let loose on a page that is open on purpose,
and fails where it does not find that. sqlmap (GPL) is a tool of this check, and does not ship.

    python -m tests.support.probe_sql SQLMAP REPORT_FOLDER [ROLE…]
"""

from __future__ import annotations

import html
import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from tests.assurance.forms import plausible

from .confined import REPORT, bring_out, folder_for_confined, run_confined
from .probe import GUESSING, LEAVING, URL, VISITORS, find_faults, serve_demonstration, sign_in
from .walking import Page, walk

PAGES = 600
"""So many are walked as each visitor, to find what there is to attack."""
LEVEL, TECHNIQUES = "2", "BET"
"""What shows in a page (by truth or fault) or in how long it takes. A union shows where truth does,
and a driver of SQLite takes one statement at a time."""
OURS = frozenset({"csrf_token", "request_key"})
"""What the page made, not the visitor."""
CHOOSING = "by"
"""The field by which a search is told what to look for: each way is a request of its own."""
REFERENCE = re.compile(r"(?<=/)(?:[A-Z]{1,2}-[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f-]{36}|[0-9]+)(?=/|$)")
FOUND = "identified the following injection point"
NOT_TRIED = "NOT TRIED"
SOUND = "all tested parameters do not appear to be injectable"
TWIN_PORT = 8001
ROUNDS = 4


@dataclass(frozen=True)
class Aim:
    """A request with parameters that somebody may choose."""

    role: str
    method: str
    url: str
    data: tuple[tuple[str, str], ...]
    page: str
    """Where its form stands, which gives a fresh token."""

    @property
    def names(self) -> list[str]:
        return sorted({name for name, _value in self.data} - OURS)

    @property
    def shape(self) -> tuple[str, str, str]:
        way = dict(self.data).get(CHOOSING, "")
        path = REFERENCE.sub("*", urlsplit(self.url).path)
        return self.method, f"{path} {way}".strip(), " ".join(self.names)


def find_aims(role: str, page: Page) -> Iterator[Aim]:
    """What of a page can be attacked: its own query, and its forms."""
    query = urlsplit(page.path).query
    if query:
        where = urljoin(page.url, urlsplit(page.path).path)
        yield Aim(role, "GET", where, tuple(parse_qsl(query, keep_blank_values=True)), page.url)
    for form in page.html.select("form") if page.html else ():
        where = urljoin(page.url, str(form.get("action") or page.url))
        method = str(form.get("method") or "get").upper()
        if urlsplit(where).path.startswith((*LEAVING, *(GUESSING if role != "nobody" else ()))):
            continue
        data = dict(read_fields(form))
        ways = form.select(f'input[type=radio][name="{CHOOSING}"]')
        for way in ways or [None]:
            chosen = {CHOOSING: str(way["value"])} if way else {}
            yield Aim(role, method, where, tuple((data | chosen).items()), page.url)


def read_fields(form: Tag) -> Iterator[tuple[str, str]]:
    """What a browser would send, with something likely in what is empty; of choices the first."""
    met = set()
    for each in form.select("input[name], select[name], textarea[name], button[name]"):
        name, kind = str(each["name"]), str(each.get("type") or each.name)
        if name in met or kind == "file":
            continue
        met.add(name)
        options = [str(option.get("value") or "") for option in each.select("option")]
        value = str(each.get("value") or "") or next(filter(None, options), each.text.strip())
        yield name, value or plausible(name)


def attack(folder: Path, sqlmap: Path, cookie: str, aim: Aim) -> tuple[str, str]:
    """What sqlmap says of it: a word, and its last lines where that is not that it is sound."""
    page = ask(aim.page, cookie)
    if cookie and urlsplit(page.url).path.startswith("/sign-in"):
        return NOT_TRIED, "The visitor has been signed out, or must sign in anew for this."
    cookie = "; ".join(filter(None, [cookie, *page.cookies]))
    data = dict(aim.data)
    token = page.html.select_one("input[name=csrf_token]")
    if "csrf_token" in data and token:
        data["csrf_token"] = str(token["value"])
    for _ in range(ROUNDS if aim.method == "POST" else 0):
        # What it complains of is left empty: behind a complaint nothing is looked up.
        links = ask(aim.url, cookie, data, aim).html.select(".govuk-error-summary__list a")
        wrong = {str(link.get("href")).lstrip("#") for link in links}
        left = {name for name in aim.names if data.get(name) and name.startswith(tuple(wrong))}
        if not left:
            break
        data |= dict.fromkeys(left, "")
    command: list[str | Path] = [sqlmap, "--url"]
    if aim.method == "GET":
        command += [f"{aim.url}?{urlencode(data)}"]
    else:
        command += [aim.url, "--data", urlencode(data), "--referer", aim.page]
    if cookie:
        command += ["--cookie", cookie]
    if "request_key" in data:  # a form that was sent before is answered as it was then
        command += ["--eval", "import secrets; request_key = secrets.token_urlsafe(18)"]
    command += ["-p", ",".join(aim.names), "--level", LEVEL, "--dbms", "sqlite"]
    command += ["--technique", TECHNIQUES, "--time-sec", "3", "--batch", "--disable-coloring"]
    command += ["--flush-session", "--drop-set-cookie", "--ignore-redirects"]
    command += ["--answers", "anti-CSRF=N", "--ignore-code", "400,401,403,404,409,413,422,429"]
    command += ["--output-dir", folder / "kept"]
    allowed = {**os.environ, "SQLMAP_UNSAFE_EVAL": "1"}
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=1800, env=allowed
    )
    if FOUND in done.stdout:
        return "FOUND", done.stdout[done.stdout.index(FOUND) :][:2000]
    if SOUND in done.stdout:
        return "sound", ""
    return NOT_TRIED, "\n".join(done.stdout.strip().splitlines()[-6:])


@dataclass
class Answer:
    """A page, where it was found, and the cookies that came with it."""

    url: str
    cookies: list[str]
    html: BeautifulSoup


def ask(
    url: str, cookie: str, data: dict[str, str] | None = None, aim: Aim | None = None
) -> Answer:
    """Open a page, or send its form; an error is an answer, too."""
    headers = {"Referer": aim.page} if aim else {}
    headers |= {"Cookie": cookie} if cookie else {}
    body = None if data is None else urlencode(data).encode()
    asked = urllib.request.Request(url, body, headers)  # noqa: S310
    try:
        answer = urllib.request.urlopen(asked, timeout=60)  # noqa: S310
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        given = [each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie", [])]
        return Answer(answer.url, given, BeautifulSoup(answer.read(), "lxml"))


class Twin(BaseHTTPRequestHandler):
    """A page that makes its statement of what was typed, as none of ours does."""

    def _answer(self, query: str) -> None:
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE person (name)")
        database.execute("INSERT INTO person VALUES ('Ada')")
        name = parse_qs(query).get("name", ["Ada"])[0]
        try:
            rows = database.execute(f"SELECT name FROM person WHERE name = '{name}'").fetchall()  # noqa: S608
            said, status = f"<p>{len(rows)} found</p>", 200
        except sqlite3.Error as error:
            said, status = html.escape(f"SQLite error: {error}"), 500
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        form = '<form method="post"><input name="csrf_token" value="a"><input name="name"></form>'
        self.wfile.write(f"<html><body>{said}{form}</body></html>".encode())

    def do_GET(self) -> None:
        self._answer(urlsplit(self.path).query)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def twin() -> Iterator[list[Aim]]:
    """The faulty page, served; what to attack of it."""
    server = HTTPServer(("127.0.0.1", TWIN_PORT), Twin)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{TWIN_PORT}/"
    try:
        yield [
            Aim("nobody", "GET", url, (("name", "Ada"),), url),
            Aim("nobody", "POST", url, (("csrf_token", "a"), ("name", "Ada")), url),
        ]
    finally:
        server.shutdown()


@contextmanager
def without_limits(database: Path) -> Iterator[None]:
    """Who asks too often is answered 429, behind which nothing can be seen: it is forgotten."""
    is_over = threading.Event()

    def forget() -> None:
        connection = sqlite3.connect(database, timeout=30, isolation_level=None)
        while not is_over.wait(0.05):
            connection.execute("DELETE FROM attempt")
        connection.close()

    thread = threading.Thread(target=forget)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def run(sqlmap: Path, out: Path, roles: list[str]) -> int:
    """Attack a demonstration that is made for it; 0 where all is sound."""
    with folder_for_confined(in_memory=True) as folder:
        code = run_confined(folder, "tests.support.probe_sql", sqlmap, *roles)
        return code if bring_out(folder, out) else 2


def probe(folder: Path, sqlmap: Path, roles: list[str]) -> int:
    """Inside: first the faulty twin, then each aim of the demonstration."""
    began = time.monotonic()
    lines: list[str] = []
    with twin() as aims:
        seen = [attack(folder, sqlmap, "", aim)[0] for aim in aims]
    is_blind = seen != ["FOUND", "FOUND"]
    with serve_demonstration(folder) as cookies:
        found: dict[tuple[str, str, str], Aim] = {}
        for role in roles:
            for page in walk(URL, cookies[role], most=PAGES, leaving=LEAVING):
                for aim in find_aims(role, page):
                    if aim.names:
                        found.setdefault(aim.shape, aim)
        counts = {"sound": 0, "FOUND": 0, NOT_TRIED: 0}
        (database,) = (folder / "data").glob("*.sqlite3")
        with without_limits(database):
            for aim in found.values():
                try:
                    # Anew for each: a sign-in ends when it is idle, and some forms ask a fresh one.
                    cookie = sign_in(VISITORS[aim.role])
                    word, said = attack(folder, sqlmap, cookie, aim)
                except OSError as error:
                    word, said = NOT_TRIED, str(error)
                counts[word] += 1
                if said:
                    lines.append(f"{word} as {aim.role}: {' '.join(aim.shape)}\n{said}")
                so_far = "\n".join([f"{counts} of {len(found)}", *lines])
                (folder / "progress").write_text(so_far, "utf-8")
    faults = find_faults(folder / "server.log")
    names = sum(len(aim.names) for aim in found.values())
    minutes = (time.monotonic() - began) / 60
    head = f"{datetime.now(UTC):%-d %B %Y}, {minutes:.0f} minutes, sqlmap at level {LEVEL}."
    lines.insert(0, f"{head}\n{len(found)} requests with {names} parameters: {counts}.")
    if is_blind:
        lines.append(f"BLIND: of the page that is open on purpose it says {seen}")
    lines += [f"A FAULT OF THE PROGRAM: {each}" for each in faults]
    (folder / REPORT).write_text("\n".join(lines) + "\n", "utf-8")
    return 0 if counts["sound"] == len(found) > 0 and not is_blind and not faults else 1


def main(words: list[str]) -> int:
    """As the docstring of this module says."""
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    if words[0] == "--inside":
        return probe(Path(words[1]), Path(words[2]), words[3:] or [*VISITORS])
    return run(Path(words[0]).absolute(), Path(words[1]).absolute(), words[2:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
