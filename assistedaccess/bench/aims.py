"""What is measured and what is aimed at. Aims are reported, never enforced by a clock.

They are of PostgreSQL; SQLite's figures are told beside the same aims.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_STATEMENTS = {"GET": 12, "POST": 30}
MOST_TIMES_BARE = 3.0
MOST_GRANT_MS = 40.0
MOST_TIMES_SMALLER = 1.2
"""How much slower the auditor's pages may be with a million events than with 20,000."""


@dataclass(frozen=True)
class Page:
    """One main page. ``near_bare``: it is to be within MOST_TIMES_BARE of the bare page.

    ``of_grant``: one of the POSTs that together grant a delegation.
    """

    key: str
    title: str
    method: str = "GET"
    near_bare: bool = False
    of_grant: bool = False


PAGES = (
    Page("sign_in", "Sign in"),
    Page("today", "Today (the helper's home)", near_bare=True),
    Page("today_busy", "Today, at a site with 5,000 open cases", near_bare=True),
    Page("team_busy", "Today for the team, at that site"),
    Page("find_person", "Find a person"),
    Page("search", "Find a person: search", "POST"),
    Page("person", "A person's page", near_bare=True),
    Page("case", "A case's story"),
    Page("case_long", "A case's story of 500 entries"),
    Page("delegation", "A delegation"),
    Page("assist", "Assisting: the page of the yes"),
    Page("assist_yes", "Assisting: record the yes", "POST"),
    Page("start_application", "Begin an application", "POST"),
    Page("application", "An application's tasks", near_bare=True),
    Page("question", "A page of questions", near_bare=True),
    Page("question_save", "A page of questions: save", "POST"),
    Page("check_answers", "Check the answers", near_bare=True),
    Page("short_question", "Form of 6 pages: the last page", near_bare=True),
    Page("long_question", "Form of 60 pages: the last page", near_bare=True),
    Page("long_save", "Form of 60 pages: save one in the midst", "POST"),
    Page("long_check", "Form of 60 pages: check 200 answers", near_bare=True),
    Page("wide_question", "Form of 200 pages: a page in the midst", near_bare=True),
    Page("record_of_help", "Record help given elsewhere", "POST"),
    Page("grant_ask", "Grant: what the person is asked", "POST", of_grant=True),
    Page("grant_read", "Grant: the words are read", "POST", of_grant=True),
    Page("grant_said", "Grant: what the person says back", "POST", of_grant=True),
    Page("grant_way", "Grant: choose how to confirm", "POST", of_grant=True),
    Page("grant_confirm", "Grant: confirmed before a witness", "POST", of_grant=True),
    Page("journal", "The auditor's list"),
    Page("journal_deep", "The auditor's list, half way down"),
    Page("journal_person", "The auditor's list of one person"),
    Page("journal_pictures", "The auditor's pictures of four weeks"),
)
BY_KEY = {page.key: page for page in PAGES}
JOURNAL = ("journal", "journal_deep", "journal_person", "journal_pictures")
"""The pages that must not grow slower with the journal."""


@dataclass
class Series:
    """What was measured of one page; ``bare_ms`` of the bare page of the same size, in turn."""

    milliseconds: list[float] = field(default_factory=list)
    bare_ms: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    size: int = 0


@dataclass(frozen=True)
class Figures:
    """The figures of one page. ``misses`` names the aims that it does not meet."""

    key: str
    title: str
    method: str
    statements: int
    median_ms: float
    p95_ms: float
    bare_ms: float
    times_bare: float
    bytes: int
    requests: int
    misses: tuple[str, ...]


def sum_up(page: Page, series: Series) -> Figures:
    """The figures of a page that was measured at least once. The most statements of all count."""
    middle = median(series.milliseconds)
    bare = median(series.bare_ms)
    statements = max(series.statements)
    times = middle / bare
    misses = []
    if statements > MOST_STATEMENTS[page.method]:
        misses.append(f"over {MOST_STATEMENTS[page.method]} statements")
    if page.near_bare and times > MOST_TIMES_BARE:
        misses.append(f"over {MOST_TIMES_BARE:g} × bare")
    return Figures(
        key=page.key,
        title=page.title,
        method=page.method,
        statements=statements,
        median_ms=round(middle, 2),
        p95_ms=round(percentile(series.milliseconds, 95), 2),
        bare_ms=round(bare, 2),
        times_bare=round(times, 2),
        bytes=series.size,
        requests=len(series.milliseconds),
        misses=tuple(misses),
    )


def sum_up_grant(measured: dict[str, Series]) -> Figures | None:
    """All POSTs of a grant as one, grant by grant; None where they were not measured."""
    parts = [measured[page.key] for page in PAGES if page.of_grant and page.key in measured]
    if not parts:
        return None
    totals = [sum(each) for each in zip(*(part.milliseconds for part in parts), strict=True)]
    bare = [sum(each) for each in zip(*(part.bare_ms for part in parts), strict=True)]
    middle = median(totals)
    return Figures(
        key="grant",
        title="Grant of a delegation: all its POSTs",
        method="POST",
        statements=sum(max(part.statements) for part in parts),
        median_ms=round(middle, 2),
        p95_ms=round(percentile(totals, 95), 2),
        bare_ms=round(median(bare), 2),
        times_bare=round(middle / median(bare), 2),
        bytes=0,
        requests=len(totals),
        misses=(f"over {MOST_GRANT_MS:g} ms",) if middle > MOST_GRANT_MS else (),
    )


def median(values: list[float]) -> float:
    """The middle value; between two, their mean."""
    return percentile(values, 50)


def percentile(values: list[float], part: float) -> float:
    """The value below which ``part`` per cent lie, read between neighbours."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * part / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
