"""Signs of a break-in reach whoever manages an organisation: quietly, once a day, with what to do.

The journal is where an alarm stands; there is no table of them. What managers are shown is what it
says of their organisation in the last days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Exists, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assistedaccess.access import Role
from assistedaccess.accounts import attempts, mails
from assistedaccess.accounts.alarms import BreakInSuspected
from assistedaccess.accounts.models import Account
from assistedaccess.accounts.rules_alarms import ONCE_A_DAY, SHOWN_FOR
from assistedaccess.audit import Action, record
from assistedaccess.audit.models import AuditEvent
from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import SYSTEM
from assistedaccess.kernel.database import get_session
from assistedaccess.notices.rules import AccountMail

from .models import Membership
from .queries import list_role_holders

MOST_SHOWN = 20


def tell_managers(event: BreakInSuspected) -> None:
    """Record the alarm at each organisation of the account, and mail those who manage it.

    Who manages nobody's organisation has the administrators. Whoever did what raised the alarm (a
    manager who vouched) is not mailed about it; the others are. The same alarm about the same
    account is told once a day.
    """
    for organisation_id in _list_organisations(event.account_id):
        what = f"{event.alarm}|{event.account_id}|{organisation_id}"
        if attempts.take_turn("alarm", what, ONCE_A_DAY):
            continue
        record(
            Action.BREAK_IN_SUSPECTED,
            actor=SYSTEM,
            organisation_id=organisation_id,
            subject=("account", event.account_id),
            reason=event.alarm,
            authority=_raised_by(event),
        )
        for account in _list_managers(organisation_id, but=event.actor.human_id):
            mails.tell(SYSTEM, account, AccountMail.BREAK_IN_SUSPECTED)


def _raised_by(event: BreakInSuspected) -> tuple[str, UUID] | None:
    """Whose act raised it, where that was not the account's own: a manager who vouched."""
    by = event.actor.account_id
    return ("account", by) if by is not None and by != event.account_id else None


def _list_organisations(account_id: UUID) -> Sequence[UUID]:
    query = (
        select(Membership.organisation_id)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
        .order_by(Membership.organisation_id)
        .distinct()
    )
    return get_session().scalars(query).all()


def _list_managers(organisation_id: UUID, but: UUID | None) -> Sequence[Account]:
    holders = list_role_holders([Role.MANAGER], organisation_id=organisation_id)
    holders = holders or list_role_holders([Role.ADMINISTRATOR])
    ids = {holder.account_id for holder in holders if holder.human_id != but}
    query = select(Account).where(Account.id.in_(ids)).order_by(Account.id)
    return get_session().scalars(query).all()


@dataclass(frozen=True)
class AlarmRow:
    """An alarm as a manager sees it; ``reference`` is of the membership. ``raised_by`` is the
    account whose act raised it, where that was somebody else's."""

    id: UUID
    occurred_at: datetime
    alarm: str
    account_id: UUID
    name: str
    reference: str
    raised_by: UUID | None


def list_alarms(organisation_id: UUID) -> list[AlarmRow]:
    """The alarms of the last week that nobody has put away; the newest first, in one statement."""
    query = (
        _alarms(organisation_id)
        .where(AuditEvent.occurred_at > clock.now() - SHOWN_FOR, ~_settled(AuditEvent.id))
        .order_by(AuditEvent.id.desc())
        .limit(MOST_SHOWN)
    )
    return [AlarmRow(*row) for row in get_session().execute(query)]


def find_alarm(organisation_id: UUID, alarm_id: UUID, *, lock: bool = False) -> AlarmRow | None:
    """One of this organisation's, whether or not it is put away; with ``lock``, nobody else puts it
    away meanwhile."""
    query = _alarms(organisation_id).where(AuditEvent.id == alarm_id)
    if lock:
        query = query.with_for_update(of=Membership)
    row = get_session().execute(query).first()
    return AlarmRow(*row) if row is not None else None


def is_settled(alarm_id: UUID) -> bool:
    """Whether somebody has said what it was."""
    return bool(get_session().scalar(select(_settled(alarm_id))))


def _settled(alarm_id: InstrumentedAttribute[UUID] | UUID) -> Exists:
    later = aliased(AuditEvent)
    return exists().where(
        later.action == str(Action.BREAK_IN_SETTLED), later.authority_id == alarm_id
    )


def _alarms(organisation_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            AuditEvent.id,
            AuditEvent.occurred_at,
            AuditEvent.reason_code.label("alarm"),
            Account.id.label("account_id"),
            Account.name,
            Membership.reference,
            AuditEvent.authority_id.label("raised_by"),
        )
        .join(Account, Account.id == AuditEvent.subject_id)
        .join(
            Membership,
            (Membership.account_id == Account.id)
            & (Membership.organisation_id == AuditEvent.organisation_id)
            & Membership.ended_at.is_(None),
        )
        .where(
            AuditEvent.organisation_id == organisation_id,
            AuditEvent.action == str(Action.BREAK_IN_SUSPECTED),
        )
    )
