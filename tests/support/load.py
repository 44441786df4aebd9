"""``make load``: what one machine carries, on PostgreSQL behind gunicorn and, where it is, haproxy.

A working day is walked by as many helpers at once as there are workers (sign-in page, Today,
search, person, case, consent, application, record of help, a grant, the auditor's journal), and set
against the bare page of ``make bench`` by the same clients. Then far more ask than can be served:
they must be told 503 and when to come back, and soon after they have gone, pages must be served as
before.
Everything runs confined: loopback alone, no rights, nothing to write but one folder.

    python -m tests.support.bench_postgres python -m tests.support.load FOLDER [--tiny|--long]

``--long`` goes on for 100,000 requests, and says at each tenth of them what the workers hold.
"""

from __future__ import annotations

import http.client
import math
import os
import shutil
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from .confined import REPORT, bring_out, folder_for_confined, run_confined

POSTGRESQL = "--postgresql"
SECONDS = 60
"""How long each of the three parts lasts."""
PEOPLE = 400
TINY_SECONDS, TINY_PEOPLE = 6, 24
CLIENTS = 4
"""So many ask at once in the long part."""
QUEUE_SECONDS = 5
"""After so long in its queue the shipped proxy sheds a request (deploy/haproxy.cfg)."""
CROWD = 3
"""How many times as many ask at once as the queue can take."""
RECOVERS_WITHIN = 5.0
LONG = 100_000
"""Over so many requests the memory of the workers is to be flat."""
FLAT = 1.05
"""So much of what they held half-way they may hold at the end."""
PEAK = 50
"""Submits a second of a national peak."""
BUSY = 0.3
"""A load of the machine before anything began from which on figures say little."""


@dataclass
class Tally:
    """What became of the requests of one part; threads share it."""

    milliseconds: list[float] = field(default_factory=list)
    saved: int = 0
    said: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)
    ended: float = 0.0

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.began

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds

    @property
    def p95(self) -> float:
        """Milliseconds, which 95 of 100 answers take at most."""
        return statistics.quantiles(self.milliseconds, n=20)[-1] if self.milliseconds else math.nan


@dataclass
class Outcome:
    """All that was measured."""

    machine: str
    database: str
    workers: int
    load_before: float
    is_proxied: bool
    bare: Tally
    mix: Tally
    beyond: Tally | None = None
    crowd: int = 0
    recovered_after: float = math.inf
    memory: tuple[float, float] = (0.0, 0.0)
    long_memory: list[float] = field(default_factory=list)

    @property
    def requests(self) -> int:
        """Those that were answered between the two figures of ``memory``."""
        return sum(len(one.milliseconds) for one in (self.mix, self.beyond) if one is not None)

    @property
    def machines_at_peak(self) -> int:
        """How many such machines a national peak of submits takes, each as costly as any save."""
        return math.ceil(PEAK * self.mix.seconds / max(1, self.mix.saved))

    @property
    def faults(self) -> list[str]:
        """What must not be, whatever the machine."""
        wrong = [
            f"a request of the working day: {what} ({n}×)" for what, n in self.mix.said.items()
        ]
        if self.beyond is not None:
            wrong += [
                f"beyond saturation: {what} ({n}×)"
                for what, n in self.beyond.said.items()
                if what not in ("200", "503, with Retry-After")
            ]
            if not self.beyond.said["503, with Retry-After"]:
                wrong.append("beyond saturation nothing was shed")
            if self.recovered_after > RECOVERS_WITHIN:
                wrong.append(f"it had not recovered after {RECOVERS_WITHIN:.0f} s")
        if self.long_memory and self.long_memory[-1] > FLAT * self.long_memory[4]:
            wrong.append("the memory of the workers grew in the second half of the long part")
        return wrong

    def words(self) -> str:
        """The report."""
        lines = [
            f"{self.machine}; {self.database}; gunicorn, {self.workers} workers, "
            + ("behind haproxy as shipped." if self.is_proxied else "no proxy."),
        ]
        if self.load_before > BUSY:
            lines.append(
                f"THE MACHINE WAS BUSY (load {self.load_before:.1f} before it began): its figures "
                "are of what was left of it. Measure again on one that does nothing else."
            )
        lines += [
            f"bare page: {self.bare.rate:.1f} a second, p95 {self.bare.p95:.0f} ms",
            f"working day: {self.mix.rate:.1f} requests a second "
            f"({self.mix.rate / self.bare.rate:.2f} × bare), p95 {self.mix.p95:.0f} ms "
            f"({self.mix.p95 / self.bare.p95:.1f} × bare), "
            f"{len(self.mix.milliseconds)} requests, {sum(self.mix.said.values())} failed",
            f"saved in it: {self.mix.saved / self.mix.seconds:.1f} a second, so that {PEAK} a "
            f"second take {self.machines_at_peak} such machines",
        ]
        if self.beyond is None:
            lines.append("beyond saturation: NOT MEASURED without haproxy")
        else:
            told = ", ".join(f"{what}: {n}" for what, n in sorted(self.beyond.said.items()))
            lines.append(f"beyond saturation, {self.crowd} at once: {told}")
            lines.append(f"served as before {self.recovered_after:.1f} s after they had gone")
        before, after = self.memory
        lines.append(
            f"memory of the workers: {before:.0f} MB, after {self.requests} requests more "
            f"{after:.0f} MB"
        )
        if self.long_memory:
            held = ", ".join(f"{megabytes:.0f}" for megabytes in self.long_memory)
            lines.append(f"at each tenth of {LONG:,} requests more: {held} MB")
        else:
            lines.append(f"flat over {LONG:,}, which is the aim: NOT MEASURED without --long")
        lines += [f"FAULT: {fault}" for fault in self.faults]
        return "\n".join(lines) + "\n"


