"""Samples: ordered first, drawn by a checkpoint that came after, judged item by item."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.checkpoints import find_checkpoint, find_leaf
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.ids import new_id, new_reference

from . import queries_samples, rules_samples, sampling
from .models import Sample, SampleDraw, SampleResult
from .queries_samples import SamplePage, SampleView
from .rules import Question
from .rules_samples import AlreadyJudged, NotSealedYet, Order, SampleKind
from .service_flags import read_words

LONGEST_WORDS = 2000


@command("oversight.order_sample")
def order_sample(
    *,
    actor: Actor,
    kind: str,
    certainty: int,
    rate: int,
    expected: int = 0,
    question: Question,
    asked: list[tuple[str, str]],
    request_key: str | None = None,
) -> str:
    """Order a sample of the events that are asked for, or, by monetary units, of the money that was
    used under delegations; returns its reference. Shares in basis points.

    The frame is fixed now; the draw waits for the next checkpoint. Raises InvalidInput.
    """
    require(actor, Permission.FINDING_WRITE)
    assert actor.account_id is not None and actor.organisation_id is not None  # noqa: S101, PT018
    order = _read_order(kind, certainty, rate, expected)
    once = Once(actor, "oversight.order_sample", request_key, order, asked)
    if (repeated := once.find("sample")) is not None:
        return get_session().get_one(Sample, repeated).reference
    items = queries_samples.list_frame(actor, order.kind, question)
    if not items:
        raise InvalidInput("", _("Nothing like this has happened, so nothing can be drawn"))
    if len(items) > rules_samples.MOST_IN_FRAME:
        raise InvalidInput("", _("This is too much to draw from. Ask for a shorter time."))
    try:
        size, allowed = rules_samples.find_size(order, items)
    except ValueError as error:
        raise InvalidInput("rate", _("This would take more items than anybody can look at")) from (
            error
        )
    sample_id = new_id()
    event_id = record(
        Action.SAMPLE_ORDERED,
        actor=actor,
        subject=("sample", sample_id),
        reason=str(order.kind),
        details={
            **question.as_details(),
            "certainty": order.certainty,
            "rate": order.rate,
            "expected": order.expected,
            "size": size,
            "frame": len(items),
            "frame_hash": sampling.hash_frame(str(key) for key, _ in items).hex(),
        },
    )
    sample = Sample(
        id=sample_id,
        reference=new_reference("J"),
        organisation_id=actor.organisation_id,
        kind=str(order.kind),
        certainty=order.certainty,
        rate=order.rate,
        expected=order.expected,
        size=size,
        allowed=allowed,
        asked=[list(pair) for pair in asked],
        frame=rules_samples.pack_frame(order.kind, items),
        frame_size=len(items),
        frame_hash=sampling.hash_frame(str(key) for key, _ in items),
        order_event_id=event_id,
        ordered_at=clock.now(),
        ordered_by=actor.account_id,
    )
    get_session().add(sample)
    once.keep(sample.id)
    return sample.reference


def _read_order(kind: str, certainty: int, rate: int, expected: int) -> Order:
    try:
        order = Order(SampleKind(kind), certainty, rate, expected)
    except ValueError as error:
        raise InvalidInput("kind", _("Select what you want to know")) from error
    for field, value in (("certainty", certainty), ("rate", rate)):
        if not 0 < value < rules_samples.WHOLE:
            raise InvalidInput(field, _("Enter a share between 0 and 100 per cent"))
    if order.kind is SampleKind.ATTRIBUTE and not 0 <= expected < rate:
        raise InvalidInput("expected", _("What you expect must be less than what is too much"))
    return order


@command("oversight.draw_sample")
def draw_sample(*, actor: Actor, reference: str) -> UUID:
    """Draw what was ordered, by the first checkpoint that holds the order; once.

    Raises NotSealedYet, NotFound.
    """
    require(actor, Permission.FINDING_WRITE)
    sample = queries_samples.find_sample(actor, reference, lock=True)
    if sample is None:
        raise NotFound
    concerns(subject=("sample", sample.id))
    if queries_samples.find_draw(sample.id) is not None:
        record(Action.REQUEST_REPEATED, actor=actor, subject=("sample", sample.id))
        return sample.id
    leaf = find_leaf(sample.order_event_id)
    checkpoint = find_checkpoint(containing=leaf) if leaf is not None else None
    if checkpoint is None:
        raise NotSealedYet(
            _("The journal has no checkpoint yet that came after your order."),
            next_step=_("Wait some seconds, then draw again."),
        )
    kind = SampleKind(sample.kind)
    chosen = rules_samples.draw_from(kind, sample.frame, sample.size, checkpoint.note)
    get_session().add(
        SampleDraw(
            id=new_id(),
            sample_id=sample.id,
            checkpoint_size=checkpoint.size,
            note=checkpoint.note,
            chosen=chosen,
            drawn_at=clock.now(),
        )
    )
    record(
        Action.SAMPLE_DRAWN,
        actor=actor,
        subject=("sample", sample.id),
        details={"checkpoint": checkpoint.size, "root": checkpoint.root.hex()},
    )
    return sample.id


@command("oversight.judge_item")
def judge_item(
    *,
    actor: Actor,
    reference: str,
    item: UUID,
    is_exception: bool,
    words: str,
    request_key: str | None = None,
) -> int:
    """Say of one item that was drawn whether it was in order; once. Returns its place among what
    was drawn. Raises NotFound, AlreadyJudged."""
    require(actor, Permission.FINDING_WRITE)
    sample = queries_samples.find_sample(actor, reference, lock=True)
    draw = queries_samples.find_draw(sample.id) if sample is not None else None
    if sample is None or draw is None or str(item) not in draw.chosen:
        raise NotFound
    concerns(subject=("sample", sample.id))
    place = draw.chosen.index(str(item))
    once = Once(actor, "oversight.judge_item", request_key, sample.id, item, is_exception, words)
    if once.find("sample") is not None:
        return place
    if queries_samples.is_judged(sample.id, item):
        raise AlreadyJudged(_("Somebody has judged this already."))
    why = read_words("words", words, LONGEST_WORDS, _("Enter why"))
    assert actor.account_id is not None  # noqa: S101
    get_session().add(
        SampleResult(
            id=new_id(),
            sample_id=sample.id,
            item=item,
            is_exception=is_exception,
            words=encryption.seal(sample.id, "sample_result.words", why),
            account_id=actor.account_id,
            judged_at=clock.now(),
        )
    )
    record(
        Action.SAMPLE_JUDGED,
        actor=actor,
        subject=("sample", sample.id),
        authority=("audit_event", item),
        reason="exception" if is_exception else "in_order",
    )
    once.keep(sample.id)
    return place


@command("oversight.list_samples")
def list_samples(*, actor: Actor, before: UUID | None = None) -> SamplePage:
    """A page of the office's samples, newest first."""
    require(actor, Permission.JOURNAL_VIEW)
    record(Action.SAMPLES_VIEWED, actor=actor)
    return queries_samples.list_samples(actor, before=before)


