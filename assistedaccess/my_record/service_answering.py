"""Who answers objections looks at them: recorded before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

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
from .named import PENDING
from .reviewers import check_may_answer

PAGE = 50


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
    """What it names, oldest first; four statements."""
    keys: dict[str, list[UUID]] = {kind: [] for kind in _KINDS}
    for each in row.names:
        keys[each["kind"]].append(UUID(each["id"]))
    session = get_session()
    found = []
    for event, who, place in session.execute(
        select(AuditEvent, Account.name, Organisation.name)
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .where(AuditEvent.id.in_(keys["event"]))
    ):
        sentence = words.SENTENCES.get(event.action)
        names = {"who": who or str(words.A_HELPER_BEGINS), "holder": str(words.A_HELPER)}
        said = str(sentence.words) % names if sentence else event.action
        found.append(NamedThing(event.occurred_at, said, who or "", place or "", str(event.id)))
    for delegation, who, place in session.execute(
        select(Delegation, Account.name, Organisation.name)
        .outerjoin(Account, Account.id == Delegation.holder_account_id)
        .join(Organisation, Organisation.id == Delegation.organisation_id)
        .where(Delegation.id.in_(keys["delegation"]))
    ):
        said = str(words.SENTENCES[Action.DELEGATION_GRANTED].words) % {"holder": who or place}
        found.append(
            NamedThing(delegation.granted_at, said, who or "", place, delegation.reference)
        )
    for consent, who, place in session.execute(
        select(Consent, Account.name, Organisation.name)
        .join(Account, Account.id == Consent.account_id)
        .join(Organisation, Organisation.id == Consent.organisation_id)
        .where(Consent.id.in_(keys["consent"]))
    ):
        said = str(words.SENTENCES[Action.CONSENT_RECORDED].words) % {"who": who}
        found.append(NamedThing(consent.recorded_at, said, who, place, consent.reference))
    for act, who, place in session.execute(
        select(PendingAct, Account.name, Organisation.name)
        .outerjoin(Account, Account.id == PendingAct.account_id)
        .outerjoin(Organisation, Organisation.id == PendingAct.organisation_id)
        .where(PendingAct.id.in_(keys[PENDING]))
    ):
        said = str(words.WAITS) % {"what": find_title(act.command)}
        found.append(NamedThing(act.asked_at, said, who or "", place or "", act.reference))
    return sorted(found, key=lambda thing: thing.at)


_KINDS = ("event", "delegation", "consent", PENDING)
