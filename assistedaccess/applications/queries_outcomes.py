"""What is awaited and what was heard: one application's, and the lists of the day.

Another organisation's are not there. Lists show nothing of the person but initials.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    ScalarSelect,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from assistedaccess.accounts.models import Account
from assistedaccess.casework.models import Case
from assistedaccess.casework.queries import open_text
from assistedaccess.casework.rules import CaseState
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation
from assistedaccess.people.initials import initials_of
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person, name_in_lists
from assistedaccess.services.catalogue import Challenge, ChallengeStep
from assistedaccess.services.queries import NATION_CODES, find_service

from . import rules_outcomes
from .models import Application, RecordOfHelp
from .models_outcomes import AwaitedOutcome, Outcome
from .queries_help import open_facts
from .rules_outcomes import Correction, Heard, OutcomeKind

PAGE = 25


def list_heard(awaited_id: UUID) -> list[Outcome]:
    """All that was heard of one, oldest first."""
    query = select(Outcome).where(Outcome.awaited_id == awaited_id).order_by(Outcome.id)
    return list(get_session().scalars(query))


def read_heard(row: Outcome) -> Heard:
    """A stored outcome as the rules take it."""
    return Heard(OutcomeKind(row.kind), row.happened_on, row.weekly_pence, row.arrears_pence)


def find_nation(person: Person, organisation_id: UUID) -> str:
    """Whose rules and bank holidays count: where the person lives, else where the helper works."""
    if person.nation:
        return person.nation
    return get_session().get_one(Organisation, organisation_id).nation


def find_challenge(service: str | None, nation: str) -> Challenge | None:
    """How a decision of that service is challenged there, where the catalogue knows."""
    view = find_service(service) if service else None
    return view.entry.challenge_in(NATION_CODES[nation]) if view is not None else None


def find_step(
    service: str | None,
    nation: str,
    history: Sequence[Outcome],
    settled: tuple[Correction, UUID] | None = None,
) -> ChallengeStep | None:
    """The step by which the next refusal is challenged; what was a mistake counts for nothing."""
    wrong = {one.corrects_id for one in history if one.correction == Correction.MISTAKE}
    if settled is not None and settled[0] is Correction.MISTAKE:
        wrong.add(settled[1])
    kinds = [OutcomeKind(one.kind) for one in history if one.id not in wrong]
    return rules_outcomes.find_step(
        find_challenge(service, nation), rules_outcomes.count_challenges(kinds)
    )


def find_service_name(awaited_id: UUID, service: str | None, language: str) -> str:
    """The name of the service; of help with one that the catalogue does not know, as written."""
    view = find_service(service) if service else None
    if view is not None:
        return view.name(language)
    helped = get_session().get(RecordOfHelp, awaited_id)
    return open_facts(helped)["service"] if helped is not None else ""


@dataclass(frozen=True)
class OutcomeEntry:
    """One thing that was heard, in clear. ``is_wrong``: written down by mistake, as was said."""

    id: UUID
    kind: str
    happened_on: date
    weekly_pence: int | None
    arrears_pence: int | None
    last_day: date | None
    act_by: date | None
    words: str
    correction: str | None
    is_wrong: bool
    heard_at: datetime
    heard_by_name: str


@dataclass(frozen=True)
class OutcomePage:
    """All that is known of what became of one application, newest first.

    ``step`` is how the decision that stands can be challenged now, None where there is none.
    """

    id: UUID
    reference: str
    is_application: bool
    is_own: bool  # else another organisation sent it, and handed the case over
    person_id: UUID
    person_reference: str
    person_name: str
    nation: str
    case_reference: str | None
    service: str | None
    service_name: str
    sent_on: date
    standing: OutcomeKind | None
    next_on: date | None
    asked_on: date | None
    version: int
    entries: list[OutcomeEntry]
    step: ChallengeStep | None
    challenge: Challenge | None


def get_awaited(actor: Actor, awaited_id: UUID) -> AwaitedOutcome:
    """The organisation's row. Raises NotFound."""
    row = get_session().get(AwaitedOutcome, awaited_id)
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    return row


