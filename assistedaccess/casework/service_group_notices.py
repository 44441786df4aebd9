"""What whoever is on a register is told: of another time, of no session, and of tomorrow.

A session may have sixty people on it. So a command marks their lines, in one statement, and
`expire` tells them one by one; the mark stands in the transaction of the change, and stays until
they are told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM, Actor
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.notices.service import queue_notice
from assistedaccess.people.models import Person
from assistedaccess.people.routes import choose_other_route

from .models_groups import GroupSession, RegisterEntry
from .rules_appointments import AppointmentKind
from .rules_groups import EntryState, GroupKind, ToTell
from .service_engagements import remind, say_when

SAID_AS = {GroupKind.ROOM: AppointmentKind.DESK, GroupKind.VIDEO: AppointmentKind.VIDEO}
"""A message says where one meets in the words of an appointment."""


def tell_of_groups() -> int:
    """Tell people of sessions that were cancelled or moved, and remind them of tomorrow's.

    Returns how many were told. For `expire`. The route is none that whoever changed it holds.
    """
    return _tell_of_changes() + _remind_of_tomorrow()


def _tell_of_changes() -> int:
    rows = (
        get_session()
        .execute(
            select(RegisterEntry, GroupSession, Account.human_id)
            .join(GroupSession, GroupSession.id == RegisterEntry.session_id)
            .join(Account, Account.id == GroupSession.changed_by)
            .join(Person, Person.id == RegisterEntry.person_id)
            .where(RegisterEntry.to_tell.is_not(None), Person.died_on.is_(None))
            .order_by(RegisterEntry.id)
            .with_for_update(of=RegisterEntry, skip_locked=True)
        )
        .all()
    )
    for row in rows:
        entry: RegisterEntry = row.RegisterEntry
        assert entry.person_id is not None  # noqa: S101  (joined)
        queue_notice(
            actor=SYSTEM,
            person_id=entry.person_id,
            kind=_KINDS[ToTell(entry.to_tell or "")],
            route=choose_other_route(entry.person_id, human_id=row.human_id, failed=None),
            organisation_id=entry.organisation_id,
            facts=list_facts(entry, row.GroupSession),
        )
        entry.to_tell = None
    return len(rows)


_KINDS = {
    ToTell.MOVED: NoticeKind.APPOINTMENT_MOVED,
    ToTell.CANCELLED: NoticeKind.APPOINTMENT_CANCELLED,
}


def _remind_of_tomorrow() -> int:
    tomorrow = clock.today() + timedelta(days=1)
    rows = (
        get_session()
        .execute(
            select(RegisterEntry, GroupSession)
            .join(GroupSession, GroupSession.id == RegisterEntry.session_id)
            .join(Person, Person.id == RegisterEntry.person_id)
            .where(
                RegisterEntry.state == EntryState.BOOKED,
                RegisterEntry.reminded_at.is_(None),
                RegisterEntry.starts_at >= clock.start_of_day(tomorrow),
                RegisterEntry.starts_at < clock.end_of_day(tomorrow),
                Person.died_on.is_(None),
            )
            .order_by(RegisterEntry.id)
            .with_for_update(of=RegisterEntry, skip_locked=True)
        )
        .all()
    )
    count = 0
    for row in rows:
        entry: RegisterEntry = row.RegisterEntry
        assert entry.person_id is not None  # noqa: S101  (joined)
        entry.reminded_at = clock.now()
        facts = list_facts(entry, row.GroupSession)
        count += remind(entry.person_id, entry.organisation_id, facts)
    return count


def list_facts(entry: RegisterEntry, row: GroupSession) -> dict[str, str]:
    """What the person is told: when and where, as of an appointment; no topic, and no group."""
    assert entry.person_id is not None  # noqa: S101  (nobody else is told)
    return say_when(
        entry.person_id, entry.starts_at, row.site_id, str(SAID_AS[GroupKind(row.kind)])
    )


def move_entries(actor: Actor, row: GroupSession, *, is_told: bool) -> None:
    """The times of whoever is on it follow; a new one is told, and reminded of anew."""
    booked = (RegisterEntry.session_id == row.id, RegisterEntry.state == EntryState.BOOKED)
    values: dict[str, object] = {"starts_at": row.starts_at, "ends_at": row.ends_at}
    if is_told:
        values |= {"reminded_at": None, "to_tell": str(ToTell.MOVED)}
    session = get_session()
    for entry in session.execute(select(RegisterEntry.id, RegisterEntry.person_id).where(*booked)):
        if is_told:
            record(
                Action.REGISTER_ENTRY_MOVED,
                actor=actor,
                person_id=entry.person_id,
                subject=("register_entry", entry.id),
                reason="private" if row.is_private else None,
            )
    session.execute(
        update(RegisterEntry)
        .where(RegisterEntry.session_id == row.id)
        .values(starts_at=row.starts_at, ends_at=row.ends_at)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(RegisterEntry)
        .where(*booked)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def cancel_entries(actor: Actor, private: dict[UUID, bool], now: datetime) -> None:
    booked = (RegisterEntry.session_id.in_(private), RegisterEntry.state == EntryState.BOOKED)
    session = get_session()
    found = select(RegisterEntry.id, RegisterEntry.person_id, RegisterEntry.session_id)
    for entry in session.execute(found.where(*booked)):
        record(
            Action.REGISTER_ENTRY_CANCELLED,
            actor=actor,
            person_id=entry.person_id,
            subject=("register_entry", entry.id),
            reason="private" if private[entry.session_id] else "session_cancelled",
        )
    session.execute(
        update(RegisterEntry)
        .where(*booked)
        .values(
            state=str(EntryState.CANCELLED),
            settled_at=now,
            settled_by=actor.account_id,
            to_tell=str(ToTell.CANCELLED),
            version=RegisterEntry.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
