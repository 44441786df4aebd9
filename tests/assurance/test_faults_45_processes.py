"""Faults 44 to 47: processes die, hang, are replaced, or are held by who is slow; nobody is harmed.

On two server processes, as operators run them. ``make faults`` does it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.support.databases import fill, make_settings
from tests.support.proxies import behind_caddy, behind_haproxy
from tests.support.servers import Served, served

FAULTS = os.environ.get("FAULTS", "") not in ("", "0")
METRICS_TOKEN = "only for tests 0123456789 abcdefghijklmno"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def environ(settings_url: str, data_dir: Path) -> dict[str, str]:
    return {
        "ASSISTEDACCESS_ENV": "test",
        "ASSISTEDACCESS_DATABASE_URL": settings_url,
        "ASSISTEDACCESS_DATA_DIR": str(data_dir),
        "ASSISTEDACCESS_MASTER_KEY": "b25seSBmb3IgdGVzdHMsIG5vdCBmb3IgcGVvcGxlISE=",
        "ASSISTEDACCESS_SECRET_KEY": "only for tests 0123456789 abcdefghijklmnopqrstuvwxyz",
        "FLASK_DEBUG": "0",
        "ASSISTEDACCESS_METRICS_TOKEN": METRICS_TOKEN,
    }


@dataclass
class Load:
    """Somebody who tells that something is wrong, again and again; how it was answered."""

    served: Served
    said: Counter[int] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def work(self, name: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        opener = urllib.request.build_opener(jar, Stays())
        number = 0
        while not self.over.is_set():
            number += 1
            words = f"{name}-{number}"
            self.said[self.tell(opener, words)] += 1

    def tell(self, opener: urllib.request.OpenerDirector, words: str) -> int:
        try:
            page = opener.open(f"{self.served.url}/privacy", timeout=15).read().decode()
            token = TOKEN.search(page)
            assert token is not None
            data = {"csrf_token": token[1], "language": "en", "return_to": f"/privacy?{words}"}
            body = urllib.parse.urlencode(data).encode()
            answer = opener.open(f"{self.served.url}/language", data=body, timeout=15)
            return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


class Stays(urllib.request.HTTPRedirectHandler):
    """Does not follow: where a POST leads is its answer."""

    def redirect_request(self, *_: object) -> None:
        return None


@contextmanager
def load(server: Served, *, people: int = 3) -> Iterator[Load]:
    made = Load(server)
    workers = [threading.Thread(target=made.work, args=(f"w{n}",)) for n in range(people)]
    for worker in workers:
        worker.start()
    try:
        yield made
    finally:
        made.over.set()
        for worker in workers:
            worker.join()


@pytest.fixture(scope="module")
def sqlite_environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("served")
    settings = make_settings(f"sqlite:///{folder / 'served.sqlite3'}", folder / "data")
    fill(settings)
    return environ(settings.database_url, settings.data_dir)


@pytest.mark.skipif(not FAULTS, reason="make faults")
def test_fault_46_and_47_a_worker_that_dies_and_a_new_release_cost_nobody_anything(
    sqlite_environ: dict[str, str],
) -> None:
    with served(sqlite_environ) as server:
        with load(server) as told:
            time.sleep(1)
            before = set(server.list_workers())
            server.process.send_signal(signal.SIGHUP)  # the new release's processes take over
            wait_for(lambda: not before & set(server.list_workers()))
            after = told.said.total()
            wait_for(lambda: told.said.total() > after + 10)
        # 303: kept, and led on. Nobody was turned away, nothing was cut off.
        assert set(told.said) == {303}, told.said

        counted = count_requests(server)
        assert counted >= told.said.total() * 2  # by workers, some of which are gone
        victim = server.list_workers()[0]
        os.kill(victim, signal.SIGKILL)  # as when memory is out
        wait_for(lambda: victim not in server.list_workers() and len(server.list_workers()) == 2)
        assert [server.ask("/readyz") for _ in range(10)] == [200] * 10
        # What it counted stays counted; else the rates of the metrics would jump.
        assert count_requests(server) >= counted + 10


def count_requests(server: Served) -> float:
    """Those that the metrics have, whichever worker tells them."""
    headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
    asked = urllib.request.Request(f"{server.url}/metrics", headers=headers)  # noqa: S310
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
        lines = answer.read().decode().splitlines()
    return sum(float(x.split()[1]) for x in lines if x.startswith("assistedaccess_requests_total"))


@pytest.mark.skipif(not FAULTS, reason="make faults")
@pytest.mark.parametrize("proxy", ["haproxy", "caddy"])
def test_fault_44_who_is_idle_or_slow_holds_nobody_up(
    sqlite_environ: dict[str, str], tmp_path: Path, proxy: str
) -> None:
    """200 idle connections, 100 that send half a header and 100 half a body, past the configuration
    as shipped. A body reaches a worker when all of it is there; a header that does not end is cut
    off; nobody outside asks for the metrics."""
    if shutil.which(proxy) is None:
        pytest.skip(f"NOT TESTED without {proxy}")
    behind = behind_haproxy if proxy == "haproxy" else behind_caddy
    head = b"POST /language HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-"
    body = b"Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nlang"
    with (
        served(sqlite_environ) as server,
        behind(server.port, tmp_path) as port,
        ExitStack() as held,
    ):
        began = time.monotonic()
        for sent in [b""] * 200 + [head + body] * 100 + [head] * 100:
            slow = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            slow.settimeout(30)
            slow.send(sent)
        for _ in range(10):
            asked = time.monotonic()
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/privacy", timeout=5) as answer:
                assert answer.status == 200
            assert time.monotonic() - asked < 2
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)
        assert b"200" not in slow.recv(100)  # told 408, or cut off
        assert time.monotonic() - began < 25


@pytest.mark.skipif(not FAULTS, reason="make faults")
def test_fault_45_a_worker_that_is_stopped_is_replaced_and_the_other_goes_on(
    sqlite_environ: dict[str, str],
) -> None:
    """It takes no new request; what it had in hand is cut off by the server's own limit."""
    with served(sqlite_environ) as server:
        victim = server.list_workers()[0]
        with load(server) as told:
            wait_for(lambda: told.said.total() > 5)
            os.kill(victim, signal.SIGSTOP)
            wait_for(lambda: victim not in server.list_workers(), 60)
            wait_for(lambda: len(server.list_workers()) == 2)
            after = told.said.total()
            wait_for(lambda: told.said.total() > after + 10)
        # At most the one that it had in hand, of each who could have waited for it.
        assert set(told.said) <= {303, 0}, told.said
        assert told.said[0] <= 1, told.said
        assert told.said[303] > 50