def load_outcome(row: AwaitedOutcome, language: str) -> OutcomePage:
    """One of them in clear; the look has been recorded."""
    person = get_person(row.person_id)
    nation = find_nation(person, row.organisation_id)
    found = list(
        get_session().execute(
            select(Outcome, Account.name)
            .join(Account, Account.id == Outcome.heard_by)
            .where(Outcome.awaited_id == row.id)
            .order_by(Outcome.id)
        )
    )
    history = [each.Outcome for each in found]
    wrong = {one.corrects_id for one in history if one.correction == Correction.MISTAKE}
    entries = [_open_entry(each.Outcome, each.name, nation, wrong) for each in reversed(found)]
    standing = OutcomeKind(row.standing) if row.standing else None
    is_open = standing in rules_outcomes.CHALLENGEABLE
    sent = get_session().execute(_references(), {"awaited_id": row.id}).one()
    return OutcomePage(
        id=row.id,
        reference=sent.reference,
        is_application=row.application_id is not None,
        is_own=sent.organisation_id == row.organisation_id,
        person_id=person.id,
        person_reference=person.reference,
        person_name=person.name,
        nation=nation,
        case_reference=sent.case_reference,
        service=row.service,
        service_name=find_service_name(row.id, row.service, language),
        sent_on=row.sent_on,
        standing=standing,
        next_on=row.next_on,
        asked_on=row.asked_on,
        version=row.version,
        entries=entries,
        step=find_step(row.service, nation, history) if is_open else None,
        challenge=find_challenge(row.service, nation) if is_open else None,
    )


@cache
def _references() -> Select[*tuple[Any, ...]]:
    return (
        select(
            func.coalesce(Application.reference, RecordOfHelp.reference).label("reference"),
            func.coalesce(Application.organisation_id, RecordOfHelp.organisation_id).label(
                "organisation_id"
            ),
            Case.reference.label("case_reference"),
        )
        .select_from(AwaitedOutcome)
        .outerjoin(Application, Application.id == AwaitedOutcome.application_id)
        .outerjoin(RecordOfHelp, RecordOfHelp.id == AwaitedOutcome.record_of_help_id)
        .outerjoin(Case, Case.id == AwaitedOutcome.case_id)
        .where(AwaitedOutcome.id == bindparam("awaited_id"))
    )


def _open_entry(row: Outcome, name: str, nation: str, wrong: set[UUID | None]) -> OutcomeEntry:
    return OutcomeEntry(
        id=row.id,
        kind=row.kind,
        happened_on=row.happened_on,
        weekly_pence=row.weekly_pence,
        arrears_pence=row.arrears_pence,
        last_day=row.last_day,
        act_by=rules_outcomes.act_by(row.last_day, nation) if row.last_day else None,
        words=open_text(row.sealed_for, f"outcome.words.{row.id}", row.words),
        correction=row.correction,
        is_wrong=row.id in wrong,
        heard_at=row.heard_at,
        heard_by_name=name,
    )


# -- the day


@dataclass(frozen=True)
class AwaitedRow:
    """A line of a list: what stands there, of what, and the day that matters."""

    id: UUID
    initials: str
    service: str | None
    case_reference: str | None
    standing: str | None
    sent_on: date
    day: date
    account_name: str


_TODAY: BindParameter[date] = bindparam("today", type_=Date())


def _rows(day: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AwaitedOutcome.id,
            name_in_lists().label("initials"),
            AwaitedOutcome.service,
            Case.reference.label("case_reference"),
            AwaitedOutcome.standing,
            AwaitedOutcome.sent_on,
            day.label("day"),
            Account.name.label("account_name"),
        )
        .join(Person, Person.id == AwaitedOutcome.person_id)
        .join(Account, Account.id == AwaitedOutcome.account_id)
        .outerjoin(Case, Case.id == AwaitedOutcome.case_id)
        .where(
            AwaitedOutcome.organisation_id == bindparam("organisation_id"),
            Person.died_on.is_(None),
        )
    )


