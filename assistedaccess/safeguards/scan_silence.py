"""What the scan sees of whoever had a person told less and then did something that they gain by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true

from assistedaccess.applications.models_payee import PaymentConfirmation, PaymentDetails
from assistedaccess.applications.name_check import NameCheck
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State
from assistedaccess.audit import Action
from assistedaccess.delegation.service import GRANT_COMMAND
from assistedaccess.kernel.database import get_session
from assistedaccess.people import rules_silence, second_looks
from assistedaccess.people.models import ContactPoint, Person
from assistedaccess.people.rules_routes import CHANNELS, EndReason, PointKind, Whose

from . import acts
from .signals_seen import NEVER, Seen

PAYEE = "change_payee"
NEAR = timedelta(days=7)
"""Within so long of an act, what the person said of it is about that act."""

DONE = {
    Action.PAYMENT_DETAILS_CHANGED: PAYEE,
    Action.DELEGATION_GRANTED: "represent",
    Action.CONTACT_POINT_CHANGED: "change_contact",
}
ASKED = {
    acts.SUBMIT: PAYEE,  # what waits of it is a change of payee: a claim never does
    GRANT_COMMAND: "represent",
    acts.CHANGE_CONTACT: "change_contact",
}
"""By command, what a hold keeps from counting and not from being looked at. The account that a
claim names itself is none: whoever flees claims, and a second human sees it where anything is odd.
"""

WHO = ("organisation_id", "account_id", "human_id")

BEGINS = {
    second_looks.COMMAND_SILENCE: Action.PENDING_ACT_STORED,  # their own wish holds at once
    rules_silence.ACT: Action.PENDING_ACT_RELEASED,
}
"""When the person is told less, by what waits for a second human."""

GAINS = {*DONE, Action.PENDING_ACT_STORED}


def see_silenced(events: Sequence[Any]) -> dict[UUID, Seen]:
    """How long before, the same human had the person told less: at the person's word, as they
    recorded it, or with a second human (A44). What tells of an unsafe number is no gain.

    Where it is the person's account that changes, whichever human had them told less: two share
    such work, and of all that is done in silence it costs the most (A05). Then, too, however long
    ago that was, while no way is left to tell them: nobody else hears of it. No gain is an account
    in the person's own name that they have confirmed to somebody who had no hand in the silence:
    so does who flees, and has her money come to herself (the twin of A44).
    """
    kinds = {
        event.id: kind
        for event in events
        if event.human_id and event.person_id and (kind := _find_kind(event))
    }
    if not kinds:
        return {}
    query = select(
        PendingAct.person_id,
        PendingAct.human_id,
        PendingAct.asked_at,
        PendingAct.decided_at,
        PendingAct.state,
        PendingAct.command,
        PendingAct.reasons,
        _is_told_nothing().label("is_silent"),
    )
    query = query.join(Person, Person.id == PendingAct.person_id).where(
        PendingAct.person_id.in_({event.person_id for event in events if event.id in kinds}),
        PendingAct.command.in_(
            [second_looks.COMMAND, second_looks.COMMAND_SILENCE, rules_silence.ACT]
        ),
    )
    rows = get_session().execute(query).all()
    silent = {row.person_id for row in rows if row.is_silent}
    stops = [
        (row.person_id, row.human_id, at) for row in rows if (at := _find_moment(row)) is not None
    ]
    silencers = {(person_id, human_id) for person_id, human_id, _at in stops}
    told_less = {person_id for person_id, _human_id in silencers} | silent
    paid = {event.person_id for event in events if kinds.get(event.id) == PAYEE}
    heard = _list_heard(told_less & paid)
    return {
        event.id: Seen(
            kind=kinds[event.id],
            notice_stopped_by_same=True,
            is_told_nothing=event.person_id in silent,
            days_since_notice_stopped=min(
                (
                    (event.occurred_at - at) / timedelta(days=1)
                    for person_id, human_id, at in stops
                    if person_id == event.person_id
                    and (human_id == event.human_id or kinds[event.id] == PAYEE)
                    and at <= event.occurred_at
                ),
                default=NEVER,
            ),
        )
        for event in events
        if event.id in kinds
        and not any(
            person_id == event.person_id
            and kinds[event.id] == PAYEE
            and event.occurred_at - NEAR <= at <= event.occurred_at + NEAR
            and human_id != event.human_id
            and (person_id, human_id) not in silencers
            for person_id, human_id, at in heard
        )
    }


def _list_heard(people: set[UUID]) -> list[tuple[UUID, UUID, datetime]]:
    """By whom these people were heard on an account in their own name, and when."""
    if not people:
        return []
    query = (
        select(
            PaymentDetails.person_id,
            PaymentConfirmation.confirmed_by_human,
            PaymentConfirmation.confirmed_at,
        )
        .join(
            PaymentConfirmation, PaymentConfirmation.application_id == PaymentDetails.application_id
        )
        .where(
            PaymentDetails.person_id.in_(people),
            PaymentDetails.name_check == NameCheck.MATCH,
            PaymentDetails.ended_at.is_(None),
        )
    )
    return [(row[0], row[1], row[2]) for row in get_session().execute(query)]


def find_not_in_order(events: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Of the reviews that refused: those of somebody's own *no more letters*, with who recorded it.
    The second human found that the person did not want it, or what the helper gained by it."""
    refused = {
        event.subject_id: event for event in events if event.action == Action.PENDING_ACT_REFUSED
    }
    if not refused:
        return []
    query = select(PendingAct.id, *(getattr(PendingAct, name) for name in WHO)).where(
        PendingAct.id.in_(refused), PendingAct.command == second_looks.COMMAND_SILENCE
    )
    return [(refused[row.id], row) for row in get_session().execute(query)]


