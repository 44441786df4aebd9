"""Who answers objections looks at them: recorded before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, literal, select, union_all

from assistedaccess.access import Permission, Role, require
from assistedaccess.accounts.models import Account
from assistedaccess.approvals.describe import find_title
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.consent.models import Consent
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation
from assistedaccess.organisations.queries import list_audited_organisations

from . import words
from .models import Objection
from .reviewers import check_may_answer
from .rules_objections import PENDING, list_ids

PAGE = 50
NOTHING = literal("")


@dataclass(frozen=True)
class ObjectionRow:
    """An objection in a list: no person, no words."""

    id: UUID
    reference: str
    raised_at: datetime
    due_at: datetime
    escalated_at: datetime | None
    closed_at: datetime | None


@command("my_record.list_objections")
def list_objections(*, actor: Actor) -> list[ObjectionRow]:
    """The open objections that this reviewer was drawn for, or that are in this auditor's remit."""
    require(actor, Permission.OBJECTION_ANSWER)
    record(Action.OBJECTIONS_LISTED, actor=actor)
    query = select(Objection).where(Objection.closed_at.is_(None))
    if actor.role != Role.AUDITOR:
        query = query.where(Objection.drawn_account_id == actor.account_id)
    else:
        own = actor.organisation_id
        remit = list_audited_organisations(own) if own is not None else []
        query = query.where(Objection.organisation_id.in_(remit))
    rows = get_session().scalars(query.order_by(Objection.due_at, Objection.id).limit(PAGE))
    return [
        ObjectionRow(
            row.id, row.reference, row.raised_at, row.due_at, row.escalated_at, row.closed_at
        )
        for row in rows
    ]


@dataclass(frozen=True)
class NamedThing:
    """Something that an objection names: what, when, by whom, where."""

    at: datetime
    words: str
    who: str
    place: str
    reference: str


@dataclass(frozen=True)
class OpenedObjection:
    """All that who answers needs; the person by reference alone."""

    id: UUID
    reference: str
    raised_at: datetime
    due_at: datetime
    how: str
    words: str
    named: list[NamedThing]
    outcome: str | None
    answer: str


@command("my_record.open_objection")
def open_objection(*, actor: Actor, reference: str) -> OpenedObjection:
    """Open an objection to answer it. Raises NotFound, NotFromElsewhere."""
    require(actor, Permission.OBJECTION_ANSWER)
    row = get_session().scalars(select(Objection).filter_by(reference=reference)).one_or_none()
    if row is None:
        raise NotFound
    concerns(person_id=row.person_id, subject=("objection", row.id))
    check_may_answer(actor, row)
    record(
        Action.OBJECTION_OPENED,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("objection", row.id),
        reason="explained.review",
    )
    return OpenedObjection(
        id=row.id,
        reference=row.reference,
        raised_at=row.raised_at,
        due_at=row.due_at,
        how=row.how,
        words=_unseal(row, "words", row.words),
        named=_list_named(row),
        outcome=row.outcome,
        answer=_unseal(row, "answer", row.answer),
    )


def _unseal(row: Objection, column: str, sealed: bytes | None) -> str:
    return encryption.unseal(row.person_id, f"objection.{column}", sealed) if sealed else ""


def _list_named(row: Objection) -> list[NamedThing]:
    """What it names, oldest first; one statement."""
    parts = (
        _select_named(row, "event", AuditEvent, at=AuditEvent.occurred_at, what=AuditEvent.action),
        _select_named(
            row,
            "delegation",
            Delegation,
            at=Delegation.granted_at,
            account_id=Delegation.holder_account_id,
            reference=Delegation.reference,
        ),
        _select_named(row, "consent", Consent, at=Consent.recorded_at, reference=Consent.reference),
        _select_named(
            row,
            PENDING,
            PendingAct,
            at=PendingAct.asked_at,
            what=PendingAct.command,
            reference=PendingAct.reference,
        ),
    )
    found = [
        NamedThing(
            each.at,
            _say_named(each),
            each.who or "",
            each.place or "",
            each.reference or str(each.id),
        )
        for each in get_session().execute(union_all(*parts))
    ]
    return sorted(found, key=lambda thing: thing.at)


def _select_named(
    row: Objection,
    kind: str,
    table: Any,
    *,
    at: Any,
    what: Any = NOTHING,
    reference: Any = NOTHING,
    account_id: Any = None,
) -> Select[*tuple[Any, ...]]:
    """Those of one kind; ``what``: the action or the command, where the kind alone does not say."""
    return (
        select(
            literal(kind).label("kind"),
            table.id.label("id"),
            at.label("at"),
            what.label("what"),
            reference.label("reference"),
            Account.name.label("who"),
            Organisation.name.label("place"),
        )
        .outerjoin(Account, Account.id == (table.account_id if account_id is None else account_id))
        .outerjoin(Organisation, Organisation.id == table.organisation_id)
        .where(table.id.in_(list_ids(row.names, kind)))
    )


def _say_named(found: Row[*tuple[Any, ...]]) -> str:
    if found.kind == PENDING:
        return str(words.WAITS) % {"what": find_title(found.what)}
    action = _SAID_OF.get(found.kind, found.what)
    sentence = words.SENTENCES.get(action)
    if sentence is None:
        return str(action)
    holder = found.who or found.place if found.kind == "delegation" else words.A_HELPER
    return str(sentence.words) % {"who": found.who or words.A_HELPER_BEGINS, "holder": holder}


_SAID_OF = {"delegation": Action.DELEGATION_GRANTED, "consent": Action.CONSENT_RECORDED}