# Whoever closed the case has settled what to do about a last day; silence outlives the case.
CASE_IS_OPEN = or_(Case.id.is_(None), Case.state != CaseState.CLOSED)


def _deadlines(passed: bool = False) -> Select[*tuple[Any, ...]]:
    column = AwaitedOutcome.deadline_on
    when = column < _TODAY if passed else column >= _TODAY
    return _rows(column).where(when, CASE_IS_OPEN)


def _unheard(only_own: bool) -> Select[*tuple[Any, ...]]:
    query = _rows(AwaitedOutcome.next_on).where(AwaitedOutcome.next_on < _TODAY)
    if only_own:
        query = query.where(AwaitedOutcome.account_id == bindparam("account_id"))
    return query


def _listed(which: str, only_own: bool) -> tuple[Select[*tuple[Any, ...]], Any]:
    """One of the lists, ``deadlines``, ``passed`` or ``unheard``, and the column of its day."""
    if which == "unheard":
        return _unheard(only_own), AwaitedOutcome.next_on
    return _deadlines(passed=which == "passed"), AwaitedOutcome.deadline_on


def count_awaited(which: str, *where: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many stand in one of the lists: a part of whatever statement counts more, which gives it
    ``organisation_id`` and ``today``."""
    query, _day = _listed(which, only_own=False)
    return select(func.count()).select_from(query.where(*where).subquery()).scalar_subquery()


def _given(actor: Actor) -> dict[str, Any]:
    return {
        "organisation_id": actor.organisation_id,
        "account_id": actor.account_id,
        "today": clock.today(),
    }


def _row(row: Any) -> AwaitedRow:
    values = {key: value for key, value in row._mapping.items() if key != "list"}
    return AwaitedRow(**(values | {"initials": initials_of(values["initials"])}))


def list_for_today(actor: Actor, limit: int) -> tuple[list[AwaitedRow], list[AwaitedRow]]:
    """The organisation's last days that can still be kept, and one's own silences; one statement.

    What is lost first stands first.
    """
    found = get_session().execute(_for_today(limit), _given(actor)).all()
    return (
        [_row(row) for row in found if row.list == "deadline"],
        [_row(row) for row in found if row.list == "unheard"],
    )


@cache
def _for_today(limit: int) -> Select[*tuple[Any, ...]]:
    parts = []
    for name, part in (("deadline", _deadlines()), ("unheard", _unheard(only_own=True))):
        listed = part.add_columns(literal(name).label("list"))
        cut = listed.order_by("day", AwaitedOutcome.id).limit(limit).subquery()
        parts.append(select(cut))
    both = union_all(*parts).subquery()
    return select(both).order_by(both.c.day, both.c.id)


def list_awaited(
    actor: Actor,
    which: str,
    *,
    only_own: bool,
    after: tuple[date, UUID] | None = None,
    limit: int = PAGE,
) -> list[AwaitedRow]:
    """One of the lists in full: ``deadlines``, ``passed`` or ``unheard``; paged by (day, id)."""
    query, column = _listed(which, only_own)
    if after is not None:
        query = query.where(
            tuple_(column, AwaitedOutcome.id) > tuple_(literal(after[0]), literal(after[1]))
        )
    query = query.order_by(column, AwaitedOutcome.id).limit(limit)
    return [_row(row) for row in get_session().execute(query, _given(actor))]


def is_awaited(actor: Actor, subject_id: UUID) -> bool:
    """Whether the organisation keeps what became of an application or of help, for its own page.

    Not of new payment details, nor once it went along with a case that was handed over.
    """
    query = select(AwaitedOutcome.id).where(
        AwaitedOutcome.id == subject_id,
        AwaitedOutcome.organisation_id == actor.organisation_id,
    )
    return get_session().scalar(query) is not None
