"""Questions about hand-overs. To a third organisation there are none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, exists, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import aliased

from assistedaccess.access import Role
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Membership, Organisation, RoleGrant
from assistedaccess.organisations.queries import is_live
from assistedaccess.organisations.queries_agreements import list_partners
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import name_in_lists

from . import rules, rules_handover
from .models import Case, Note, Task
from .models_handover import HandOver
from .queries import open_text
from .rules import NoteKind, WhyHelp
from .rules_handover import HandOverState, Part

MOST = 50
"""At most so many notes or tasks of a hand-over are read, or rows of a list."""


@dataclass(frozen=True)
class Place:
    """An organisation that can be given a case."""

    id: UUID
    name: str
    has_agreement: bool


def list_places(actor: Actor) -> list[Place]:
    """Every other organisation that is open and has a helper now, by name; two statements.

    ``has_agreement``: what may be shared with it is agreed (organisations.queries_agreements).
    """
    helps = exists(
        select(RoleGrant.id)
        .join(Membership, Membership.id == RoleGrant.membership_id)
        .where(
            Membership.organisation_id == Organisation.id,
            RoleGrant.role == Role.HELPER,
            RoleGrant.ended_at.is_(None),
            is_live(clock.today()),
        )
    )
    query = select(Organisation.id, Organisation.name).where(
        Organisation.closed_on.is_(None), Organisation.id != actor.organisation_id, helps
    )
    found = get_session().execute(query.order_by(Organisation.name, Organisation.id).limit(500))
    partners = list_partners(actor.organisation_id)
    return [Place(row.id, row.name, row.id in partners) for row in found]


def find_offer(case_id: UUID) -> UUID | None:
    """The offer of a case that nobody has answered yet."""
    return get_session().scalar(
        select(HandOver.id).where(
            HandOver.case_id == case_id, HandOver.state == HandOverState.OFFERED
        )
    )


@dataclass(frozen=True)
class HandOverRow:
    """A line of a list: nothing of the person but initials; of one that is offered cold, a dash."""

    id: UUID
    initials: str
    keep_date_by: date | None
    from_name: str
    to_name: str
    is_giver: bool
    state: HandOverState
    offered_at: datetime


def list_hand_overs(actor: Actor) -> list[HandOverRow]:
    """Those offered to the organisation that wait, and the newest of its own; one statement."""
    given = {"organisation_id": actor.organisation_id}
    return [
        HandOverRow(
            id=row.id,
            initials=initials_of(row.said),
            keep_date_by=row.keep_date_by,
            from_name=row.from_name,
            to_name=row.to_name,
            is_giver=row.from_organisation_id == actor.organisation_id,
            state=HandOverState(row.state),
            offered_at=row.offered_at,
        )
        for row in get_session().execute(_rows(), given)
    ]


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    giver, taker = aliased(Organisation), aliased(Organisation)
    own: Any = bindparam("organisation_id")
    # As rules_handover.may_see_person has it of those that are listed: cold, it is nobody's name.
    shows = or_(HandOver.from_organisation_id == own, HandOver.is_warm)
    return (
        select(
            HandOver.id,
            sql_case((shows, name_in_lists()), else_="").label("said"),
            Case.keep_date_by,
            giver.name.label("from_name"),
            taker.name.label("to_name"),
            HandOver.from_organisation_id,
            HandOver.state,
            HandOver.offered_at,
        )
        .join(Case, Case.id == HandOver.case_id)
        .join(Person, Person.id == HandOver.person_id)
        .join(giver, giver.id == HandOver.from_organisation_id)
        .join(taker, taker.id == HandOver.to_organisation_id)
        .where(
            or_(
                HandOver.from_organisation_id == own,
                and_(
                    HandOver.to_organisation_id == own,
                    HandOver.state == HandOverState.OFFERED,
                ),
            )
        )
        .order_by(HandOver.id.desc())
        .limit(MOST)
    )


@dataclass(frozen=True)
class HandOverPage:
    """One hand-over as its reader may see it. What is kept from them is None or empty."""

    id: UUID
    state: HandOverState
    is_giver: bool
    is_warm: bool
    shows_person: bool
    from_name: str
    to_name: str
    message: str
    parts: tuple[Part, ...]
    service: str | None
    first_contact_on: date
    keep_date_by: date | None
    claim_sent_on: date | None
    offered_at: datetime
    decided_at: datetime | None
    return_reason: str | None
    return_words: str
    person_name: str | None
    person_reference: str | None
    need: str
    why_help: tuple[WhyHelp, ...]
    notes: list[tuple[datetime, str]]
    tasks: list[tuple[date, str]]
    case_reference: str | None
    """Of the reader's own case: the one that was given, or the one that was opened for it."""


