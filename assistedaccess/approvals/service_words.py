"""What is said while something waits, and the right to have a refusal looked at again.

A decision that weighs on somebody is a human's, and whoever it weighs on is heard and can have it
looked at again by another one (UK GDPR, articles 22A to 22D).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, Role, require
from assistedaccess.audit import Action
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.encryption import KeyForgotten
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.ids import new_id, new_reference

from . import draw, rules
from .models import PendingAct, PendingActWord
from .rules import EndOfDraw, State, WordKind
from .sealing import HAND_BACK_REASON, open_arguments, seal_words
from .service import already_decided, lock_for_decision, lock_pending_act, read_reason
from .store import find_waiting, record_decision

WORDS = "pending_act_word.words"


@dataclass(frozen=True)
class Said:
    """One thing that was said: by whoever asked, or by a reviewer, who is not named."""

    kind: str
    words: str
    said_at: datetime


def _say(row: PendingAct, actor: Actor, kind: WordKind, words: str) -> UUID:
    said = PendingActWord(
        id=new_id(),
        pending_act_id=row.id,
        kind=str(kind),
        words=seal_words(row, WORDS, words),
        said_by=actor.account_id,
        said_at=clock.now(),
    )
    get_session().add(said)
    return said.id


@command("approvals.ask_for_more")
def ask_for_more(
    *, actor: Actor, pending_act_id: UUID, reason: str, request_key: str | None = None
) -> UUID:
    """Ask whoever asked for it something, before deciding. It waits on, and its clock goes on."""
    row = lock_for_decision(actor, pending_act_id)
    once = Once(actor, "approvals.ask_for_more", request_key, row.id, reason)
    if once.find("pending_act") is not None:
        return row.id
    words = read_reason(reason, _("Enter what you want to know"))
    _say(row, actor, WordKind.QUESTION, words)
    record_decision(Action.PENDING_ACT_DISCUSSED, actor, row, {"asked": words})
    return once.keep(row.id)


@command("approvals.answer_question")
def answer_question(
    *, actor: Actor, pending_act_id: UUID, words: str, request_key: str | None = None
) -> UUID:
    """Say something to whoever decides, asked or not: who is concerned is heard."""
    require(actor, Permission.APPROVAL_OWN)
    row = _lock_own(actor, pending_act_id)
    once = Once(actor, "approvals.answer_question", request_key, row.id, words)
    if once.find("pending_act") is not None:
        return row.id
    if row.state != State.WAITING:
        raise already_decided()
    said = read_reason(words, _("Enter what you want to say"))
    _say(row, actor, WordKind.ANSWER, said)
    record_decision(Action.PENDING_ACT_DISCUSSED, actor, row, {"said": said})
    return once.keep(row.id)


def _lock_own(actor: Actor, pending_act_id: UUID) -> PendingAct:
    row = lock_pending_act(pending_act_id)
    if not actor.is_same_human(row.human_id) or row.command in rules.SECOND_LOOKS:
        raise NotFound
    return row


@command("approvals.refer_pending_act")
def refer_pending_act(*, actor: Actor, pending_act_id: UUID, reason: str) -> UUID:
    """Give it to a safeguarding lead, who alone decides from now on.

    Its clock goes on, and to whoever asked it waits like any other (adr/0021). Raises NotFound
    where it concerns no person.
    """
    row = lock_for_decision(actor, pending_act_id)
    if row.person_id is None:
        raise NotFound
    why = read_reason(reason, _("Enter what worries you"))
    _say(row, actor, WordKind.REFERRAL, why)
    due_at = row.due_at
    draw.end_draw(row, EndOfDraw.HANDED_BACK, seal_words(row, HAND_BACK_REASON, why))
    draw.undraw(row)
    row.deciding_role = str(Role.SAFEGUARDING_LEAD)
    draw.draw_reviewer(row, open_arguments(row))
    row.due_at = due_at
    record_decision(Action.PENDING_ACT_REDRAWN, actor, row, {"reason": why})
    return row.id


@command("approvals.look_again")
def look_again(
    *, actor: Actor, pending_act_id: UUID, words: str, request_key: str | None = None
) -> UUID:
    """Have a refusal looked at by another human, once; returns the id of what waits then.

    Raises AlreadyDecided where it was not refused, was looked at again already, or was asked for
    anew since and waits.
    """
    require(actor, Permission.APPROVAL_OWN)
    row = _lock_own(actor, pending_act_id)
    once = Once(actor, "approvals.look_again", request_key, row.id, words)
    if (repeated := once.find("pending_act")) is not None:
        return repeated
    said = read_reason(words, _("Enter what the first decision did not see"))
    again = select(PendingAct.id).where(PendingAct.follows_id == row.id)
    if not draw.may_be_looked_at_again(row) or get_session().scalar(again) is not None:
        raise already_decided()
    if find_waiting(row.command, row.arguments_fingerprint) is not None:
        raise rules.AlreadyDecided(
            _("The same thing was asked for again, and waits."),
            next_step=_("Say there what the first decision did not see."),
        )
    now = clock.now()
    copied = (
        *("command", "command_version", "arguments", "arguments_fingerprint", "sealed_for"),
        *("actor_kind", "account_id", "human_id", "role", "actor_organisation_id"),
        *("membership_id", "site_id", "actor_person_id", "person_id", "organisation_id"),
        *("deciding_role", "reasons", "answered", "words"),
    )
    made = PendingAct(
        **{column: getattr(row, column) for column in copied},
        id=new_id(),
        reference=new_reference("W"),
        follows_id=row.id,
        asked_at=now,
        due_at=now,
        state=State.WAITING,
    )
    get_session().add(made)
    get_session().flush()
    _say(made, actor, WordKind.AGAIN, said)
    draw.draw_reviewer(made, open_arguments(made))
    record_decision(Action.PENDING_ACT_DISCUSSED, actor, made, {"looked_at_again": said})
    return once.keep(made.id)


def list_said(row: PendingAct, *, to_who_decides: bool) -> list[Said]:
    """What was said, the oldest first. A referral is for whoever decides alone."""
    rows = get_session().scalars(
        select(PendingActWord)
        .where(PendingActWord.pending_act_id == row.id)
        .order_by(PendingActWord.id)
    )
    found = []
    for word in rows:
        if word.kind == WordKind.REFERRAL and not to_who_decides:
            continue
        try:
            text = encryption.unseal(row.sealed_for, WORDS, word.words) if word.words else ""
        except KeyForgotten:
            text = ""
        found.append(Said(word.kind, text, word.said_at))
    return found
