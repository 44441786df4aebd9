"""How what waited for a second human ended, for managers."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from assistedaccess.access import Permission, get_actor, requires

from . import words_holds as words
from .rules_holds import Ended, Summary
from .service_holds import view_holds as open_holds
from .views import bp

GAP = "[c]"


@bp.get("/team/holds")
@requires(Permission.APPROVAL_VIEW)
def view_holds() -> ResponseReturnValue:
    """Times, releases, refusals and reversals by month; nothing of a person."""
    summary = open_holds(actor=get_actor())
    return render_template(
        "desk/view_holds.html", summary=summary, lines=_lines(summary), words=words, ends=Ended
    )


def _lines(summary: Summary) -> list[list[object]]:
    lines: list[list[object]] = [
        [
            format_date(month.first, "MMMM y"),
            *(_cell(count) for count in (*month.counts, month.total)),
            words.say_time(month.median) if month.median else GAP,
        ]
        for month in summary.months
    ]
    if lines:
        total = [_cell(count) for count in (*summary.totals, summary.total)]
        waited = words.say_time(summary.median) if summary.median else GAP
        lines.append([words.TOTAL, *total, waited])
    return lines


def _cell(count: int | None) -> str:
    return GAP if count is None else str(count)
