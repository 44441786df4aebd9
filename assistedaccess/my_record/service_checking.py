"""Anybody may ask whether a receipt holds: valid, ended, or unknown, and the dates.

Nothing else is told, nobody is named, and what is unknown costs as much and answers alike whether
it was mistyped, made up, or has not begun. Tries are counted by the address they come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from assistedaccess.audit import Action, proofs, record
from assistedaccess.audit.notes import BadNote
from assistedaccess.consent.receipts import Receipted, count_check, find_receipted
from assistedaccess.consent.rules import Mode
from assistedaccess.consent.service_viewing import ConsentView
from assistedaccess.delegation.models import Delegation
from assistedaccess.delegation.rules import is_frozen
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.ids import new_id


class Standing(StrEnum):
    """All that is ever said of a receipt."""

    VALID = "valid"
    ENDED = "ended"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Checked:
    """The answer. ``until``: its last day where it holds, the day that it ended where not."""

    standing: Standing
    since: date | None = None
    until: date | None = None


@command("my_record.check_receipt")
def check_receipt(*, actor: Actor, code: str, address: str) -> Checked:
    """Whether the receipt with that code holds today. Raises TooManyAttempts.

    ``address`` is as attempts are counted. What is stopped, or rests, does not hold.
    """
    count_check(address)
    found = find_receipted(code)
    checked = find_standing(found)
    _record(actor, found, checked)
    return checked


def find_standing(found: Receipted | None) -> Checked:
    """Whether what a person agreed to holds today; one statement, also where nothing was found."""
    # Asked in any case, so that an unknown code takes as long as a known one.
    delegation = (
        get_session()
        .execute(
            select(
                Delegation.starts_at,
                Delegation.expires_at,
                Delegation.ended_at,
                Delegation.frozen_at,
                Delegation.frozen_until,
                Delegation.suspended_at,
                Delegation.check_in_on,
            ).where(Delegation.consent_id == (found.consent_id if found else new_id()))
        )
        .one_or_none()
    )
    checked = Checked(Standing.UNKNOWN)
    if found is not None and found.mode == Mode.ASSISTING:
        checked = _judge(found.recorded_at, clock.end_of_day(found.until_on), found.withdrawn_at)
    elif found is not None and delegation is not None:
        stopped = delegation.ended_at or _find_rest(delegation)
        checked = _judge(delegation.starts_at, delegation.expires_at, stopped)
    return checked


def _find_rest(delegation: Any) -> datetime | None:
    """Since when nobody can act on it for now: stopped, its helper gone, or a check-in missed."""
    now, since = clock.now(), []
    if is_frozen(delegation.frozen_at, delegation.frozen_until, now):
        since.append(delegation.frozen_at)
    if delegation.suspended_at is not None:
        since.append(delegation.suspended_at)
    if delegation.check_in_on is not None and now >= clock.end_of_day(delegation.check_in_on):
        since.append(clock.end_of_day(delegation.check_in_on))
    return min(since, default=None)


def find_state(consent: ConsentView) -> str:
    """``valid`` or ``ended``, as /check says it today; ``not begun`` where nothing rests on it."""
    found = find_standing(
        Receipted(
            consent.id,
            consent.person_id,
            consent.mode,
            consent.recorded_at,
            consent.until_on,
            consent.withdrawn_at,
        )
    )
    return "not begun" if found.standing is Standing.UNKNOWN else str(found.standing)


def _judge(since: datetime, expires_at: datetime, stopped: datetime | None) -> Checked:
    now = clock.now()
    began = clock.local(since).date()
    if stopped is not None:
        return Checked(Standing.ENDED, began, clock.local(stopped).date())
    last_day = clock.local(expires_at - timedelta(seconds=1)).date()
    standing = Standing.VALID if since <= now < expires_at else Standing.ENDED
    return Checked(standing, began, last_day)


@dataclass(frozen=True)
class ProofChecked:
    """What a proof that holds says: that an entry stands at a place in the journal, signed for.

    ``number`` counts from one; ``signer`` is the name of the journal's key.
    """

    number: int
    size: int
    signer: str


@command("my_record.check_proof")
def check_proof(*, actor: Actor, text: str, address: str) -> ProofChecked | None:
    """What the proof printed on a receipt proves; None where it proves nothing here.

    Only the text and the journal's keys are looked at: nobody is named, and nothing is said of
    whether the yes still holds. Raises TooManyAttempts, as check_receipt does.
    """
    count_check(address)
    lines = text.replace("\r\n", "\n").strip("\n") + "\n"
    try:
        found = proofs.check_receipt(lines)
    except BadNote:
        checked = None
    else:
        checked = ProofChecked(found.index + 1, found.size, found.signer.name)
    reason = "proof_holds" if checked else "proof_fails"
    record(Action.RECEIPT_CHECKED, actor=actor, reason=reason)
    return checked


def _record(actor: Actor, found: Receipted | None, checked: Checked) -> None:
    record(
        Action.RECEIPT_CHECKED,
        actor=actor,
        person_id=found.person_id if found else None,
        subject=("consent", found.consent_id) if found else None,
        reason=str(checked.standing),
    )
