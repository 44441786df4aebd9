"""Recording that a person has died, and undoing it where it was a mistake.

One human is enough to record it: all that can be done in the person's name stops, and a mistake is
put right the same day. Undoing takes two. Whoever can be told at the person's address is told of
both: nobody may be silenced by being called dead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock, controls, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.controls import Act
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.organisations.service import require_may_act

from . import inputs, rules_death
from .events import DeathUndone, PersonDied
from .models import Person
from .models_death import Death
from .queries_merging import list_records
from .reach import check_open_record, reach_person, touch
from .routes import choose_routes
from .rules_death import ToldBy


@command("people.record_death")
def record_death(*, actor: Actor, person_id: UUID, died_on: date, told_by: str) -> UUID:
    """Record that a person has died: their record closes, and nobody acts for them any more.

    Returns the id of the record. Raises RecordClosed where it is recorded already, InvalidInput
    for a day to come or before their birth.
    """
    require(actor, Permission.PERSON_CHANGE)
    require_may_act(actor)
    person = reach_person(actor, person_id, lock=True)
    check_open_record(person)
    said = read_word("told_by", told_by, ToldBy, _("Select how you know"))
    rules_death.check_date(died_on, person.birth_year, clock.today())
    now = clock.now()
    death_id = _record(actor, person, died_on, said, now)
    for other_id in list_records(person.id)[1:]:  # what runs under a merged record stops with it
        _record(actor, reach_person(actor, other_id, lock=True), died_on, said, now)
    return death_id


def _record(actor: Actor, person: Person, died_on: date, said: ToldBy, now: datetime) -> UUID:
    assert actor.organisation_id is not None  # noqa: S101  (require_may_act refused it)
    death_id = new_id()
    get_session().add(
        Death(
            id=death_id,
            person_id=person.id,
            died_on=died_on,
            told_by=str(said),
            recorded_at=now,
            recorded_by=actor.account_id,
            recorded_by_human=actor.human_id,
            organisation_id=actor.organisation_id,
        )
    )
    get_session().flush()
    record(
        Action.DEATH_RECORDED,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason=str(said),
        details={"died_on": died_on.isoformat()},
    )
    if person.merged_into_id is None:
        # While there is still somebody to tell; after the fact, so that their no names it.
        _tell(actor, person.id, NoticeKind.DEATH_RECORDED)
    person.died_on = died_on
    touch(person)
    get_session().flush()
    publish(PersonDied(person.id, death_id, actor))
    return death_id


@command(rules_death.UNDO)
def undo_death(*, actor: Actor, death_id: UUID, reason: str) -> UUID:
    """Undo a death that was recorded by mistake, with a second human; returns its id.

    Undone on the day on which it was recorded, everything is as it was, delegations included.
    Later the record opens again, but what had ended stays ended: the person gives it anew.
    """
    require(actor, Permission.PERSON_CHANGE)
    require_may_act(actor)
    row = get_session().get(Death, death_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    person = reach_person(actor, row.person_id, lock=True)
    words = read_text("reason", reason, most=inputs.LONGEST_SHORT_NOTE)
    if not words:
        raise InvalidInput("reason", _("Enter how you know that it was a mistake"))
    if row.undone_at is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("person", person.id))
        return row.id
    controls.decide(
        Act(rules_death.UNDO, actor, person_id=person.id, organisation_id=actor.organisation_id)
    )
    now = clock.now()
    _undo(actor, row, person, words, now)
    for other in _list_recorded_with(row):
        _undo(actor, other, reach_person(actor, other.person_id, lock=True), words, now)
    return row.id


def _list_recorded_with(row: Death) -> Sequence[Death]:
    """The deaths that were written under merged records by the same act."""
    others = list_records(row.person_id)[1:]
    if not others:
        return ()
    return list(
        get_session().scalars(
            select(Death)
            .where(
                Death.person_id.in_(others),
                Death.recorded_at == row.recorded_at,
                Death.undone_at.is_(None),
            )
            .order_by(Death.id)
            .with_for_update()
        )
    )


def _undo(actor: Actor, row: Death, person: Person, words: str, now: datetime) -> None:
    row.undone_at = now
    row.undone_by = actor.account_id
    row.undone_reason = encryption.seal(person.id, "death.undone_reason", words)
    person.died_on = None
    touch(person)
    get_session().flush()
    is_same_day = rules_death.is_same_day(row.recorded_at, now)
    record(
        Action.DEATH_UNDONE,
        actor=actor,
        person_id=person.id,
        subject=("person", person.id),
        reason="same_day" if is_same_day else "later",
        details={"reason": words},
    )
    publish(DeathUndone(person.id, row.id, actor, is_same_day))
    if person.merged_into_id is None:
        _tell(actor, person.id, NoticeKind.DEATH_UNDONE)


def _tell(actor: Actor, person_id: UUID, kind: NoticeKind) -> None:
    assert actor.organisation_id is not None  # noqa: S101
    route, seconds = choose_routes(person_id, actor)
    queue_notice(
        actor=actor,
        person_id=person_id,
        kind=kind,
        route=route,
        organisation_id=actor.organisation_id,
        second_routes=seconds,
    )


def find_death(person_id: UUID) -> Death | None:
    """The record of a person's death that stands."""
    return (
        get_session()
        .scalars(select(Death).where(Death.person_id == person_id, Death.undone_at.is_(None)))
        .first()
    )


def describe_undoing(arguments: Mapping[str, Any]) -> Sequence[tuple[object, object]]:
    """Rows of label and value for who decides whether a death was a mistake."""
    row = get_session().get(Death, arguments["death_id"])
    if row is None:
        return ()
    return [
        (_("Recorded on"), clock.local(row.recorded_at).strftime("%d.%m.%Y")),
        (_("The day of the death, as recorded"), row.died_on.strftime("%d.%m.%Y")),
        (_("Why it was a mistake"), arguments["reason"]),
    ]


def exclude_recorder(
    command_name: str, arguments: Mapping[str, Any], _person_id: UUID | None
) -> set[UUID]:
    """Who recorded the death does not decide whether that was a mistake."""
    if command_name != rules_death.UNDO:
        return set()
    row = get_session().get(Death, arguments["death_id"])
    return {row.recorded_by_human} if row is not None else set()
