"""Sending what is due, after and outside the transactions that queued it.

Each notice is claimed in one transaction, sent without any, and settled in another. Two senders
at once never hold the same notice; one that dies leaves a claim that expires. A provider that is
down or slow delays its own messages and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, or_, select, update

from assistedaccess.audit import Action, Outcome, record
from assistedaccess.kernel import clock, encryption, logs
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.transactions import reading, run_transaction

from . import queries, rules, words, words_complaints
from .models import Notice
from .rules import Channel, State
from .senders import DeliveryFailed, Message, Sender, make_sender

log = logs.get_logger(__name__)


@dataclass(frozen=True)
class SendResult:
    """What one run did: messages that left (letters put into the queue included), and not."""

    sent: int = 0
    failed: int = 0


@dataclass(frozen=True)
class NoticeUndelivered:
    """Every try of a notice has failed: whoever knows another route may queue it again.

    ``is_rerouted``: this was another route already.
    """

    notice_id: UUID
    person_id: UUID
    contact_point_id: UUID | None
    queued_by_human_id: UUID | None
    is_rerouted: bool
    kind: str


@dataclass(frozen=True)
class ComplaintNoticeSettled:
    """A message about a complaint has left, or every try has failed; or its way has ended."""

    complaint_id: UUID
    kind: str
    state: State


@dataclass(frozen=True)
class _Claim:
    notice_id: UUID
    token: UUID
    attempts: int
    may_be_repeat: bool
    until: datetime

    @property
    def is_over(self) -> bool:
        """Whether another sender may have taken the notice over: this one was stopped, or slow."""
        return clock.now() >= self.until


def send_due_notices(*, limit: int = 500, sender: Sender | None = None) -> SendResult:
    """Send at most ``limit`` notices that are due, and put letters into the queue to be printed.

    Run it by a timer, in as many processes as one likes. Needs an application context where
    ``sender`` is not given.
    """
    sender = sender or make_sender(current_app.config["SETTINGS"])
    result = SendResult()
    for _ in range(limit):
        claim = run_transaction(_claim_next)
        if claim is None:
            break
        if _send_claimed(claim, sender):
            result = replace(result, sent=result.sent + 1)
        else:
            result = replace(result, failed=result.failed + 1)
    return result


def _claim_next() -> _Claim | None:
    now = clock.now()
    session = get_session()
    row = session.execute(
        select(Notice.id, Notice.state, Notice.attempts)
        .where(
            or_(
                and_(
                    Notice.state.in_([State.QUEUED.value, State.RETRYING.value]),
                    Notice.due_at <= now,
                ),
                and_(Notice.state == State.SENDING, Notice.claimed_until <= now),
            )
        )
        .order_by(Notice.due_at, Notice.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    claim = _Claim(
        row.id, new_id(), row.attempts + 1, may_be_repeat=row.attempts > 0, until=now + rules.CLAIM
    )
    session.execute(
        update(Notice)
        .where(Notice.id == row.id)
        .values(
            state=str(State.SENDING),
            claim_token=claim.token,
            claimed_until=claim.until,
            attempts=claim.attempts,
        )
        .execution_options(synchronize_session=False)
    )
    return claim


def _send_claimed(claim: _Claim, sender: Sender) -> bool:
    try:
        message, channel = write_message(claim.notice_id, sender, claim.may_be_repeat)
    except encryption.KeyForgotten:
        # The person was erased in between: nobody is left to be told.
        _settle(claim, State.NOT_SENT, "erased")
        return True
    except DeliveryFailed as failure:
        return _fail(claim, failure)
    except Exception:
        log.exception("a notice cannot be written", notice=str(claim.notice_id))
        return _fail(claim, DeliveryFailed("cannot_be_written"))
    if message is None:
        _settle(claim, _state_without_sender(channel), channel)
        return True
    if claim.is_over:
        return _fail(claim, DeliveryFailed("claim_over"))  # which settles nothing of another's
    try:
        provider_reference = sender.send(message)
    except DeliveryFailed as failure:
        return _fail(claim, failure)
    except Exception:
        log.exception("the sender failed", notice=str(claim.notice_id))
        return _fail(claim, DeliveryFailed("sender_fault"))
    _settle(claim, State.SENT, channel, provider_reference)
    return True


def _state_without_sender(channel: str) -> State:
    return {
        Channel.LETTER.value: State.TO_PRINT,
        Channel.IN_PERSON.value: State.IN_PERSON,
    }.get(channel, State.NOT_SENT)


def write_message(
    notice_id: UUID, sender: Sender, may_be_repeat: bool
) -> tuple[Message | None, str]:
    """The message, or None where no sender carries it: letters to print, what is told in person.

    Raises KeyForgotten, and DeliveryFailed where no sender carries what only one can.
    """
    with reading():
        row = queries.get_notice(notice_id)
        # The owner prints what is about a complaint: the answer goes into the same envelope.
        is_own_letter = row.complaint_id is not None and row.channel == Channel.LETTER
        if row.channel not in sender.channels or is_own_letter:
            if row.channel in (Channel.TEXT, Channel.EMAIL):
                raise DeliveryFailed("no_sender", is_final=True)
            return None, row.channel
        if row.account_id is not None:
            address = queries.unseal_json(row.account_id, "address", row.address)
            facts = queries.unseal_json(row.account_id, "facts", row.facts)
            subject, body = words.write_account_mail(row.kind, {**facts, **_name(address)})
            to, name = address.get("to", ""), address.get("name", "")
        elif row.complaint_id is not None:
            telling, to = queries.load_telling(row)
            name = telling.name
            subject, body = words_complaints.write_message(telling, row.channel)
        else:
            telling, to = queries.load_telling(row)
            name = telling.name
            subject = words.write_subject(telling) if row.channel == Channel.EMAIL else ""
            body = (
                words.write_text(telling)
                if row.channel == Channel.TEXT
                else words.write_email(telling)
            )
        message = Message(
            reference=row.reference,
            channel=row.channel,
            to=to,
            body=body,
            subject=subject,
            name=name,
            language=row.language,
            may_be_repeat=may_be_repeat,
        )
        return message, row.channel


def _name(address: dict[str, str]) -> dict[str, str]:
    return {"name": address["name"]} if address.get("name") else {}


def _settle(claim: _Claim, state: State, reason: str, provider_reference: str = "") -> None:
    settle_notice(
        actor=SYSTEM,
        notice_id=claim.notice_id,
        token=claim.token,
        state=str(state),
        reason=reason,
        provider_reference=provider_reference,
    )


def _fail(claim: _Claim, failure: DeliveryFailed) -> bool:
    next_try = None if failure.is_final else rules.next_try_at(claim.attempts, clock.now())
    fail_notice(
        actor=SYSTEM,
        notice_id=claim.notice_id,
        token=claim.token,
        code=failure.code,
        next_try_at=next_try,
    )
    return False


@command("notices.settle_notice")
def settle_notice(
    *, actor: Actor, notice_id: UUID, token: UUID, state: str, reason: str, provider_reference: str
) -> UUID:
    """Note that a claimed notice has left, or where it waits instead."""
    row = get_session().get(Notice, notice_id, with_for_update=True)
    assert row is not None  # noqa: S101  (notices are never deleted while they are claimed)
    if row.claim_token != token:
        reason = "claim_lost"  # it took so long that another sender may have sent it as well
    else:
        row.state = state
        row.claim_token = row.claimed_until = row.last_failure = None
        row.provider_reference = provider_reference or None
        row.sent_at = clock.now() if state == State.SENT else None
        row.digest_key = None
    record(
        Action.NOTICE_SENT,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("notice", row.id),
        reason=reason if state == State.SENT else state,
    )
    if state != State.TO_PRINT:
        publish_settled(row)
    return row.id


@command("notices.fail_notice")
def fail_notice(
    *, actor: Actor, notice_id: UUID, token: UUID, code: str, next_try_at: datetime | None
) -> UUID:
    """Note that a claimed notice did not leave: try again then, or (None) by another route."""
    row = get_session().get(Notice, notice_id, with_for_update=True)
    assert row is not None  # noqa: S101
    if row.claim_token == token:
        row.claim_token = row.claimed_until = None
        row.last_failure = code
        row.digest_key = None
        row.state = str(State.RETRYING if next_try_at else State.FAILED)
        row.due_at = next_try_at or row.due_at
    record(
        Action.NOTICE_FAILED,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("notice", row.id),
        outcome=Outcome.DONE,
        reason=code,
    )
    if row.state == State.FAILED:
        publish_settled(row)
    return row.id


def publish_settled(row: Notice) -> None:
    """Let higher packages know that a message has failed, so that they find another way; of one
    about a complaint also that it has left. In the transaction of the command that settles it."""
    get_session().flush()
    if row.complaint_id is not None:
        publish(ComplaintNoticeSettled(row.complaint_id, row.kind, State(row.state)))
    elif row.state == State.FAILED and row.person_id is not None:
        publish(
            NoticeUndelivered(
                notice_id=row.id,
                person_id=row.person_id,
                contact_point_id=row.contact_point_id,
                queued_by_human_id=row.queued_by_human_id,
                is_rerouted=row.is_rerouted,
                kind=row.kind,
            )
        )
