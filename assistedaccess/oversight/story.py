"""One event of the journal with everything around it: authority, evidence, before and after, to
whom it was told, who reviewed it, and the proof that it is in the journal."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account, SignIn
from assistedaccess.approvals.models import PendingAct
from assistedaccess.audit.journal import commit_to, plain
from assistedaccess.audit.models import AuditDetail, AuditEvent
from assistedaccess.audit.models_tree import AuditCheckpoint, AuditLeaf
from assistedaccess.audit.verify import open_detail
from assistedaccess.consent.models import Consent, Statement
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.models import Notice, NoticeEntry
from assistedaccess.organisations.models import Organisation, Site
from assistedaccess.people.models import Person

from .queries import Entry, entries_of
from .remit import list_remit_ids, within_remit
from .rules import cover_details, split_changes

AROUND = 30
BESIDE = 60
"""Events to each side in the lane among which those of the same request are looked for: one act
writes far fewer, and its events follow each other there."""


@dataclass(frozen=True)
class ConsentEvidence:
    """What stands behind a yes."""

    reference: str
    mode: str
    way: str
    strength: str
    reasons: list[str]
    statement_version: int
    statement_language: str
    statement_hash: str
    read_began_at: datetime
    read_ended_at: datetime
    recorded_at: datetime
    recorded_by: str | None
    withdrawn_at: datetime | None
    withdrawn_how: str | None


@dataclass(frozen=True)
class DelegationEvidence:
    """Who might act for the person, and until when."""

    reference: str
    powers: list[str]
    services: list[str]
    starts_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_how: str | None
    frozen_at: datetime | None

    @property
    def last_on(self) -> date:
        """The last day on which it holds, as the person was told: it ends with that day."""
        return clock.local(self.expires_at - timedelta(seconds=1)).date()


@dataclass(frozen=True)
class Told:
    """A notice of the same act. ``read_how``: what shows that it was read, or None: not known."""

    reference: str
    kind: str
    channel: str
    state: str
    independent: bool
    queued_at: datetime
    sent_at: datetime | None
    posted_at: datetime | None
    read_at: datetime | None
    read_how: str | None


@dataclass(frozen=True)
class Review:
    """A second human's decision about the same act."""

    reference: str
    command: str
    state: str
    reasons: list[str]
    asked_at: datetime
    drawn_name: str | None
    decided_at: datetime | None


@dataclass(frozen=True)
class Story:
    """One event in full."""

    entry: Entry
    event: AuditEvent
    site_name: str | None
    device: str | None
    details: dict[str, Any] | None
    changes: list[tuple[str, str, str]]  # field, before, after
    holds: bool  # the details are those that the event committed to
    erased: bool
    altered: list[str]  # columns that differ from the signed bytes
    around: list[Entry]
    consent: ConsentEvidence | None
    delegation: DelegationEvidence | None
    notices: list[Told]
    reviews: list[Review]
    leaf_index: int | None
    checkpoint_size: int | None
    sealed_at: datetime | None


def find_story(actor: Actor, event_id: UUID) -> Story | None:
    """The event and its surroundings, or None when it is not there or not in this remit."""
    remit = list_remit_ids(actor)
    found = get_session().execute(_with_all(actor, remit, event_id)).one_or_none()
    if found is None:
        return None
    event, detail = found.AuditEvent, found.AuditDetail
    copied = {name: getattr(event, name) for name in _COPIED}
    entry = Entry(
        **copied,
        account_name=found.account_name,
        organisation_name=found.organisation_name,
        person_reference=found.person_reference,
    )
    opened = open_detail(detail) if detail is not None else None
    details = json.loads(opened[1]) if opened else None
    around = _look_around(actor, remit, event)
    subjects = _gather_subjects(entry, around)
    delegation, consent = _find_evidence(subjects)
    return Story(
        entry=entry,
        event=event,
        site_name=found.site_name,
        device=found.device,
        details=cover_details(details) if details else details,
        changes=split_changes(details or {}),
        holds=opened is not None and commit_to(*opened) == event.commitment,
        erased=event.commitment is not None and opened is None,
        altered=list_altered(event),
        around=around,
        consent=consent,
        delegation=delegation,
        notices=_list_notices(event, subjects.get("notice", [])),
        reviews=_list_reviews(subjects.get("pending_act", [])),
        leaf_index=found.leaf_index,
        checkpoint_size=found.checkpoint_size,
        sealed_at=found.sealed_at,
    )


_COPIED = [
    field.name
    for field in fields(Entry)
    if field.name not in ("account_name", "organisation_name", "person_reference")
]


def _with_all(actor: Actor, remit: list[UUID], event_id: UUID) -> Select[Any]:
    """The event with its names, its detail, its place in the tree and its first checkpoint."""
    first = (
        select(AuditCheckpoint.size)
        .where(AuditCheckpoint.size > AuditLeaf.leaf_index)
        .order_by(AuditCheckpoint.size)
        .limit(1)
        .correlate(AuditLeaf)
        .scalar_subquery()
    )
    query = within_remit(actor, remit, select(AuditEvent).where(AuditEvent.id == event_id))
    return (
        query.add_columns(
            AuditDetail,
            Account.name.label("account_name"),
            Organisation.name.label("organisation_name"),
            Person.reference.label("person_reference"),
            Site.name.label("site_name"),
            SignIn.device.label("device"),
            AuditLeaf.leaf_index,
            AuditCheckpoint.size.label("checkpoint_size"),
            AuditCheckpoint.sealed_at,
        )
        .outerjoin(AuditDetail, AuditDetail.event_id == AuditEvent.id)
        .outerjoin(Account, Account.id == AuditEvent.account_id)
        .outerjoin(Organisation, Organisation.id == AuditEvent.organisation_id)
        .outerjoin(Person, Person.id == AuditEvent.person_id)
        .outerjoin(Site, Site.id == AuditEvent.site_id)
        .outerjoin(SignIn, SignIn.id == AuditEvent.sign_in_id)
        .outerjoin(AuditLeaf, AuditLeaf.event_id == AuditEvent.id)
        .outerjoin(AuditCheckpoint, AuditCheckpoint.size == first)
    )