@pytest.mark.skipif(not FAULTS, reason="make faults")
@pytest.mark.parametrize("proxy", ["haproxy", "caddy"])
def test_fault_45_a_server_that_hangs_is_taken_out_within_five_seconds(
    sqlite_environ: dict[str, str], tmp_path: Path, proxy: str
) -> None:
    """All of it is stopped: who asks is told 503 instead of waiting, and served when it goes on."""
    if shutil.which(proxy) is None:
        pytest.skip(f"NOT TESTED without {proxy}")
    behind = behind_haproxy if proxy == "haproxy" else behind_caddy

    def ask(port: int, seconds: float) -> int:
        try:
            asked = f"http://127.0.0.1:{port}/privacy"
            with urllib.request.urlopen(asked, timeout=seconds) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    with served(sqlite_environ) as server, behind(server.port, tmp_path) as port:
        assert ask(port, 10) == 200
        everybody = [server.process.pid, *server.list_workers()]
        for each in everybody:
            os.kill(each, signal.SIGSTOP)
        try:
            time.sleep(5)
            began = time.monotonic()
            # Caddy goes on to look for five seconds whether somebody else answers.
            assert ask(port, 20) == 503
            assert time.monotonic() - began < (1.5 if proxy == "haproxy" else 8)
        finally:
            for each in reversed(everybody):
                os.kill(each, signal.SIGCONT)
        wait_for(lambda: ask(port, 10) == 200, 10)


@pytest.mark.skipif(not FAULTS, reason="make faults")
@pytest.mark.parametrize("proxy", ["haproxy", "caddy"])
def test_v14_2_2_two_people_through_a_running_proxy_each_get_their_own_page(
    sqlite_environ: dict[str, str], tmp_path: Path, proxy: str
) -> None:
    """One reads Welsh, the other English, at once and at the same address, each with their own
    token of forms: neither ever gets the other's page."""
    if shutil.which(proxy) is None:
        pytest.skip(f"NOT TESTED without {proxy}")
    behind = behind_haproxy if proxy == "haproxy" else behind_caddy
    seen: dict[str, set[str]] = {"en": set(), "cy": set()}
    wrong: list[str] = []

    def read(address: str, language: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        opener = urllib.request.build_opener(jar, Stays())
        page = opener.open(f"{address}/privacy", timeout=15).read().decode()
        token = TOKEN.search(page)
        assert token is not None
        data = {"csrf_token": token[1], "language": language, "return_to": "/privacy"}
        body = urllib.parse.urlencode(data).encode()
        with pytest.raises(urllib.error.HTTPError, match="303"):
            opener.open(f"{address}/language", data=body)
        for _ in range(40):
            page = opener.open(f"{address}/privacy", timeout=15).read().decode()
            if f'<html lang="{language}"' not in page:
                wrong.append(language)
            seen[language].update(TOKEN.findall(page))

    with served(sqlite_environ) as server, behind(server.port, tmp_path) as port:
        people = [
            threading.Thread(target=read, args=(f"http://127.0.0.1:{port}", language))
            for language in seen
        ]
        for each in people:
            each.start()
        for each in people:
            each.join()
    assert wrong == []
    assert all(seen.values())
    assert not seen["en"] & seen["cy"]


def wait_for(is_so: object, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.05)