def get_hand_over(actor: Actor, hand_over_id: UUID) -> HandOver:
    """The row, for one of the two organisations that may know of it. Raises NotFound."""
    row = get_session().get(HandOver, hand_over_id)
    check_known(actor, row)
    assert row is not None  # noqa: S101  (check_known refused it)
    return row


def check_known(actor: Actor, row: HandOver | None) -> None:
    """Raise NotFound unless there is such a hand-over for the actor's organisation."""
    if row is None or actor.organisation_id not in (
        row.from_organisation_id,
        row.to_organisation_id,
    ):
        raise NotFound
    is_giver = row.from_organisation_id == actor.organisation_id
    if not rules_handover.may_know(HandOverState(row.state), is_giver=is_giver):
        raise NotFound


def is_asked(actor: Actor, row: HandOver) -> bool:
    """Whether this helper's organisation is asked to take the case, and has not answered."""
    return (
        actor.role == Role.HELPER
        and not actor.is_family
        and actor.organisation_id == row.to_organisation_id
        and row.state == HandOverState.OFFERED
    )


def load_page(actor: Actor, row: HandOver) -> HandOverPage:
    """The hand-over in clear, as far as its reader may see it; the look has been recorded."""
    session = get_session()
    case = session.get_one(Case, row.case_id)
    state = HandOverState(row.state)
    is_giver = row.from_organisation_id == actor.organisation_id
    shows = rules_handover.may_see_person(state, is_giver=is_giver, is_warm=row.is_warm)
    person = session.get_one(Person, row.person_id) if shows else None
    parts = rules_handover.split_parts(row.parts)
    own = case if is_giver else None
    if not is_giver and row.new_case_id is not None:
        own = session.get_one(Case, row.new_case_id)
    names = {
        organisation.id: organisation.name
        for organisation in session.scalars(
            select(Organisation).where(
                Organisation.id.in_([row.from_organisation_id, row.to_organisation_id])
            )
        )
    }
    return HandOverPage(
        id=row.id,
        state=state,
        is_giver=is_giver,
        is_warm=row.is_warm,
        shows_person=shows,
        from_name=names[row.from_organisation_id],
        to_name=names[row.to_organisation_id],
        message=open_text(row.person_id, "hand_over.message", row.message),
        parts=parts,
        service=case.service,
        first_contact_on=case.first_contact_on,
        keep_date_by=case.keep_date_by,
        claim_sent_on=case.claim_sent_on,
        offered_at=row.offered_at,
        decided_at=row.decided_at,
        return_reason=row.return_reason,
        return_words=open_text(row.person_id, "hand_over.return_words", row.return_words),
        person_name=person.name if person is not None else None,
        person_reference=person.reference if person is not None else None,
        need=open_text(row.person_id, "case.need", case.need) if shows else "",
        why_help=rules.split_reasons(case.why_help) if shows else (),
        notes=_list_notes(row) if shows and Part.NOTES in parts else [],
        tasks=_list_tasks(row) if shows and Part.TASKS in parts else [],
        case_reference=own.reference if own is not None else None,
    )


def _list_notes(row: HandOver) -> list[tuple[datetime, str]]:
    """Ordinary ones, as they stood when the case was taken; never a sensitive one."""
    until = row.decided_at or clock.now()
    query = select(Note.written_at, Note.text, Note.sealed_for).where(
        Note.case_id == row.case_id, Note.kind == NoteKind.ORDINARY, Note.written_at <= until
    )
    found = get_session().execute(query.order_by(Note.id.desc()).limit(MOST))
    return [(note.written_at, open_text(note.sealed_for, "note.text", note.text)) for note in found]


def _list_tasks(row: HandOver) -> list[tuple[date, str]]:
    """What was still to do when the case was taken."""
    until = row.decided_at or clock.now()
    query = select(Task.due_on, Task.what).where(
        Task.case_id == row.case_id,
        Task.added_at <= until,
        or_(Task.done_at.is_(None), Task.done_at > until),
    )
    found = get_session().execute(query.order_by(Task.due_on, Task.id).limit(MOST))
    return [(task.due_on, open_text(row.person_id, "task.what", task.what)) for task in found]
