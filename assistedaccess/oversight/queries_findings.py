"""Findings, as the office that opened them and the organisation that is asked may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import aliased

from assistedaccess.accounts.models import Account
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.tree import leaf_hash
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import NotFound
from assistedaccess.organisations.models import Organisation

from .models import Finding, FindingEntry, Flag, FlagDecision, Tip
from .queries import Entry, entries_of
from .remit import list_remit_ids, within_remit
from .rules import PAGE
from .rules_findings import SAYS, TELLING, EntryKind, State, Step, find_deadline, find_state

MOST_ENTRIES = 500


@dataclass(frozen=True)
class FindingRow:
    """A finding in a list."""

    id: UUID
    reference: str
    title: str
    organisation_name: str
    opened_at: datetime
    opened_by_name: str | None
    state: State
    due_on: date | None


@dataclass(frozen=True)
class FindingPage:
    """A page of findings, newest first."""

    rows: list[FindingRow]
    older: UUID | None


@dataclass(frozen=True)
class EntryView:
    """One entry of a finding in clear; ``event`` is the evidence, where the auditor may see it."""

    id: UUID
    kind: EntryKind
    text: str | None
    event_id: UUID | None
    event: Entry | None
    leaf_hash: bytes | None
    leaf_index: int | None
    holds: bool  # the event's bytes still have the hash that was pinned
    referred_to: str | None
    due_on: date | None
    written_by: str | None
    written_at: datetime


@dataclass(frozen=True)
class FindingView:
    """A finding in full."""

    id: UUID
    reference: str
    title: str
    organisation_id: UUID
    organisation_name: str
    office_name: str
    opened_at: datetime
    opened_by_name: str | None
    state: State
    due_on: date | None
    entries: list[EntryView]
    tip_reference: str | None

    @property
    def is_closed(self) -> bool:
        return self.state is State.CLOSED


@dataclass(frozen=True)
class QuestionRow:
    """What an organisation is asked: nothing else of the finding."""

    reference: str
    office_name: str
    question: str
    asked_at: datetime
    due_on: date | None
    is_answered: bool


def _text(finding_id: UUID, field: str, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    try:
        return encryption.unseal(finding_id, field, sealed)
    except encryption.KeyForgotten:
        return ""


def _newest(kinds: Iterable[EntryKind], column: Any) -> ScalarSelect[Any]:
    return (
        select(column)
        .where(
            FindingEntry.finding_id == Finding.id,
            FindingEntry.kind.in_([str(kind) for kind in kinds]),
        )
        .order_by(FindingEntry.id.desc())
        .limit(1)
        .correlate(Finding)
        .scalar_subquery()
    )


def _mine(actor: Actor, remit: list[UUID]) -> Select[Any]:
    return select(Finding).where(
        Finding.auditing_organisation_id == actor.organisation_id,
        Finding.organisation_id.in_(remit),
    )


def _is_closed() -> Any:
    return exists().where(
        FindingEntry.finding_id == Finding.id, FindingEntry.kind == str(EntryKind.CLOSED)
    )


def list_findings(
    actor: Actor,
    *,
    closed: bool = False,
    organisation_id: UUID | None = None,
    before: UUID | None = None,
) -> FindingPage:
    """A page of the office's findings in the actor's remit, newest first; three statements."""
    deadline = (
        select(FindingEntry.due_on)
        .where(FindingEntry.finding_id == Finding.id, FindingEntry.due_on.is_not(None))
        .order_by(FindingEntry.id.desc())
        .limit(1)
        .correlate(Finding)
        .scalar_subquery()
    )
    query = (
        _mine(actor, list_remit_ids(actor))
        .join(Organisation, Organisation.id == Finding.organisation_id)
        .outerjoin(Account, Account.id == Finding.opened_by)
        .add_columns(
            Organisation.name,
            Account.name,
            _newest(TELLING, FindingEntry.kind).label("said"),
            deadline.label("due_on"),
        )
        .where(_is_closed() if closed else ~_is_closed())
    )
    if organisation_id is not None:
        query = query.where(Finding.organisation_id == organisation_id)
    if before is not None:
        query = query.where(Finding.id < before)
    found = get_session().execute(query.order_by(Finding.id.desc()).limit(PAGE + 1)).all()
    encryption.load_keys([finding.id for finding, *_ in found])
    rows = [
        FindingRow(
            id=finding.id,
            reference=finding.reference,
            title=_text(finding.id, "finding.title", finding.title),
            organisation_name=organisation_name,
            opened_at=finding.opened_at,
            opened_by_name=account_name,
            state=SAYS[EntryKind(said)],
            due_on=None if closed else due_on,
        )
        for finding, organisation_name, account_name, said, due_on in found[:PAGE]
    ]
    return FindingPage(rows, rows[-1].id if len(found) > PAGE else None)


def find_finding(actor: Actor, reference: str) -> Finding | None:
    """The office's finding of that reference, in the actor's remit."""
    mine = _mine(actor, list_remit_ids(actor))
    found: Finding | None = get_session().scalar(mine.where(Finding.reference == reference))
    return found


def get_id(actor: Actor, reference: str) -> UUID:
    """The key of the office's finding of that reference. Raises NotFound."""
    found = find_finding(actor, reference)
    if found is None:
        raise NotFound
    return found.id


