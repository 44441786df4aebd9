"""The figures as a table for people, with every aim that is not met marked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .aims import Figures
from .journal_speed import Ratio
from .run import JournalFigures, Result

HEAD = ("page", "", "statements", "median ms", "p95 ms", "bare ms", "× bare", "")
RATIO_HEAD = ("what", "", "measured", "aim", "")
JOURNAL_HEAD = ("page", "", "statements", "usual ms", "large ms", "", "ratio", "")


def write_report(machine: dict[str, Any], results: list[Result]) -> str:
    """The whole report."""
    lines = [
        f"{machine['date']}, {machine['processors']} processors, {machine['memory_gb']} GB, "
        f"Python {machine['python']}, gunicorn with {machine['workers']} workers, one client."
    ]
    for result in results:
        lines += ["", *_write_result(result)]
    return "\n".join(lines)


def _write_result(result: Result) -> Iterable[str]:
    yield result.database
    yield (
        f"{result.people:,} people, {result.delegations:,} delegations, {result.events:,} events"
    )
    yield ""
    pages = [*result.pages, *([result.grant] if result.grant else [])]
    yield from _table([HEAD, *(_page_row(figures) for figures in pages)])
    if result.journal:
        yield ""
        yield f"The auditor's list with {result.large_events:,} events:"
        yield from _table([JOURNAL_HEAD, *(_journal_row(figures) for figures in result.journal)])
    yield ""
    yield "What length and the journal cost:"
    yield from _table([RATIO_HEAD, *(_ratio_row(ratio) for ratio in result.ratios)])
    yield ""
    yield "Every aim is met." if not result.misses else f"Aims not met: {len(result.misses)}"
    yield from (f"  {miss}" for miss in result.misses)


def _page_row(figures: Figures) -> tuple[str, ...]:
    return (
        figures.title,
        figures.method,
        str(figures.statements),
        f"{figures.median_ms:.1f}",
        f"{figures.p95_ms:.1f}",
        f"{figures.bare_ms:.1f}",
        f"{figures.times_bare:.1f}",
        _mark(figures.misses),
    )


def _journal_row(figures: JournalFigures) -> tuple[str, ...]:
    return (
        figures.title,
        "GET",
        str(figures.statements),
        f"{figures.median_ms:.1f}",
        f"{figures.large_ms:.1f}",
        "",
        f"{figures.ratio:.2f}",
        _mark(figures.misses),
    )


def _ratio_row(ratio: Ratio) -> tuple[str, ...]:
    aim = f"{'at least' if ratio.at_least else 'at most'} {ratio.aim:g}"
    return (ratio.title, ratio.unit, f"{ratio.value:.2f}", aim, _mark(ratio.misses))


def _mark(misses: tuple[str, ...]) -> str:
    return f"MISS: {', '.join(misses)}" if misses else ""


def _table(rows: list[tuple[str, ...]]) -> Iterable[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if place in (0, 1, len(row) - 1) else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
