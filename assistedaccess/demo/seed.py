"""Seeding: sixty days of a small town, played through the commands on a set clock."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import select

from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.audit.sealing import seal_all
from assistedaccess.consent.silent import tell_calls
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.commands import command
from assistedaccess.kernel.transactions import reading
from assistedaccess.notices.senders import OutboxSender
from assistedaccess.notices.service import send_due_notices
from assistedaccess.organisations.models import Membership

from .accounts import write_accounts
from .life import live
from .people import PEOPLE
from .register import register_people
from .town import PLACES, WORKERS, build_town
from .walking import WalkingClock

if TYPE_CHECKING:
    from config import Settings

STEPS = len(PLACES) + len(WORKERS) + 2 * len(PEOPLE)
MESSAGES = 10_000
MARK = "DEMO"
"""The file that makes config.py refuse this data folder in production."""


def is_seeded() -> bool:
    """Whether the demonstration is there already."""
    with reading() as session:
        done = select(AuditEvent.id).where(AuditEvent.action == Action.DEMONSTRATION_SEEDED)
        return session.scalar(done.limit(1)) is not None


class Unfinished(Exception):
    """The seeding was stopped half-way: what is there is no town, and cannot be gone on with."""


def _is_begun() -> bool:
    """Whether somebody was made a member, other than the first administrators."""
    members = select(Membership.id).join(Account, Account.id == Membership.account_id)
    with reading() as session:
        return session.scalar(members.where(Account.is_first.is_(False)).limit(1)) is not None


def seed_demonstration(settings: Settings, progress: Callable[[int], None]) -> bool:
    """Make the small town; ``progress`` is told per cent. Returns whether anything was made.

    Raises Unfinished.
    """
    if is_seeded():
        progress(100)
        return False
    if _is_begun():
        raise Unfinished
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / MARK).touch()
    steps = itertools.count(1)

    def tick() -> None:
        progress(min(99, next(steps) * 100 // STEPS))

    walking = WalkingClock(clock.now())
    with clock.set_clock(walking):
        town = build_town(tick)
        people = register_people(town, tick)
        live(town, people, walking, tick)
        # As the timer would have: people were told, and letters wait to be printed.
        tell_calls()
        send_due_notices(limit=MESSAGES, sender=OutboxSender(settings.data_dir / "outbox"))
    write_accounts(settings.data_dir, town.accounts)
    finish(actor=SYSTEM)
    seal_all()  # as the operator's timer would: receipts bear their proof
    progress(100)
    return True


@command("demo.finish")
def finish(*, actor: Actor) -> None:
    """Mark the demonstration as whole."""
    record(Action.DEMONSTRATION_SEEDED, actor=actor)
