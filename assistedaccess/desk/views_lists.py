"""The long lists behind Today: cases, tasks, claim dates."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.casework.queries import PAGE
from assistedaccess.casework.rules import urgency_of
from assistedaccess.kernel import clock
from assistedaccess.kernel.ids import read_key

from . import service, words
from .views import bp


def read_dated_key(text: str | None) -> tuple[date, UUID] | None:
    """The key of a page of a list that is sorted by day: ``2026-11-23,<id>``."""
    day, _, key = (text or "").partition(",")
    try:
        return date.fromisoformat(day), UUID(key)
    except ValueError:
        return None


def write_dated_key(day: date | None, key: UUID) -> str:
    """What read_dated_key reads."""
    return f"{day.isoformat() if day else ''},{key}"


@bp.get("/cases")
@requires(Permission.CASE_VIEW)
def list_cases() -> ResponseReturnValue:
    """The cases that are not closed: one's own, or the whole organisation's.

    A relative begins here: theirs are headed by who lets them act for them.
    """
    actor = get_actor()
    only_own = request.args.get("whose") != "all"
    before = read_key(request.args.get("before"))
    page = service.list_cases(actor=actor, only_own=only_own, before=before)
    if actor.is_family:
        return render_template(
            "desk/list_held.html",
            held=service.list_held(actor=actor) if before is None else [],
            page=page,
            is_first=before is None,
            words=words,
        )
    return render_template(
        "desk/list_cases.html",
        page=page,
        only_own=only_own,
        is_first=before is None,
        words=words,
    )


@bp.get("/tasks")
@requires(Permission.TODAY_VIEW)
def list_tasks() -> ResponseReturnValue:
    """Everything that one has to do, by date."""
    after = read_dated_key(request.args.get("after"))
    tasks = service.list_tasks(actor=get_actor(), after=after)
    last = tasks[PAGE - 1] if len(tasks) > PAGE else None
    return render_template(
        "desk/list_tasks.html",
        tasks=tasks[:PAGE],
        next_key=write_dated_key(last.due_on, last.id) if last else None,
        is_first=after is None,
        today=clock.today(),
    )


@bp.get("/claim-dates")
@requires(Permission.TODAY_VIEW)
def list_claims() -> ResponseReturnValue:
    """Claim dates that can still be kept, what is lost first at the top; or those that are lost."""
    lost = request.args.get("which") == "lost"
    after = read_dated_key(request.args.get("after"))
    claims = service.list_claims(actor=get_actor(), lost=lost, after=after)
    last = claims[PAGE - 1] if len(claims) > PAGE else None
    more: dict[str, Any] = {"which": "lost"} if lost else {}
    return render_template(
        "desk/list_claims.html",
        claims=claims[:PAGE],
        next_key=write_dated_key(last.keep_date_by, last.id) if last else None,
        is_first=after is None,
        lost=lost,
        more=more,
        today=clock.today(),
        words=words,
        urgency_of=urgency_of,
    )