@contextmanager
def clients(works: list[Callable[[], None]]) -> Iterator[None]:
    """Each of ``works`` in a thread of its own meanwhile; ends when all have ended."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()


def ask(port: int, path: str, cookie: str) -> tuple[str, float]:
    """One page: how it was answered, and how long that took in milliseconds."""
    began = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        said = str(answer.status)
        if answer.status == 503:
            said += ", with Retry-After" if answer.headers.get("Retry-After") else ", without"
    except (OSError, http.client.HTTPException) as error:
        said = type(error).__name__
    finally:
        connection.close()
    return said, (time.perf_counter() - began) * 1000


def hammer(port: int, path: str, cookie: str, tally: Tally, seconds: float) -> None:
    """Ask for one page again and again; who is told to wait, waits a second."""
    while tally.seconds < seconds:
        said, took = ask(port, path, cookie)
        tally.said[said] += 1
        if said == "200":
            tally.milliseconds.append(took)
        else:
            time.sleep(1)


def find_memory(port: int) -> float:
    """Megabytes that the workers of the server on ``port`` hold, shared ones counted for each."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if f"bench.server\0{port}" not in (status.parent / "cmdline").read_text():
                continue
            lines = dict(x.split(":", 1) for x in status.read_text().splitlines() if ":" in x)
            parent = Path("/proc", lines["PPid"].strip(), "cmdline").read_text()
            if "bench.server" in parent:
                total += int(lines["VmRSS"].split()[0])
        except (OSError, KeyError):
            continue
    return total / 1000