def get_reference(finding_id: UUID) -> str:
    """What people call a finding by."""
    return get_session().scalars(select(Finding.reference).filter_by(id=finding_id)).one()


def lock_finding(actor: Actor, finding_id: UUID) -> Finding | None:
    """As find_finding, by its key, and locked (_locked)."""
    mine = _mine(actor, list_remit_ids(actor)).where(Finding.id == finding_id)
    found: Finding | None = get_session().scalar(_locked(mine))
    return found


def _locked(query: Select[Any]) -> Select[Any]:
    """One entry after the other. What only grows cannot be locked by a role that may not change
    it, so the row of the auditing office is."""
    office = aliased(Organisation)
    return query.join(office, office.id == Finding.auditing_organisation_id).with_for_update(
        of=office, key_share=True
    )


def list_steps(finding_id: UUID) -> list[Step]:
    """The finding's entries in their order, as its rules ask for them."""
    rows = get_session().execute(
        select(FindingEntry.kind, FindingEntry.due_on)
        .where(FindingEntry.finding_id == finding_id)
        .order_by(FindingEntry.id)
    )
    return [Step(EntryKind(row.kind), row.due_on) for row in rows]


def gather(actor: Actor, finding: Finding) -> FindingView:
    """The finding with all its entries, in their order; the same statements for any number."""
    session = get_session()
    office = aliased(Organisation)
    tip = (
        select(Tip.reference)
        .join(Flag, Flag.tip_id == Tip.id)
        .join(FlagDecision, FlagDecision.flag_id == Flag.id)
        .where(FlagDecision.finding_id == Finding.id)
        .limit(1)
        .correlate(Finding)
        .scalar_subquery()
    )
    head = session.execute(
        select(
            Organisation.name,
            office.name.label("office_name"),
            Account.name.label("opened_by_name"),
            tip.label("tip_reference"),
        )
        .select_from(Finding)
        .join(Organisation, Organisation.id == Finding.organisation_id)
        .join(office, office.id == Finding.auditing_organisation_id)
        .outerjoin(Account, Account.id == Finding.opened_by)
        .where(Finding.id == finding.id)
    ).one()
    found = session.execute(
        select(FindingEntry, Account.name, AuditEvent.body)
        .outerjoin(Account, Account.id == FindingEntry.account_id)
        .outerjoin(AuditEvent, AuditEvent.id == FindingEntry.event_id)
        .where(FindingEntry.finding_id == finding.id)
        .order_by(FindingEntry.id)
        .limit(MOST_ENTRIES)
    ).all()
    events = _load_evidence(actor, [row[0].event_id for row in found if row[0].event_id])
    steps = [Step(EntryKind(entry.kind), entry.due_on) for entry, *_ in found]
    make = partial(_make_entry, finding.id, events)
    return FindingView(
        id=finding.id,
        reference=finding.reference,
        title=_text(finding.id, "finding.title", finding.title),
        organisation_id=finding.organisation_id,
        organisation_name=head.name,
        office_name=head.office_name,
        opened_at=finding.opened_at,
        opened_by_name=head.opened_by_name,
        state=find_state(steps),
        due_on=find_deadline(steps),
        entries=[make(*row) for row in found],
        tip_reference=head.tip_reference,
    )


