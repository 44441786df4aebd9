"""Samples as the office that ordered them sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, func, select

from assistedaccess.accounts.models import Account
from assistedaccess.audit.models import AuditEvent
from assistedaccess.delegation.models import Delegation, EntryKind, LimitEntry
from assistedaccess.kernel import encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.organisations.models import Organisation

from .models import Sample, SampleDraw, SampleResult
from .queries import Entry, asked_for, entries_of
from .remit import list_remit_ids, within_remit
from .rules import PAGE, Question
from .rules_samples import MOST_IN_FRAME, Order, Result, SampleKind, find_result


@dataclass(frozen=True)
class SampleRow:
    """A sample in a list."""

    id: UUID
    reference: str
    kind: str
    size: int
    frame_size: int
    ordered_at: datetime
    ordered_by_name: str | None
    drawn_at: datetime | None


@dataclass(frozen=True)
class SamplePage:
    """A page of samples, newest first."""

    rows: list[SampleRow]
    older: UUID | None


@dataclass(frozen=True)
class Money:
    """What was used of a limit: how much, when, for what, and on which authority."""

    pence: int
    at: datetime
    subject_id: UUID
    delegation_id: UUID
    delegation_reference: str


@dataclass(frozen=True)
class Drawn:
    """An item that was drawn: an event, or money that was used; ``words``: why it was judged so."""

    item: UUID
    event: Entry | None
    money: Money | None
    is_exception: bool | None
    words: str


@dataclass(frozen=True)
class SampleView:
    """A sample with a page of its items; ``next_first`` begins the next page."""

    sample: Sample
    draw: SampleDraw | None
    drawn: list[Drawn]
    result: Result
    first: int
    next_first: int | None

    @property
    def page_first(self) -> int | None:
        """Where the page begins on which the first of these stands; None for the first page."""
        return begin_page(self.first)


def begin_page(place: int) -> int | None:
    """Where the page begins on which that place stands; None for the first page."""
    return place - place % PAGE or None


def list_frame(actor: Actor, kind: SampleKind, question: Question) -> list[tuple[UUID, int]]:
    """Every item that may be drawn, in the order of keys, one more than MOST_IN_FRAME at most."""
    remit = list_remit_ids(actor)
    if kind is SampleKind.MONETARY:
        return _list_money(remit, question)
    query = asked_for(within_remit(actor, remit, select(AuditEvent.id)), question)
    rows = get_session().scalars(query.order_by(AuditEvent.id).limit(MOST_IN_FRAME + 1))
    return [(key, 0) for key in rows]


def _list_money(remit: list[UUID], question: Question) -> list[tuple[UUID, int]]:
    query = (
        select(LimitEntry.id, LimitEntry.amount_pence)
        .join(Delegation, Delegation.id == LimitEntry.delegation_id)
        .where(Delegation.organisation_id.in_(remit), LimitEntry.kind == str(EntryKind.USE))
    )
    if question.organisation_id is not None:
        query = query.where(Delegation.organisation_id == question.organisation_id)
    if question.begins is not None:
        query = query.where(LimitEntry.entered_at >= question.begins)
    if question.ends is not None:
        query = query.where(LimitEntry.entered_at < question.ends)
    rows = get_session().execute(query.order_by(LimitEntry.id).limit(MOST_IN_FRAME + 1))
    return [(row.id, row.amount_pence) for row in rows]


def find_sample(actor: Actor, reference: str, *, lock: bool = False) -> Sample | None:
    """The office's sample of that reference."""
    query = select(Sample).where(
        Sample.reference == reference, Sample.organisation_id == actor.organisation_id
    )
    if lock:  # a sample itself only grows, so its office's row is what is locked
        query = query.join(Organisation, Organisation.id == Sample.organisation_id)
        query = query.with_for_update(of=Organisation, key_share=True)
    return get_session().scalar(query)


def find_draw(sample_id: UUID) -> SampleDraw | None:
    """What was drawn of a sample."""
    return get_session().scalar(select(SampleDraw).where(SampleDraw.sample_id == sample_id))


