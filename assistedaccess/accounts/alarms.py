"""Signs of a break-in, told upwards: who manages an account's organisation is not known here."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.events import publish

from . import attempts, rules_alarms
from .rules_alarms import DAY, HOUR, Alarm

_A_DAY, _AN_HOUR = "failures_day", "failures_hour"


@dataclass(frozen=True)
class BreakInSuspected:
    """Somebody may be getting into an account who should not. ``actor`` did what shows it."""

    actor: Actor
    account_id: UUID
    alarm: Alarm


def suspect(actor: Actor, account_id: UUID, alarm: Alarm) -> None:
    """Tell whoever listens, inside the caller's transaction."""
    publish(BreakInSuspected(actor, account_id, alarm))


def note_failure(actor: Actor, account_id: UUID | None) -> None:
    """Count one wrong try against an account, from wherever it came.

    One at no account is counted too, so that it takes as long: nobody learns which there are.
    """
    who = str(account_id or "nobody")
    attempts.count(_AN_HOUR, who, HOUR)
    is_many = rules_alarms.is_many(attempts.count(_A_DAY, who, DAY))
    if is_many and account_id is not None:
        suspect(actor, account_id, Alarm.MANY_FAILURES)


def note_entry(actor: Actor, account_id: UUID, *, is_new_place: bool) -> None:
    """Somebody was let in, perhaps from a new place."""
    failures = attempts.count_lately(_AN_HOUR, str(account_id), HOUR) if is_new_place else 0
    if rules_alarms.is_suspicious_entry(failures, is_new_place=is_new_place):
        suspect(actor, account_id, Alarm.NEW_AFTER_FAILURES)