def _load_evidence(actor: Actor, event_ids: list[UUID]) -> dict[UUID, Entry]:
    """The pinned events that are in the actor's remit."""
    if not event_ids:
        return {}
    pinned = select(AuditEvent).where(AuditEvent.id.in_(event_ids))
    shown = entries_of(within_remit(actor, list_remit_ids(actor), pinned))
    return {entry.id: entry for entry in shown}


def _make_entry(
    finding_id: UUID,
    events: dict[UUID, Entry],
    entry: FindingEntry,
    name: str | None,
    body: bytes | None,
) -> EntryView:
    return EntryView(
        id=entry.id,
        kind=EntryKind(entry.kind),
        text=_text(finding_id, "finding_entry.text", entry.text) or None,
        event_id=entry.event_id,
        event=events.get(entry.event_id) if entry.event_id is not None else None,
        leaf_hash=entry.leaf_hash,
        leaf_index=entry.leaf_index,
        holds=body is not None and leaf_hash(body) == entry.leaf_hash,
        referred_to=entry.referred_to,
        due_on=entry.due_on,
        written_by=name,
        written_at=entry.written_at,
    )


def find_asked(actor: Actor, reference: str) -> Finding | None:
    """The finding about the actor's own organisation in which something is asked of it."""
    asked = exists().where(
        FindingEntry.finding_id == Finding.id, FindingEntry.kind == str(EntryKind.QUESTION)
    )
    query = select(Finding).where(
        Finding.reference == reference, Finding.organisation_id == actor.organisation_id, asked
    )
    found: Finding | None = get_session().scalar(_locked(query))
    return found


def is_in_evidence(finding_id: UUID, human_id: UUID | None) -> bool:
    """Whether an event that is pinned to the finding shows what this human did."""
    return bool(
        get_session().scalar(
            select(func.count(FindingEntry.id))
            .join(AuditEvent, AuditEvent.id == FindingEntry.event_id)
            .where(FindingEntry.finding_id == finding_id, AuditEvent.human_id == human_id)
        )
    )


def get_question(finding: Finding) -> QuestionRow:
    """The newest question of a finding that has one."""
    return _questions(select(Finding).where(Finding.id == finding.id))[0]


def list_questions(actor: Actor) -> list[QuestionRow]:
    """What is asked of the actor's organisation and not answered yet, at most a page."""
    query = select(Finding).where(
        Finding.organisation_id == actor.organisation_id,
        ~_is_closed(),
        _newest((EntryKind.QUESTION, EntryKind.ANSWER, EntryKind.CLOSED), FindingEntry.kind)
        == str(EntryKind.QUESTION),
    )
    return _questions(query.order_by(Finding.id.desc()).limit(PAGE))


def _questions(query: Select[Any]) -> list[QuestionRow]:
    asked = (EntryKind.QUESTION,)
    found = (
        get_session()
        .execute(
            query.join(
                Organisation, Organisation.id == Finding.auditing_organisation_id
            ).add_columns(
                Organisation.name,
                _newest(asked, FindingEntry.text).label("text"),
                _newest(asked, FindingEntry.written_at).label("asked_at"),
                _newest(asked, FindingEntry.due_on).label("due_on"),
                _newest(
                    (EntryKind.QUESTION, EntryKind.ANSWER, EntryKind.CLOSED), FindingEntry.kind
                ).label("newest"),
            )
        )
        .all()
    )
    encryption.load_keys([finding.id for finding, *_ in found])
    return [
        QuestionRow(
            reference=finding.reference,
            office_name=name,
            question=_text(finding.id, "finding_entry.text", text),
            asked_at=asked_at,
            due_on=due_on,
            is_answered=newest != str(EntryKind.QUESTION),
        )
        for finding, name, text, asked_at, due_on, newest in found
    ]
