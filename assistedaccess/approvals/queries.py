"""Questions about what waits: for a reviewer, for whoever asked, for a manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, false, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.access import Permission, is_allowed
from assistedaccess.accounts.models import Account
from assistedaccess.audit.explain import Reasons, reasons
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.arguments import encode_arguments
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation

from . import describe, draw, rules
from .models import PendingAct
from .rules import State
from .sealing import open_arguments, open_reason
from .service_words import Said, list_said
from .store import fingerprint_arguments

PAGE_SIZE = 50


@dataclass(frozen=True)
class WaitingRow:
    """A line of a list: nothing of a person, and no reviewer's name."""

    reference: str
    title: object
    asked_by: str
    organisation: str
    asked_at: datetime
    due_at: datetime
    state: str
    escalated_at: datetime | None


@dataclass(frozen=True)
class WaitingPage:
    rows: list[WaitingRow]
    next_key: str | None


def _list(where: ColumnElement[bool], order: Sequence[Any]) -> WaitingPage:
    found = list(
        get_session().execute(
            select(PendingAct, Account.name, Organisation.name)
            .outerjoin(Account, Account.id == PendingAct.account_id)
            .outerjoin(Organisation, Organisation.id == PendingAct.organisation_id)
            .where(where)
            .order_by(*order)
            .limit(PAGE_SIZE + 1)
        )
    )
    rows = [
        WaitingRow(
            row.reference,
            describe.find_title(row.command),
            asked_by or "",
            organisation or "",
            row.asked_at,
            row.due_at,
            row.state,
            row.escalated_at,
        )
        for row, asked_by, organisation in found[:PAGE_SIZE]
    ]
    more = len(found) > PAGE_SIZE
    return WaitingPage(rows, rows[-1].reference if more else None)


def list_reviews(actor: Actor, after: str | None = None) -> WaitingPage:
    """What waits for this reviewer, by the clock: the first to be due comes first."""
    where = and_(PendingAct.drawn_account_id == actor.account_id, PendingAct.state == State.WAITING)
    last = _find(after)
    if last is not None:
        where = and_(
            where,
            or_(
                PendingAct.due_at > last.due_at,
                and_(PendingAct.due_at == last.due_at, PendingAct.id > last.id),
            ),
        )
    return _list(where, [PendingAct.due_at, PendingAct.id])


def list_pending_acts(actor: Actor, after: str | None = None) -> WaitingPage:
    """What this human asked for, and for who manages an organisation all of its own; newest first.

    Waiting or decided: how it ended is what whoever asked comes back for.
    """
    where = _visible(actor)
    last = _find(after)
    if last is not None:
        where = and_(where, PendingAct.id < last.id)
    return _list(where, [PendingAct.id.desc()])


def _visible(actor: Actor) -> ColumnElement[bool]:
    own: ColumnElement[bool] = (
        and_(PendingAct.human_id == actor.human_id, PendingAct.command.not_in(rules.SECOND_LOOKS))
        if actor.human_id is not None
        else false()
    )
    if is_allowed(actor, Permission.APPROVAL_VIEW) and actor.organisation_id is not None:
        return or_(own, PendingAct.organisation_id == actor.organisation_id)
    return own


def _find(reference: str | None) -> PendingAct | None:
    if not reference:
        return None
    return get_session().scalars(select(PendingAct).filter_by(reference=reference)).one_or_none()


def find_asked(actor: Actor, command: str, arguments: dict[str, Any]) -> tuple[str, State] | None:
    """Reference and state of what this human last asked with these very arguments, if ever held."""
    key = fingerprint_arguments(actor, encode_arguments(arguments))
    row = (
        get_session()
        .execute(
            select(PendingAct.reference, PendingAct.state)
            .where(
                PendingAct.human_id == actor.human_id,
                PendingAct.command == command,
                PendingAct.arguments_fingerprint == key,
            )
            .order_by(PendingAct.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return (row.reference, State(row.state)) if row is not None else None


@dataclass(frozen=True)
class PendingActView:
    """What whoever asked, and their manager, see: not the reviewer, not the person."""

    id: UUID
    reference: str
    description: describe.Description
    asked_by: str
    organisation: str
    concerns_person: bool
    words: str
    asked_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    state: str
    is_drawn: bool
    decided_at: datetime | None
    decision_reason: str
    failure: str
    next_reference: str
    is_own: bool
    is_for_actor: bool
    said: Sequence[Said] = ()
    may_be_looked_at_again: bool = False


def get_pending_act(actor: Actor, reference: str) -> PendingActView:
    """A pending act for whoever asked, their manager, or the drawn reviewer. Raises NotFound.

    The arguments are shown where they concern no person.
    """
    follower = aliased(PendingAct)
    found = (
        get_session()
        .execute(
            select(PendingAct, Account.name, Organisation.name, follower.reference)
            .outerjoin(Account, Account.id == PendingAct.account_id)
            .outerjoin(Organisation, Organisation.id == PendingAct.organisation_id)
            .outerjoin(follower, follower.follows_id == PendingAct.id)
            .where(PendingAct.reference == reference)
            .where(or_(_visible(actor), PendingAct.drawn_account_id == actor.account_id))
        )
        .first()
    )
    if found is None:
        raise NotFound
    row, asked_by, organisation, next_reference = found
    title = describe.find_title(row.command)
    is_own = actor.is_same_human(row.human_id)
    return PendingActView(
        id=row.id,
        reference=row.reference,
        description=(
            describe.Description(title, ())
            if row.person_id is not None
            else describe.describe(row.command, open_arguments(row))
        ),
        asked_by=asked_by or "",
        organisation=organisation or "",
        concerns_person=row.person_id is not None,
        words=row.words,
        asked_at=row.asked_at,
        due_at=row.due_at,
        escalated_at=row.escalated_at,
        state=row.state,
        is_drawn=draw.seems_drawn(row),
        decided_at=row.decided_at,
        decision_reason=open_reason(row),
        failure=row.failure or "",
        next_reference=next_reference or "",
        is_own=is_own,
        is_for_actor=actor.account_id == row.drawn_account_id and not is_own,
        # A manager sees that it waits, and never what is said of a person.
        said=list_said(row, to_who_decides=False) if is_own else (),
        may_be_looked_at_again=(is_own and not next_reference and draw.may_be_looked_at_again(row)),
    )


def explain_review(actor: Actor) -> Reasons | None:
    """Why a reviewer may look at a person: something about them waits for this very reviewer."""
    return _REVIEW if is_allowed(actor, Permission.APPROVAL_DECIDE) else None


_REVIEW = reasons("review", "pending_act", PendingAct.id).where(
    PendingAct.person_id == bindparam("person_id"),
    PendingAct.drawn_account_id == bindparam("account_id"),
    PendingAct.state == State.WAITING,
)


def get_review_id(actor: Actor, reference: str) -> UUID:
    """The key of what this reviewer was drawn for, or asked for; the command says which.

    Raises NotFound for anybody else.
    """
    found = get_session().scalar(
        select(PendingAct.id).where(
            PendingAct.reference == reference,
            or_(
                PendingAct.drawn_account_id == actor.account_id,
                PendingAct.human_id == actor.human_id,
            ),
        )
    )
    if found is None:
        raise NotFound
    return found