@command("oversight.view_sample")
def view_sample(*, actor: Actor, reference: str, first: int = 0) -> SampleView:
    """A sample with a page of what was drawn, from number ``first`` on, and the result so far."""
    require(actor, Permission.JOURNAL_VIEW)
    sample = queries_samples.find_sample(actor, reference)
    if sample is None:
        raise NotFound
    record(Action.SAMPLES_VIEWED, actor=actor, subject=("sample", sample.id))
    return queries_samples.gather(actor, sample, first)


@command("oversight.view_item")
def view_item(*, actor: Actor, reference: str, item: UUID) -> SampleView:
    """A sample with one item that was drawn. Raises NotFound."""
    require(actor, Permission.FINDING_WRITE)
    sample = queries_samples.find_sample(actor, reference)
    draw = queries_samples.find_draw(sample.id) if sample is not None else None
    if sample is None or draw is None or str(item) not in draw.chosen:
        raise NotFound
    record(Action.SAMPLES_VIEWED, actor=actor, subject=("sample", sample.id))
    return queries_samples.gather(actor, sample, draw.chosen.index(str(item)))


@command("oversight.take_sample_away")
def take_sample_away(*, actor: Actor, reference: str) -> tuple[Sample, SampleDraw | None]:
    """All that it takes to draw the sample again: frame, size, checkpoint, and what was drawn."""
    require(actor, Permission.JOURNAL_EXPORT)
    sample = queries_samples.find_sample(actor, reference)
    if sample is None:
        raise NotFound
    record(Action.JOURNAL_EXPORTED, actor=actor, subject=("sample", sample.id), reason="sample")
    return sample, queries_samples.find_draw(sample.id)
