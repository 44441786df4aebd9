"""One measurement from end to end: make, fill, serve, walk, sum up, throw away."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.sealing import seal_all
from assistedaccess.kernel import clock
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.transactions import get_database, reading

from . import aims, busy_site, filling, filling_journal, journal_speed, long_forms, scratch
from .aims import Figures, Series
from .browser import Browser
from .busy_site import OPEN_CASES, BusySite
from .cast import Cast, make_cast, open_sign_in
from .controls_speed import measure_controls
from .journal_speed import Ratio
from .long_forms import LongForms
from .scan_speed import measure_scan
from .scratch import Scratch
from .server import WORKERS, serving
from .walking import Walker, Watch, in_turns

PEOPLE = 1_000
EVENTS = 20_000
CONTROLLED = 100
"""So many times each act with the controls, and as often without."""
WARM_UP = 6
"""Rounds that are not counted: both workers compile templates and open connections."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, and how far: done, of."""


@dataclass(frozen=True)
class Size:
    """How much is measured. ``journal``: events of a second journal to compare with, or 0."""

    scale: float = 1.0
    rounds: int = 40
    journal: int = 0

    @property
    def people(self) -> int:
        return max(20, round(PEOPLE * self.scale))

    @property
    def open_cases(self) -> int:
        return max(20, round(OPEN_CASES * self.scale))

    @property
    def events(self) -> int:
        return max(400, round(EVENTS * self.scale))


@dataclass(frozen=True)
class JournalFigures:
    """A page of the auditor's list, in the usual journal and in the large one, in turn."""

    key: str
    title: str
    median_ms: float
    large_ms: float
    ratio: float
    statements: int
    misses: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """What was measured on one database."""

    database: str
    people: int
    delegations: int
    events: int
    pages: list[Figures]
    grant: Figures | None
    large_events: int
    journal: list[JournalFigures]
    ratios: list[Ratio]

    @property
    def misses(self) -> list[str]:
        """Every aim that was not met, as page and aim."""
        rows: list[Figures | JournalFigures | Ratio] = [*self.pages, *self.journal, *self.ratios]
        rows += [self.grant] if self.grant else []
        return [f"{row.title}: {miss}" for row in rows for miss in row.misses]


