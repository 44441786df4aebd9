"""What a hold leaves behind: the pending act, stored after the rollback of the command itself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assistedaccess.audit import Action, record
from assistedaccess.audit.journal import NOBODY
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.arguments import encode_arguments
from assistedaccess.kernel.commands import Call
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import Held
from assistedaccess.kernel.events import ActHeld, publish
from assistedaccess.kernel.ids import new_id, new_reference

from . import draw, reserved
from .events import PendingActDecided
from .models import PendingAct
from .rules import EndOfDraw, State
from .sealing import ARGUMENTS, DECISION_REASON, seal_words

RELEASE = "approvals.release_pending_act"
AT_THE_PERSONS_WORD = "approvals.release_at_the_persons_word"
LONGEST_WORDS = 1000


def store_held(event: ActHeld) -> None:
    """Keep what was held, draw who decides, and put the reference where the page finds it.

    What is kept is the outermost command: all of it was rolled back. The same thing asked again
    while it waits is the same pending act, and so is what a control still holds after the person
    has confirmed it.
    """
    held = event.held
    if held.call is None:
        return
    chain = _list_calls(held.call)
    confirmed = next((call for call in chain if call.name == AT_THE_PERSONS_WORD), None)
    if confirmed is not None:  # it waits on, as it did
        waiting = get_session().get_one(PendingAct, confirmed.arguments["pending_act_id"])
        held.pending_reference = waiting.reference
        return
    release = next((call for call in chain if call.name == RELEASE), None)
    call = chain[chain.index(release) - 1] if release else chain[-1]
    before = _fail_for(release, held.words) if release else None
    about = chain[: chain.index(call) + 1]
    person_id = next((c.person_id for c in about if c.person_id), None)
    organisation_id = next((c.organisation_id for c in about if c.organisation_id), None)
    encoded = encode_arguments(call.arguments)
    key = fingerprint_arguments(call.actor, encoded)
    row = find_waiting(call.name, key)
    if row is None:
        row = make_pending_act(call, encoded, key, person_id)
        row.organisation_id = organisation_id or call.actor.organisation_id
        _give_reasons(row, held)
        if before is not None:
            row.follows_id = before.id
            row.answered = sorted({*before.answered, *before.reasons})
        row = _keep(row, call)
    held.pending_reference = row.reference


def put_before_second_human(call: Call, person_id: UUID, organisation_id: UUID, held: Held) -> str:
    """Have a second human decide on ``call``, in the caller's transaction; returns its reference.

    For what is held of a command that goes on otherwise: the account of a claim that is sent.
    """
    encoded = encode_arguments(call.arguments)
    key = fingerprint_arguments(call.actor, encoded)
    row = make_pending_act(call, encoded, key, person_id)
    row.organisation_id = organisation_id
    _give_reasons(row, held)
    held.pending_reference = _keep(row, call).reference
    return held.pending_reference


def _give_reasons(row: PendingAct, held: Held) -> None:
    row.reasons = sorted(held.reasons)
    # Asked of each: a hold that skipped it would be quicker than the others.
    reserved_for = reserved.find_role(row.command, row.person_id, row.organisation_id)
    row.deciding_role = held.deciding_role or reserved_for
    row.words = held.words[:LONGEST_WORDS]


def fingerprint_arguments(actor: Actor, encoded: str) -> bytes:
    """What finds the same thing asked by the same human again."""
    return encryption.fingerprint("pending_act", f"{actor.human_id}\x00{encoded}")


def _list_calls(call: Call) -> list[Call]:
    """The command that raised the hold, the one that called it, and so on."""
    chain = [call]
    while chain[-1].outer is not None:
        chain.append(chain[-1].outer)
    return chain


def _fail_for(release: Call, words: str) -> PendingAct | None:
    """End the pending act whose release met a new reason, so that the new one takes its place."""
    row = get_session().get(PendingAct, release.arguments["pending_act_id"], with_for_update=True)
    if row is not None and row.state == State.WAITING:
        again = _("It was held again for a new reason: %(words)s", words=words)
        fail(row, release.actor, release.arguments["reason"], again)
    return row


def find_waiting(command: str, key: bytes) -> PendingAct | None:
    """The same thing, asked by the same human, that waits now."""
    return (
        get_session()
        .scalars(
            select(PendingAct).filter_by(
                command=command, arguments_fingerprint=key, state=State.WAITING
            )
        )
        .one_or_none()
    )


def make_pending_act(call: Call, encoded: str, key: bytes, person_id: UUID | None) -> PendingAct:
    """What waits, as a row that is not added yet: nobody is drawn, and no reason is given."""
    actor = call.actor
    sealed_for = person_id or actor.account_id or NOBODY
    now = clock.now()
    return PendingAct(
        id=new_id(),
        reference=new_reference("W"),
        command=call.name,
        command_version=call.version,
        arguments=encryption.seal(sealed_for, ARGUMENTS, encoded),
        arguments_fingerprint=key,
        sealed_for=sealed_for,
        actor_kind=actor.kind,
        account_id=actor.account_id,
        human_id=actor.human_id,
        role=actor.role,
        actor_organisation_id=actor.organisation_id,
        membership_id=actor.membership_id,
        site_id=actor.site_id,
        actor_person_id=actor.person_id,
        person_id=person_id,
        answered=[],
        asked_at=now,
        due_at=now,
        state=State.WAITING,
    )


def _keep(row: PendingAct, call: Call) -> PendingAct:
    session = get_session()
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:  # the other half of a double click was quicker
        found = find_waiting(row.command, row.arguments_fingerprint)
        if found is None:
            raise
        return found
    record(
        Action.PENDING_ACT_STORED,
        actor=call.actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("pending_act", row.id),
        command=row.command,
        reason=row.reasons[0],
        details={"reference": row.reference, "reasons": row.reasons},
    )
    draw.draw_reviewer(row, call.arguments)
    session.flush()
    return row


def settle(row: PendingAct, state: State, actor: Actor, reason: str | None) -> None:
    """Close the pending act and the draw. ``reason`` is sealed like the arguments."""
    row.state = state
    row.decided_at = clock.now()
    row.decided_by = actor.account_id
    row.decision_reason = seal_words(row, DECISION_REASON, reason)
    draw.end_draw(row, EndOfDraw.WITHDRAWN if state is State.WITHDRAWN else EndOfDraw.DECIDED)


def fail(row: PendingAct, actor: Actor, reason: str, words: str) -> None:
    """Close a pending act whose release had no effect; ``words`` say why."""
    settle(row, State.FAILED, actor, reason)
    row.failure = words[:LONGEST_WORDS]
    record_decision(Action.PENDING_ACT_FAILED, actor, row, {"words": words, "reason": reason})
    publish(PendingActDecided(row.id, row.command, False))


def record_decision(action: Action, actor: Actor, row: PendingAct, details: dict[str, Any]) -> None:
    """Record what became of a pending act, on its own authority."""
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("pending_act", row.id),
        authority=("pending_act", row.id),
        details={
            "reference": row.reference,
            "command": row.command,
            "asked_by": str(row.account_id or row.actor_kind),
            **details,
        },
    )