def list_altered(event: AuditEvent) -> list[str]:
    """The columns that say something else than the signed bytes do."""
    said = json.loads(event.body)
    names = [column.name for column in AuditEvent.__table__.columns if column.name in said]
    return [name for name in names if plain(getattr(event, name)) != said[name]]


def _look_around(actor: Actor, remit: list[UUID], event: AuditEvent) -> list[Entry]:
    """What else happened in the same request, or to the same thing; one statement."""
    near = select(AuditEvent.id).where(
        AuditEvent.lane_id == event.lane_id,
        AuditEvent.lane_seq.between(event.lane_seq - BESIDE, event.lane_seq + BESIDE),
        AuditEvent.request_id == event.request_id,
    )
    same: list[ColumnElement[bool]] = [AuditEvent.id.in_(near)] if event.request_id else []
    if event.subject_id is not None:
        same.append(AuditEvent.subject_id == event.subject_id)
    if not same:
        return []
    query = within_remit(actor, remit, select(AuditEvent).where(or_(*same)))
    query = query.where(AuditEvent.id != event.id).order_by(AuditEvent.id.desc()).limit(AROUND)
    return entries_of(query)


def _gather_subjects(entry: Entry, around: list[Entry]) -> dict[str, list[UUID]]:
    """What the event and its request are about, by kind."""
    gathered: dict[str, list[UUID]] = {}
    for each in (entry, *around):
        pairs = ((each.subject_kind, each.subject_id), (each.authority_kind, each.authority_id))
        for kind, key in pairs:
            if kind is not None and key is not None:
                gathered.setdefault(kind, []).append(key)
    return gathered


def _find_evidence(
    subjects: dict[str, list[UUID]],
) -> tuple[DelegationEvidence | None, ConsentEvidence | None]:
    """The yes that the act stands on, and the delegation that came of it; one statement."""
    consents = subjects.get("consent", []) + subjects.get("assisting", [])
    delegations = subjects.get("delegation", [])
    if not consents and not delegations:
        return None, None
    given = select(Delegation.consent_id).where(Delegation.id.in_(delegations))
    found = (
        get_session()
        .execute(
            select(Consent, Delegation, Statement.version, Account.name)
            .join(Statement, Statement.id == Consent.statement_id)
            .outerjoin(Delegation, Delegation.consent_id == Consent.id)
            .outerjoin(Account, Account.id == Consent.account_id)
            .where(Consent.id.in_(given) if delegations else Consent.id.in_(consents))
            .order_by(Consent.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if found is None:
        return None, None
    row, delegation, version, name = found
    consent = ConsentEvidence(
        reference=row.reference,
        mode=row.mode,
        way=row.way,
        strength=row.strength,
        reasons=list(row.reasons),
        statement_version=version,
        statement_language=row.language,
        statement_hash=row.statement_hash,
        read_began_at=row.read_began_at,
        read_ended_at=row.read_ended_at,
        recorded_at=row.recorded_at,
        recorded_by=name,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=row.withdrawn_how,
    )
    if delegation is None:
        return None, consent
    return (
        DelegationEvidence(
            reference=delegation.reference,
            powers=list(delegation.powers),
            services=list(delegation.services),
            starts_at=delegation.starts_at,
            expires_at=delegation.expires_at,
            ended_at=delegation.ended_at,
            ended_how=delegation.ended_how,
            frozen_at=delegation.frozen_at,
        ),
        consent,
    )


def _list_notices(event: AuditEvent, notice_ids: list[UUID]) -> list[Told]:
    """The notices of the same request, and whichever tells of this very event."""
    tells = exists().where(NoticeEntry.notice_id == Notice.id, NoticeEntry.event_id == event.id)
    told = and_(Notice.person_id == event.person_id, tells)
    rows = get_session().execute(
        select(
            Notice.reference,
            Notice.kind,
            Notice.channel,
            Notice.state,
            Notice.independent,
            Notice.queued_at,
            Notice.sent_at,
            Notice.posted_at,
            Notice.read_at,
            Notice.read_how,
        )
        .where(or_(Notice.id.in_(notice_ids), told))
        .order_by(Notice.id)
    )
    return [Told(**row._mapping) for row in rows]


def _list_reviews(pending_ids: list[UUID]) -> list[Review]:
    if not pending_ids:
        return []
    reviewer = aliased(Account)
    rows = get_session().execute(
        select(
            PendingAct.reference,
            PendingAct.command,
            PendingAct.state,
            PendingAct.reasons,
            PendingAct.asked_at,
            reviewer.name.label("drawn_name"),
            PendingAct.decided_at,
        )
        .outerjoin(reviewer, reviewer.id == PendingAct.drawn_account_id)
        .where(PendingAct.id.in_(pending_ids))
        .order_by(PendingAct.id)
    )
    return [Review(**row._mapping) for row in rows]