def describe_machine() -> dict[str, Any]:
    """What it was measured on, without the machine's name."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return {
        "date": clock.today().isoformat(),
        "processors": os.cpu_count(),
        "memory_gb": round(pages * size / 1e9),
        "python": platform.python_version(),
        "workers": WORKERS,
    }


def as_dict(results: list[Result]) -> dict[str, Any]:
    """The shape of ``bench --json``."""
    return {
        "machine": describe_machine(),
        "databases": [
            {
                **asdict(result),
                "ratios": [{**asdict(ratio), "misses": ratio.misses} for ratio in result.ratios],
                "misses": result.misses,
            }
            for result in results
        ],
        "misses": [f"{r.database.split(',')[0]}: {miss}" for r in results for miss in r.misses],
    }


def measure(kind: str, server_url: str, size: Size, progress: Progress) -> Result:
    """Measure on a database of that kind. Raises NoDatabase, NotServing, PageFailed."""
    with scratch.make_scratch(kind, server_url) as (usual, scratches):
        scratch.bind(usual)
        cast = _fill(size, progress)
        forms = long_forms.add_long_forms(cast, lambda *far: progress("Long forms", *far))
        site = busy_site.add_busy_site(
            cast, size.open_cases, lambda *far: progress("Open cases", *far)
        )
        scratch.tidy(kind)
        described, events = scratch.describe_database(kind), _count_events()
        get_database().dispose()
        large = _enlarge(scratches.make(usual), cast, size, progress) if size.journal else None
        with ExitStack() as stack:
            walker = _start(stack, usual, cast)
            pages = _walk_pages(walker, cast, (forms, site), size, progress)
            journal = []
            if large is not None:
                journal = _compare(walker, _start(stack, large, cast), size, progress)
            get_database().dispose()
        scratch.bind(large or usual)
        controlled = measure_controls(cast, min(size.people // 2, CONTROLLED))
        get_database().dispose()
        progress("What the journal costs", 0, 1)
        spare = scratches.make(usual)
        scratch.bind(spare)
        ratios = [*controlled, measure_scan()]
        ratios += journal_speed.measure_journal(
            spare.settings.database_url,
            spare.folder,
            max(10, size.people // 5),
            min(journal_speed.ROUNDS, size.rounds),
        )
        progress("What the journal costs", 1, 1)
        get_database().dispose()
    return Result(
        database=described,
        people=len(cast.people),
        delegations=len(cast.people),
        events=events,
        pages=[aims.sum_up(page, pages[page.key]) for page in aims.PAGES if page.key in pages],
        grant=aims.sum_up_grant(pages),
        large_events=size.journal,
        journal=journal,
        ratios=[*long_forms.compare(pages), *ratios],
    )


def _fill(size: Size, progress: Progress) -> Cast:
    cast = make_cast(size.people)
    filling.fill_people(cast, size.people, lambda *far: progress("People", *far))
    filling_journal.fill_journal(
        cast, size.events - _count_events(), lambda *far: progress("Events", *far)
    )
    seal_all()
    return cast


def _count_events() -> int:
    with reading():
        return filling_journal.count_events()


def _enlarge(large: Scratch, cast: Cast, size: Size, progress: Progress) -> Scratch:
    scratch.bind(large)
    filling_journal.enlarge_journal(
        cast, size.journal - _count_events(), lambda *far: progress("More events", *far)
    )
    seal_all()
    scratch.tidy(large.kind)
    get_database().dispose()
    return large


def _start(stack: ExitStack, installation: Scratch, cast: Cast) -> Walker:
    """Serve an installation until ``stack`` closes, with a helper and an auditor signed in."""
    scratch.bind(installation)
    helper, auditor = open_sign_in(cast.helpers[0]), open_sign_in(cast.auditor)
    seal_all()  # a sealer's mark is set by a batch that is not full
    half_way = find_half_way()
    get_database().dispose()
    port = stack.enter_context(serving(installation))
    return Walker(
        port=port,
        helper=Browser(port, helper),
        auditor=Browser(port, auditor),
        busy=cast.people[0],
        half_way=str(half_way),
    )


def find_half_way() -> UUID:
    """The event in the middle of the journal."""
    with reading():
        count = filling_journal.count_events()
        query = select(AuditEvent.id).order_by(AuditEvent.id).offset(count // 2).limit(1)
        return get_session().scalars(query).one()


def _walk_pages(
    walker: Walker,
    cast: Cast,
    beside: tuple[LongForms, BusySite],
    size: Size,
    progress: Progress,
) -> dict[str, Series]:
    people = cast.clients[1:]
    warm_up = min(WARM_UP, max(1, len(people) // 4))
    rounds = min(size.rounds, len(people) - warm_up)
    watch = Watch(Browser(walker.port))
    forms, site = beside
    busy = Browser(walker.port, open_sign_in(site.helper))

    def walk(turn: int) -> None:
        if turn == warm_up:
            watch.series.clear()
        walker.walk(people[turn], turn, watch)
        forms.walk(walker.helper, turn, watch)
        site.walk(busy, watch)

    total = warm_up + rounds
    in_turns(total, [walk], lambda turn: progress("Rounds of pages", turn, total))
    return watch.series


def _compare(usual: Walker, large: Walker, size: Size, progress: Progress) -> list[JournalFigures]:
    """The auditor's pages on both journals, one after the other in each round."""
    watches = {walker: Watch(Browser(walker.port)) for walker in (usual, large)}
    total = WARM_UP + size.rounds

    def walk_with(walker: Walker) -> Callable[[int], None]:
        def walk(turn: int) -> None:
            if turn == WARM_UP:
                watches[walker].series.clear()
            walker.walk_journal(watches[walker])

        return walk

    in_turns(
        total,
        [walk_with(walker) for walker in watches],
        lambda turn: progress("Rounds of journals", turn, total),
    )
    return [_as_journal_figures(key, *watches.values()) for key in aims.JOURNAL]


def _as_journal_figures(key: str, usual: Watch, large: Watch) -> JournalFigures:
    before = aims.median(usual.series[key].milliseconds)
    after = aims.median(large.series[key].milliseconds)
    ratio = after / before
    slower = ratio > aims.MOST_TIMES_SMALLER
    return JournalFigures(
        key=key,
        title=aims.BY_KEY[key].title,
        median_ms=round(before, 2),
        large_ms=round(after, 2),
        ratio=round(ratio, 2),
        statements=max(large.series[key].statements),
        misses=(f"over {aims.MOST_TIMES_SMALLER:g} × the usual journal",) if slower else (),
    )
