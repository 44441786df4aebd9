"""The auditors' queue, as an auditor may see it: of their remit, never about themself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.access import Role
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action
from assistedaccess.audit.models import AuditDetail, AuditEvent
from assistedaccess.audit.verify import open_detail
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import AuditRemit, Membership, Organisation, RoleGrant
from assistedaccess.people.models import Person

from .models import Finding, Flag, FlagDecision, Tip
from .queries import Entry, entries_of
from .queries_asked import Answered, find_answered
from .remit import list_remit_ids
from .rules import PAGE
from .rules_flags import LOOKS

CAME_OF_IT = (
    Action.CASE_OPENED,
    Action.CASE_REOPENED,
    Action.CONSENT_RECORDED,
    Action.APPLICATION_STARTED,
    Action.CHANGE_STARTED,
    Action.PAYMENT_DETAILS_STARTED,
    Action.PAYMENT_DETAILS_CONFIRMED,
    Action.RECORD_OF_HELP_MADE,
    Action.DELEGATION_ENDED,
    Action.DELEGATION_FROZEN,
    Action.CONSENT_WITHDRAWN,
)
"""What shows that a look was the beginning of work for the person."""

FOLLOWED = 20
NOT_ANSWERED = Answered()


@dataclass(frozen=True)
class FlagRow:
    """A flag as the queue shows it; ``came_of_it``: the same account then did something for the
    person."""

    id: UUID
    kind: str
    organisation_id: UUID | None
    organisation_name: str | None
    event_id: UUID | None
    tip_id: UUID | None
    person_id: UUID | None
    person_reference: str | None
    account_id: UUID | None
    account_name: str | None
    reason_code: str | None
    raised_at: datetime
    due_at: datetime
    decided_at: datetime | None
    came_of_it: bool


@dataclass(frozen=True)
class FlagPage:
    """One page of the queue, what is oldest first."""

    rows: list[FlagRow]
    after: UUID | None


@dataclass(frozen=True)
class FlagView:
    """A flag with what helps to decide about it."""

    row: FlagRow
    tip_reference: str | None
    tip_words: str | None
    teller: str | None
    look_words: str | None
    looks: int  # of this account at this person, ever
    followed: list[Entry]
    decision: str | None
    decision_words: str | None
    decided_by: str | None
    finding_reference: str | None
    answered: Answered = NOT_ANSWERED  # by whoever looked
    is_in_no_remit: bool = False  # nobody may look into its journal yet


def _mine(actor: Actor, remit: list[UUID]) -> ColumnElement[bool]:
    """Flags of the remit, tips that name no place, administrators whom no remit has; none about
    the auditor themself."""
    nowhere = and_(Flag.organisation_id.is_(None), Flag.tip_id.is_not(None))
    seen = [_of_unwatched_administrators(actor)]
    if remit:
        seen += [Flag.organisation_id.in_(remit), nowhere]
    return and_(or_(*seen), or_(Flag.human_id.is_(None), Flag.human_id != actor.human_id))


def _of_unwatched_administrators(actor: Actor) -> ColumnElement[bool]:
    """Flags about an administrator, past ones too, where nobody has their organisation in a remit.

    Administrators give the remits, so whoever gives none over their own organisation would be seen
    by nobody. Every auditor of the installation sees these, but those who belong to it.
    """
    own = select(Membership.organisation_id).where(
        Membership.human_id == actor.human_id, Membership.ended_at.is_(None)
    )
    is_administrator = (
        exists()
        .where(RoleGrant.membership_id == Membership.id)
        .where(Membership.account_id == Flag.account_id, RoleGrant.role == str(Role.ADMINISTRATOR))
    )
    is_watched = exists().where(
        AuditRemit.audited_organisation_id == Flag.organisation_id, AuditRemit.ended_at.is_(None)
    )
    return and_(
        is_administrator,
        Flag.organisation_id != actor.organisation_id,
        Flag.organisation_id.not_in(own),
        ~is_watched,
    )


def _rows() -> Select[*tuple[Any, ...]]:
    later = aliased(AuditEvent)
    came = exists().where(
        later.person_id == Flag.person_id,
        later.account_id == Flag.account_id,
        later.id > Flag.event_id,
        later.action.in_([str(action) for action in CAME_OF_IT]),
    )
    return (
        select(
            Flag.id,
            Flag.kind,
            Flag.organisation_id,
            Organisation.name.label("organisation_name"),
            Flag.event_id,
            Flag.tip_id,
            Flag.person_id,
            Person.reference.label("person_reference"),
            Flag.account_id,
            Account.name.label("account_name"),
            AuditEvent.reason_code,
            Flag.raised_at,
            Flag.due_at,
            Flag.decided_at,
            came.label("came_of_it"),
        )
        .outerjoin(Organisation, Organisation.id == Flag.organisation_id)
        .outerjoin(Person, Person.id == Flag.person_id)
        .outerjoin(Account, Account.id == Flag.account_id)
        .outerjoin(AuditEvent, AuditEvent.id == Flag.event_id)
    )


def list_waiting(actor: Actor, *, kind: str | None = None, after: UUID | None = None) -> FlagPage:
    """What nobody has decided about yet, oldest first, paged by key; two statements."""
    query = _rows().where(_mine(actor, list_remit_ids(actor)), Flag.decided_at.is_(None))
    if kind is not None:
        query = query.where(Flag.kind == kind)
    if after is not None:
        query = query.where(Flag.id > after)
    found = get_session().execute(query.order_by(Flag.id).limit(PAGE + 1)).all()
    rows = [FlagRow(**row._mapping) for row in found[:PAGE]]
    return FlagPage(rows, rows[-1].id if len(found) > PAGE else None)


def find_message(actor: Actor, reference: str) -> UUID | None:
    """The flag of somebody's message, decided or not; None where it is not there or not in this
    remit."""
    query = select(Flag.id).join(Tip, Tip.id == Flag.tip_id).where(Tip.reference == reference)
    return get_session().scalar(query.where(_mine(actor, list_remit_ids(actor))))


def find_flag(actor: Actor, flag_id: UUID) -> FlagView | None:
    """The flag, or None where it is not there or not in this remit."""
    session = get_session()
    remit = list_remit_ids(actor)
    mine = _mine(actor, remit)
    found = session.execute(_rows().where(Flag.id == flag_id, mine)).one_or_none()
    if found is None:
        return None
    row = FlagRow(**found._mapping)
    tip = session.get(Tip, row.tip_id) if row.tip_id is not None else None
    decision = session.execute(
        select(FlagDecision, Account.name, Finding.reference)
        .outerjoin(Account, Account.id == FlagDecision.account_id)
        .outerjoin(Finding, Finding.id == FlagDecision.finding_id)
        .where(FlagDecision.flag_id == flag_id)
    ).one_or_none()
    looks, followed = _look_around(row)
    return FlagView(
        row=row,
        tip_reference=tip.reference if tip else None,
        tip_words=_open(tip.id, "tip.words", tip.words) if tip else None,
        teller=_open(tip.id, "tip.teller", tip.teller) if tip else None,
        look_words=_read_words(row.event_id),
        looks=looks,
        followed=followed,
        decision=decision[0].decision if decision else None,
        decision_words=(
            _open(flag_id, "flag_decision.words", decision[0].words) if decision else None
        ),
        decided_by=decision[1] if decision else None,
        finding_reference=decision[2] if decision else None,
        answered=find_answered(flag_id, row.event_id) if row.kind in LOOKS else Answered(),
        is_in_no_remit=row.organisation_id is not None and row.organisation_id not in remit,
    )


def _look_around(row: FlagRow) -> tuple[int, list[Entry]]:
    """How often this account looked at this person, and what it did for them afterwards."""
    if row.person_id is None or row.account_id is None or row.event_id is None:
        return 0, []
    session = get_session()
    both = (AuditEvent.person_id == row.person_id, AuditEvent.account_id == row.account_id)
    looks = session.scalar(
        select(func.count(AuditEvent.id)).where(
            *both, AuditEvent.action == str(Action.PERSON_OPENED)
        )
    )
    later = select(AuditEvent).where(*both, AuditEvent.id > row.event_id)
    later = later.order_by(AuditEvent.id).limit(FOLLOWED)
    return looks or 0, entries_of(later)[::-1]


def _read_words(event_id: UUID | None) -> str | None:
    """What somebody typed as the reason of a look."""
    detail = get_session().get(AuditDetail, event_id) if event_id is not None else None
    opened = open_detail(detail) if detail is not None else None
    words: str | None = json.loads(opened[1]).get("words") if opened is not None else None
    return words


def _open(subject_id: UUID, field: str, sealed: bytes | None) -> str | None:
    if sealed is None:
        return None
    try:
        return encryption.unseal(subject_id, field, sealed)
    except encryption.KeyForgotten:
        return None


def lock_flag(actor: Actor, flag_id: UUID) -> Flag | None:
    """The flag's row, locked, or None where it is not there or not in this remit."""
    mine = _mine(actor, list_remit_ids(actor))
    return get_session().scalar(
        select(Flag).where(Flag.id == flag_id, mine).with_for_update(of=Flag)
    )


def find_organisation(reference: str) -> UUID | None:
    """The open organisation of that reference."""
    return get_session().scalar(
        select(Organisation.id).where(
            Organisation.reference == reference, Organisation.closed_on.is_(None)
        )
    )


def list_open_organisations() -> list[Organisation]:
    """All that are open, by name, for the list of places on the public page."""
    return list(
        get_session().scalars(
            select(Organisation)
            .where(Organisation.closed_on.is_(None))
            .order_by(Organisation.name_key)
            .limit(1_000)
        )
    )
