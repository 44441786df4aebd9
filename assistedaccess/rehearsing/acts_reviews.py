"""What waits for a second human, the person's own record, and their objections."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.applications.models_refunds import Refund
from assistedaccess.approvals import service, service_words
from assistedaccess.approvals.models import PendingAct
from assistedaccess.approvals.rules import State
from assistedaccess.approvals.service_review import open_review
from assistedaccess.audit.models import AuditEvent
from assistedaccess.delegation.models import Delegation
from assistedaccess.kernel.errors import Held, NotFound, Refused
from assistedaccess.kernel.idempotency import new_request_key
from assistedaccess.kernel.transactions import reading
from assistedaccess.my_record import service as record_service
from assistedaccess.my_record import service_objections
from assistedaccess.my_record.models import Objection
from assistedaccess.my_record.rules import HowAsked, Style
from assistedaccess.my_record.rules_objections import Outcome

from .kinds import ByAccount, OfPerson, Span, Text, Yes, choice
from .language_world import THING
from .register import act
from .stage import Stage

REVIEWS = "Second humans"
RECORD = "The person's own record"
DRAWN = "the reviewer who was drawn"
OfPending = Annotated[str | None, THING["pending"]]
DECISIONS = ("release", "refuse", "hand_back", "ask_for_more", "refer")


class ReleaseFailed(Refused):
    """The act was released and refused then: nothing of it happened."""

    reason_code = "release_failed"


def load_pending(stage: Stage, named: str | None) -> PendingAct:
    """The pending act of that name, else the newest. Raises LookupError."""
    reference = stage.find("pending", named)
    with reading() as session:
        row = session.scalars(select(PendingAct).filter_by(reference=reference)).one()
        session.expunge(row)
        return row


def name_of_drawn(stage: Stage, row: PendingAct) -> str:
    """Which account of the rehearsal was drawn; empty where none was."""
    names = {account.account_id: name for name, account in stage.accounts.items()}
    return names.get(row.drawn_account_id, "") if row.drawn_account_id else ""


@act(REVIEWS)
def review(
    stage: Stage,
    decision: Annotated[str, choice(DECISIONS)] = "release",
    by: ByAccount | None = None,
    reason: Text = "I asked them, and it is right",
    looks_for: Span = timedelta(minutes=5),
    pending: OfPending = None,
) -> None:
    """Decide on what waits: on the newest, or by the name that `as` gave to the step that was held.
    Without `by`, whoever the system has drawn does it; they look at it for `looks_for` first. What
    the release does is the outcome; the delegation that it begins, or the refund that it agrees to,
    has the name of what was held."""
    row = load_pending(stage, pending)
    name = by or name_of_drawn(stage, row)
    if not name:
        raise LookupError("Nobody of this rehearsal was drawn to decide on it.")
    role = row.drawn_role or "reviewer"
    actor = stage.actor(name, role, "reviewer", "safeguarding_lead", "manager")
    open_review(actor=actor, reference=row.reference)
    stage.clock.moment += looks_for
    began = stage.clock.moment
    given: dict[str, Any] = {"actor": actor, "pending_act_id": row.id, "reason": reason}
    if decision == "refuse":
        service.refuse_pending_act(**given)
    elif decision == "hand_back":
        service.hand_back_pending_act(**given)
    elif decision == "ask_for_more":
        service_words.ask_for_more(**given)
    elif decision == "refer":
        service_words.refer_pending_act(**given)
    else:
        decided = service.release_pending_act(**given)
        if decided.next_reference:
            raise held_again(decided.next_reference, decided.words)
        if decided.state != State.RELEASED:
            raise ReleaseFailed(decided.words, next_step=decided.next_step)
        keep_released(stage, row, began)


def keep_released(stage: Stage, row: PendingAct, since: datetime) -> None:
    """The delegation that a release has begun, or the refund that it has agreed to, is found by the
    next step, by the name, too, that ``as`` gave to what was held."""
    if row.person_id is None:
        return
    with reading() as session:
        delegation = session.execute(
            select(Delegation.id, Delegation.consent_id)
            .where(Delegation.person_id == row.person_id, Delegation.granted_at >= since)
            .order_by(Delegation.id.desc())
        ).first()
        refund_id = session.scalar(
            select(Refund.id)
            .where(Refund.person_id == row.person_id, Refund.agreed_at >= since)
            .order_by(Refund.id.desc())
        )
    made = {"refund": refund_id}
    if delegation is not None:
        made |= {"delegation": delegation.id, "consent": delegation.consent_id}
    names = [
        name
        for (sort, name), reference in stage.things.items()
        if sort == "pending" and reference == row.reference
    ]
    for sort, thing in made.items():
        if thing is not None:
            stage.keep(sort, thing, row.person_id)
            stage.things |= {(sort, name): thing for name in names}


def held_again(reference: str, words: str) -> Held:
    """What a release met that nobody had reviewed."""
    with reading() as session:
        row = session.scalars(select(PendingAct).filter_by(reference=reference)).one()
        held = Held(words, reasons=tuple(row.reasons))
    held.pending_reference = reference
    return held


@act(REVIEWS)
def withdraw_pending(stage: Stage, by: ByAccount, pending: OfPending = None) -> None:
    """Whoever asked takes back what waits."""
    row = load_pending(stage, pending)
    service.withdraw_pending_act(actor=stage.actor(by, row.role or "helper"), pending_act_id=row.id)


# -- the record, and objections


@act(RECORD)
def read_record(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    how: Annotated[str, choice(HowAsked)] = "in_front",
    in_private: Yes = True,
    style: Annotated[str, choice(Style)] = "ordinary",
) -> None:
    """The person is given their own record: who did what in their name, and who looked."""
    stage.keep("reading", _begin(stage, by, person, how, in_private, style), person)


def _begin(
    stage: Stage, by: str, person: str, how: str = "in_front", alone: bool = True, style: str = ""
) -> UUID:
    return record_service.begin_reading(
        actor=stage.actor(by, "helper"),
        person_id=stage.person(person),
        how=how,
        in_private=alone,
        style=style or "ordinary",
        request_key=new_request_key(),
    )


@act(RECORD, makes="objection")
def object_to(
    stage: Stage,
    by: ByAccount,
    person: OfPerson,
    action: Text = "",
    words: Text = "I never agreed to that",
    is_proven: Yes = True,
    how: Annotated[str, choice(HowAsked)] = "in_front",
) -> Any:
    """The person says, in front of `by`, that something should not have been done: to the newest
    event of that `action` in their record (such as delegation.granted), else to their newest
    delegation."""
    person_id = stage.person(person)
    reading_id = _begin(stage, by, person, how)
    with reading() as session:
        events, delegations = [], []
        if action:
            events = list(
                session.scalars(
                    select(AuditEvent.id)
                    .filter_by(person_id=person_id, action=action)
                    .order_by(AuditEvent.id.desc())
                    .limit(1)
                )
            )
            if not events:
                raise LookupError(f"There is no {action} in the record of {person}.")
        else:
            delegations = list(
                session.scalars(
                    select(Delegation.id)
                    .filter_by(person_id=person_id)
                    .order_by(Delegation.id.desc())
                    .limit(1)
                )
            )
    made = service_objections.raise_objection(
        actor=stage.actor(by, "helper"),
        reading_id=reading_id,
        delegation_ids=delegations,
        event_ids=events,
        words=words,
        is_proven=is_proven,
        request_key=new_request_key(),
    )
    return stage.keep("objection", made, person)


@act(RECORD)
def answer_objection(
    stage: Stage,
    person: OfPerson,
    outcome: Annotated[str, choice(Outcome)] = "not_agreed",
    answer: Text = "We looked at it and ended it",
    by: ByAccount | None = None,
) -> None:
    """Answer an objection; without `by`, whoever was drawn does it."""
    objection_id = stage.find("objection", None, person)
    with reading() as session:
        row = session.get_one(Objection, objection_id)
        drawn = row.drawn_account_id
        account = session.get(Account, drawn) if drawn else None
    names = {each.account_id: name for name, each in stage.accounts.items()}
    name = by or (names.get(account.id, "") if account else "")
    if not name:
        raise NotFound
    service_objections.answer_objection(
        actor=stage.actor(name, "reviewer"),
        objection_id=objection_id,
        outcome=outcome,
        answer=answer,
    )


@act(REVIEWS)
def answer_question(stage: Stage, by: ByAccount, words: Text, pending: OfPending = None) -> None:
    """Whoever asked answers what the reviewer has asked before deciding (`review` with the decision
    `ask_for_more`)."""
    row = load_pending(stage, pending)
    service_words.answer_question(
        actor=stage.actor(by, row.role or "helper"), pending_act_id=row.id, words=words
    )


@act(REVIEWS)
def look_again(stage: Stage, by: ByAccount, words: Text, pending: OfPending = None) -> None:
    """Whoever asked has a refusal looked at again, by somebody else."""
    row = load_pending(stage, pending)
    service_words.look_again(
        actor=stage.actor(by, row.role or "helper"), pending_act_id=row.id, words=words
    )