def find_told_nothing(events: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Of what had somebody told less, what leaves them no way at all, with who recorded or asked
    for it: their own *no more letters* as it was recorded, what two humans agreed to, and their
    last way to be reached that somebody wrote down as unsafe (A44, DETECT 24 h). Whoever still gets
    a text, or has a letter kept at a desk, is told, and who was registered within a day had been
    told of nothing yet."""
    return _find_silenced(events) + _find_unsafe(events)


def _find_unsafe(events: Sequence[Any]) -> list[tuple[Any, Any]]:
    unsafe = [
        event
        for event in events
        if event.action in (Action.CONTACT_POINT_CHANGED, Action.CONTACT_POINT_ENDED)
        and event.reason_code == EndReason.NOT_SAFE
        and event.account_id
    ]
    if not unsafe:
        return []
    query = select(Person.id, Person.created_at).where(
        Person.id.in_({event.person_id for event in unsafe}),
        ~_has_way(Person.no_paper_at_home.is_(True)),
    )
    since = {row.id: row.created_at + timedelta(days=1) for row in get_session().execute(query)}
    return [
        (event, event)
        for event in unsafe
        if event.person_id in since and event.occurred_at >= since[event.person_id]
    ]


def _find_silenced(events: Sequence[Any]) -> list[tuple[Any, Any]]:
    begun = {
        event.subject_id: event
        for event in events
        if event.action in (Action.PENDING_ACT_STORED, Action.PENDING_ACT_RELEASED)
        and event.person_id
    }
    if not begun:
        return []
    query = (
        select(
            PendingAct.id,
            PendingAct.command,
            PendingAct.asked_at,
            Person.created_at,
            *(getattr(PendingAct, name) for name in WHO),
        )
        .join(Person, Person.id == PendingAct.person_id)
        .where(
            PendingAct.id.in_(begun),
            PendingAct.command.in_([second_looks.COMMAND_SILENCE, rules_silence.ACT]),
            _is_told_nothing(),
        )
    )
    return [
        (begun[row.id], row)
        for row in get_session().execute(query)
        if begun[row.id].action == BEGINS[row.command]
        and row.asked_at - row.created_at >= timedelta(days=1)
    ]


def _is_told_nothing() -> ColumnElement[bool]:
    """Whether a wish leaves no way by which a notice reaches the person."""
    return or_(Person.contact_is_unsafe, and_(Person.no_paper_at_home, ~_has_way(true())))


def _has_way(without_paper: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a notice reaches the person by any way; where ``without_paper``, by another than a
    letter that comes home."""
    return exists().where(
        ContactPoint.person_id == Person.id,
        ContactPoint.ended_at.is_(None),
        ContactPoint.is_safe,
        ContactPoint.whose != Whose.TRUSTED,
        ContactPoint.kind.in_(list(CHANNELS)),
        or_(ContactPoint.kind != PointKind.POSTAL, ~without_paper),
    )


def _find_kind(event: Any) -> str | None:
    if event.action == Action.PENDING_ACT_STORED:
        return ASKED.get(event.command)
    if event.reason_code == EndReason.NOT_SAFE:
        return None
    return DONE.get(event.action)


def _find_moment(row: Any) -> Any:
    """From when on the person was told less; None where they were not."""
    if row.command == rules_silence.ACT:
        return row.decided_at if row.state == State.RELEASED else None
    return row.asked_at if second_looks.SILENCE in row.reasons else None
