"""What time asks of delegations: warnings of their end, check-ins, rest. For `expire`.

Each delegation in a transaction of its own, so that one that fails stops no other; a run that was
cut off goes on where it stood. Nothing here gives anybody more than they had.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.consent.service import tell_person
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.events import publish
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.words import spell_day
from assistedaccess.organisations.models import Membership
from assistedaccess.people.queries import get_person

from . import rules, rules_term
from .events import StopRanOut
from .models import Delegation
from .queries import make_facts
from .service_life import suspend_holder

AT_ONCE = 1_000
"""At most so many of each in one run; the next run goes on."""


def expire_delegations(*, actor: Actor = SYSTEM) -> dict[str, int]:
    """Do what time asks of delegations; returns how many of each, by what was done."""
    suspended = _each(
        lambda one: suspend_left(actor=actor, delegation_id=one),
        Delegation.ended_at.is_(None),
        Delegation.suspended_at.is_(None),
        Delegation.expires_at > clock.now(),
        Delegation.holder_account_id.is_not(None),
        ~_is_member(),
    )
    told = _each(
        lambda one: tell_of_rest(actor=actor, delegation_id=one),
        Delegation.ended_at.is_(None),
        Delegation.suspended_at.is_not(None),
        Delegation.suspension_told_at.is_(None),
    )
    soon = clock.now() + timedelta(days=max(rules_term.WARNING_DAYS))
    warned = _each(
        lambda one: warn_of_end(actor=actor, delegation_id=one),
        Delegation.ended_at.is_(None),
        Delegation.expires_at <= soon,
        or_(Delegation.warned_days.is_(None), Delegation.warned_days > 0),
        if_so=_is_warning_due,
    )
    ahead = clock.today() + timedelta(days=rules_term.CHECK_IN_AHEAD_DAYS)
    asked = _each(
        lambda one: ask_to_check_in(actor=actor, delegation_id=one),
        Delegation.ended_at.is_(None),
        Delegation.expires_at > clock.now(),
        Delegation.check_in_on <= ahead,
        Delegation.check_in_asked_at.is_(None),
    )
    over = _each(
        lambda one: let_stop_run_out(actor=actor, delegation_id=one),
        Delegation.ended_at.is_(None),
        Delegation.frozen_until <= clock.now(),
    )
    return {
        "delegations at rest": suspended + told,
        "stops that ran out": over,
        "ends of delegations told": warned,
        "check-ins asked for": asked,
    }


def _is_member() -> ColumnElement[bool]:
    """Whether the holder is a member where the delegation was given, by its dates too."""
    return exists().where(
        Membership.account_id == Delegation.holder_account_id,
        Membership.organisation_id == Delegation.organisation_id,
        Membership.ended_at.is_(None),
        or_(Membership.ends_on.is_(None), Membership.ends_on >= clock.today()),
    )


def _is_warning_due(row: Delegation) -> bool:
    now = clock.now()
    return rules_term.find_warning(row.starts_at, row.expires_at, row.warned_days, now) is not None


def _each(
    run: Callable[[UUID], bool],
    *which: ColumnElement[bool],
    if_so: Callable[[Delegation], bool] = lambda _row: True,
) -> int:
    """``run`` for each; it locks the row and looks again."""
    with reading() as session:
        rows = session.scalars(
            select(Delegation).where(*which).order_by(Delegation.expires_at, Delegation.id)
        ).yield_per(AT_ONCE)
        ids = [row.id for row in itertools.islice(filter(if_so, rows), AT_ONCE)]
    return sum(run(one) for one in ids)


def _lock(actor: Actor, delegation_id: UUID) -> Delegation:
    require(actor, Permission.DELEGATION_EXPIRE)
    row = get_session().get_one(
        Delegation, delegation_id, with_for_update=True, populate_existing=True
    )
    concerns(person_id=row.person_id, subject=("delegation", row.id))
    return row


def _record(action: Action, actor: Actor, row: Delegation, reason: str) -> None:
    record(
        action,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("delegation", row.id),
        authority=("delegation", row.id),
        reason=reason,
    )


def _tell(actor: Actor, row: Delegation, kind: NoticeKind, **facts: str) -> None:
    if get_person(row.person_id).died_on is not None:
        return
    tell_person(
        actor=actor,
        person_id=row.person_id,
        kind=kind,
        organisation_id=row.organisation_id,
        facts={**make_facts(row.person_id, [row]), **facts},
    )


@command("delegation.suspend_left")
def suspend_left(*, actor: Actor, delegation_id: UUID) -> bool:
    """Let rest what is held by somebody whose membership ran out by its date."""
    row = _lock(actor, delegation_id)
    done = 0
    if row.holder_account_id is not None and row.suspended_at is None:
        done = suspend_holder(row.holder_account_id, row.organisation_id, ("delegation", row.id))
    if not done:
        _record(Action.DELEGATION_SUSPENDED, actor, row, "already_suspended")
    return bool(done)


@command("delegation.tell_of_rest")
def tell_of_rest(*, actor: Actor, delegation_id: UUID) -> bool:
    """Tell the person that nobody can act on it any more, and that a new yes goes on from it."""
    row = _lock(actor, delegation_id)
    is_due = row.suspended_at is not None and row.suspension_told_at is None
    is_due = is_due and row.ended_at is None
    if is_due:
        row.suspension_told_at = clock.now()
        _tell(actor, row, NoticeKind.DELEGATION_SUSPENDED)
    _record(Action.DELEGATION_SUSPENDED, actor, row, row.suspended_how or "not_suspended")
    return is_due


@command("delegation.warn_of_end")
def warn_of_end(*, actor: Actor, delegation_id: UUID) -> bool:
    """Warn the person that it ends in 30 or in 7 days, or tell them that it has run out.

    Each once. Whoever holds it sees the same on their Today. False: nothing is due now.
    """
    row = _lock(actor, delegation_id)
    days = rules_term.find_warning(row.starts_at, row.expires_at, row.warned_days, clock.now())
    if days is None or row.ended_at is not None:
        _record(Action.DELEGATION_WARNED, actor, row, "not_due")
        return False
    row.warned_days = days
    kind = NoticeKind.DELEGATION_ENDS_SOON if days else NoticeKind.DELEGATION_RAN_OUT
    _tell(actor, row, kind)
    _record(
        Action.DELEGATION_WARNED if days else Action.DELEGATION_EXPIRED,
        actor,
        row,
        f"days_{days}" if days else "ran_out",
    )
    return True


@command("delegation.ask_to_check_in")
def ask_to_check_in(*, actor: Actor, delegation_id: UUID) -> bool:
    """Ask the person, half-way of a long term, whether it may go on."""
    row = _lock(actor, delegation_id)
    is_due = row.ended_at is None and row.check_in_on is not None and row.check_in_asked_at is None
    if is_due and row.check_in_on is not None:
        row.check_in_asked_at = clock.now()
        language = get_person(row.person_id).language
        by = spell_day(clock.start_of_day(row.check_in_on), language)
        _tell(actor, row, NoticeKind.DELEGATION_CHECK_IN, by=by)
    _record(Action.DELEGATION_CHECK_IN_ASKED, actor, row, "asked" if is_due else "not_due")
    return is_due


@command("delegation.let_stop_run_out")
def let_stop_run_out(*, actor: Actor, delegation_id: UUID) -> bool:
    """End the stop of somebody who could not be recognised, and say so: nothing lapses unseen.

    The person is told, and whoever hears of StopRanOut has somebody look. False: it was confirmed
    or lifted meanwhile.
    """
    row = _lock(actor, delegation_id)
    is_due = row.ended_at is None and row.frozen_until is not None
    is_due = is_due and not rules.is_frozen(row.frozen_at, row.frozen_until, clock.now())
    event_id = record(
        Action.DELEGATION_STOP_RAN_OUT,
        actor=actor,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        subject=("delegation", row.id),
        authority=("delegation", row.id),
        reason="ran_out" if is_due else "not_due",
    )
    if not is_due:
        return False
    row.frozen_at = row.frozen_until = row.frozen_how = row.frozen_by = None
    row.version += 1
    _tell(actor, row, NoticeKind.DELEGATION_STOP_OVER)
    publish(
        StopRanOut(
            event_id,
            row.person_id,
            row.organisation_id,
            row.holder_account_id,
            row.holder_human_id,
        )
    )
    return True