def go_on(port: int, paths: list[tuple[str, str]], server: int) -> list[float]:
    """Ask for ``paths`` (each with its cookie) LONG times, and note the memory at each tenth."""
    held = []
    for _tenth in range(10):

        def some(count: int = LONG // 10 // CLIENTS) -> None:
            for number in range(count):
                ask(port, *paths[number % len(paths)])

        with clients([some] * CLIENTS):
            pass
        held.append(find_memory(server))
    return held


def measure(
    folder: Path, server_url: str, *, seconds: float, people: int, is_long: bool = False
) -> Outcome:
    """Make an installation, serve it, and do the three parts."""
    from assistedaccess.bench import filling, scratch
    from assistedaccess.bench.bare import PATH
    from assistedaccess.bench.browser import Answer, Browser, PageFailed
    from assistedaccess.bench.cast import make_cast, open_sign_in
    from assistedaccess.bench.run import describe_machine, find_half_way
    from assistedaccess.bench.server import WORKERS, serving
    from assistedaccess.bench.walking import Walker, Watch
    from assistedaccess.kernel.transactions import get_database

    from .proxies import behind_haproxy

    class Helper(Browser):
        """Notes every request."""

        def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
            answer = super()._ask(method, path, body)
            mix.milliseconds.append(answer.milliseconds)
            mix.saved += method == "POST" and answer.status in (302, 303)
            return answer

    class Unwatched(Watch):
        """Asks for no bare page beside each: that was measured before."""

        def note(self, key: str, answer: Answer) -> Answer:
            return answer

    load_before = os.getloadavg()[0]
    with (
        scratch.make_scratch(scratch.POSTGRESQL, server_url) as (made, _),
        ExitStack() as stack,
    ):
        scratch.bind(made)
        cast = make_cast(people)
        cast.fresh = len(cast.helpers)  # whoever is walked has nothing begun of what a walk begins
        filling.fill_people(cast, people, lambda *_: None)
        scratch.tidy(made.kind)
        database = scratch.describe_database(made.kind)
        # Several, as at several desks: one account may search so often in an hour, and no oftener.
        helpers = [open_sign_in(helper) for helper in cast.helpers]
        auditor, half_way = open_sign_in(cast.auditor), str(find_half_way())
        get_database().dispose()
        server = stack.enter_context(serving(made))
        port, is_proxied = server, shutil.which("haproxy") is not None
        if is_proxied:
            port = stack.enter_context(behind_haproxy(server, folder, places=WORKERS))

        bare = Tally()
        with clients([lambda: hammer(port, PATH, "", bare, seconds)] * WORKERS):
            pass
        bare.ended = time.monotonic()

        mix = Tally()

        def walk(number: int, turns: slice) -> None:
            for turn, person in enumerate(cast.people[1:][number::WORKERS][turns]):
                browsers = Helper(port, helpers[person.helper]), Helper(port, auditor)
                walker = Walker(port, *browsers, busy=cast.people[0], half_way=half_way)
                try:
                    walker.walk(person, turn, Unwatched(browsers[0]))
                except (PageFailed, OSError) as failed:
                    mix.said[str(failed)[:120]] += 1
                if mix.seconds >= seconds:
                    return

        def walk_all(turns: slice) -> None:
            with clients([partial(walk, number, turns) for number in range(WORKERS)]):
                pass

        walk_all(slice(0, 1))  # workers compile their templates and open their connections
        before, mix = find_memory(server), Tally()
        walk_all(slice(1, None))
        mix.ended = time.monotonic()
        machine = describe_machine()
        outcome = Outcome(
            machine=f"{machine['date']}, {machine['processors']} processors, "
            f"{machine['memory_gb']} GB, Python {machine['python']}, {people} people",
            database=database,
            workers=WORKERS,
            load_before=load_before,
            is_proxied=is_proxied,
            bare=bare,
            mix=mix,
        )
        if is_proxied:
            beyond = outcome.beyond = Tally()
            cookie = f"sign-in={helpers[0]}"
            alone = statistics.median(ask(port, "/today", cookie)[1] for _ in range(9))
            outcome.crowd = math.ceil(CROWD * QUEUE_SECONDS * WORKERS * 1000 / alone)
            with clients(
                [lambda: hammer(port, "/today", cookie, beyond, max(seconds, 2 * QUEUE_SECONDS))]
                * outcome.crowd
            ):
                pass
            beyond.ended = gone = time.monotonic()
            while time.monotonic() < gone + 60:
                said, took = ask(port, "/today", cookie)
                if said == "200" and took < 3 * alone:
                    outcome.recovered_after = time.monotonic() - gone
                    break
        outcome.memory = before, find_memory(server)
        if is_long:
            cookies = [f"sign-in={token}" for token in helpers]
            paths = [
                (path, cookies[person.helper])
                for person in cast.people[:50]
                for path in (
                    "/today",
                    f"/people/{person.reference}",
                    f"/cases/{person.case_reference}",
                    f"/delegations/{person.delegation_reference}",
                )
            ]
            outcome.long_memory = go_on(port, paths, server)
    return outcome


def main(words: list[str]) -> int:
    """As the docstring of this module says."""
    is_tiny, is_long = "--tiny" in words, "--long" in words
    url = words[words.index(POSTGRESQL) + 1] if POSTGRESQL in words else ""
    if words[0] == "--inside":
        folder = Path(words[1])
        size = (TINY_SECONDS, TINY_PEOPLE) if is_tiny else (SECONDS, PEOPLE)
        outcome = measure(folder, url, seconds=size[0], people=size[1], is_long=is_long)
        (folder / REPORT).write_text(outcome.words(), "utf-8")
        return 1 if outcome.faults else 0
    if not url:
        print("NOT MEASURED: it is measured on PostgreSQL, which this machine lacks.")
        return 2
    with folder_for_confined(in_memory=False) as folder:
        code = run_confined(folder, "tests.support.load", *words[1:])
        return code if bring_out(folder, Path(words[0]).absolute()) else 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