def is_judged(sample_id: UUID, item: UUID) -> bool:
    """Whether somebody has judged this item of the sample."""
    query = select(SampleResult.id).where(
        SampleResult.sample_id == sample_id, SampleResult.item == item
    )
    return get_session().scalar(query) is not None


def list_samples(actor: Actor, *, before: UUID | None = None) -> SamplePage:
    """A page of the office's samples, newest first; one statement."""
    query = (
        select(
            Sample.id,
            Sample.reference,
            Sample.kind,
            Sample.size,
            Sample.frame_size,
            Sample.ordered_at,
            Account.name.label("ordered_by_name"),
            SampleDraw.drawn_at,
        )
        .outerjoin(Account, Account.id == Sample.ordered_by)
        .outerjoin(SampleDraw, SampleDraw.sample_id == Sample.id)
        .where(Sample.organisation_id == actor.organisation_id)
    )
    if before is not None:
        query = query.where(Sample.id < before)
    found = get_session().execute(query.order_by(Sample.id.desc()).limit(PAGE + 1)).all()
    rows = [SampleRow(**row._mapping) for row in found[:PAGE]]
    return SamplePage(rows, rows[-1].id if len(found) > PAGE else None)


def gather(actor: Actor, sample: Sample, first: int) -> SampleView:
    """The sample with a page of what was drawn, and what may be said so far."""
    draw = find_draw(sample.id)
    chosen = draw.chosen if draw is not None else []
    page = [UUID(item) for item in chosen[first : first + PAGE]]
    judged, exceptions = (
        get_session()
        .execute(
            select(
                func.count(SampleResult.id),
                func.coalesce(func.sum(case((SampleResult.is_exception, 1), else_=0)), 0),
            ).where(SampleResult.sample_id == sample.id)
        )
        .one()
    )
    order = Order(SampleKind(sample.kind), sample.certainty, sample.rate, sample.expected)
    return SampleView(
        sample=sample,
        draw=draw,
        drawn=_list_drawn(actor, sample, page),
        result=find_result(order, len(chosen), judged, exceptions, sample.allowed),
        first=first,
        next_first=first + PAGE if len(chosen) > first + PAGE else None,
    )


def _list_drawn(actor: Actor, sample: Sample, page: list[UUID]) -> list[Drawn]:
    if not page:
        return []
    session = get_session()
    results = {
        row.item: row
        for row in session.scalars(
            select(SampleResult).where(
                SampleResult.sample_id == sample.id, SampleResult.item.in_(page)
            )
        )
    }
    events: dict[UUID, Entry] = {}
    money: dict[UUID, Money] = {}
    if sample.kind == SampleKind.MONETARY:
        lines = session.execute(
            select(
                LimitEntry.id,
                LimitEntry.amount_pence,
                LimitEntry.entered_at,
                LimitEntry.subject_id,
                Delegation.id.label("delegation_id"),
                Delegation.reference,
            )
            .join(Delegation, Delegation.id == LimitEntry.delegation_id)
            .where(LimitEntry.id.in_(page), Delegation.organisation_id.in_(list_remit_ids(actor)))
        )
        money = {
            row.id: Money(
                row.amount_pence,
                row.entered_at,
                row.subject_id,
                row.delegation_id,
                row.reference,
            )
            for row in lines
        }
    else:
        query = select(AuditEvent).where(AuditEvent.id.in_(page))
        shown = entries_of(within_remit(actor, list_remit_ids(actor), query))
        events = {entry.id: entry for entry in shown}
    return [
        Drawn(
            item=item,
            event=events.get(item),
            money=money.get(item),
            is_exception=results[item].is_exception if item in results else None,
            words=_open_words(results.get(item)),
        )
        for item in page
    ]


def _open_words(result: SampleResult | None) -> str:
    if result is None:
        return ""
    return encryption.unseal(result.sample_id, "sample_result.words", result.words)
