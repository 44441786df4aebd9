"""Commands about lone-worker warnings: give one, meet those of a home visit, end one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, select

from assistedaccess.access import Permission, require
from assistedaccess.accounts.models import Account
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.reach import reach_person

from . import rules_warnings as rules
from .models_warnings import LoneWorkerWarning
from .queries import open_text
from .queries_appointments import AppointmentDetails, get_appointment
from .service import lock_case, view_case

SUBJECT = "lone_worker_warning"


@dataclass(frozen=True)
class WarningRow:
    """A warning as whoever is about to visit reads it."""

    id: UUID
    words: str
    basis: str
    not_told_why: str
    expires_on: date
    added_at: datetime
    added_by_name: str


@command("casework.add_lone_worker_warning")
def add_lone_worker_warning(
    *,
    actor: Actor,
    case_id: UUID,
    words: str,
    basis: str,
    expires_on: date,
    not_told_why: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Say what whoever visits this person at home must mind, until ``expires_on``.

    ``basis`` is what happened and how that is known. The person is told by whoever writes it;
    where that is not safe, ``not_told_why`` says why. Raises InvalidInput.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    once = Once(actor, "casework.add_lone_worker_warning", request_key, case_id, words)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    case = lock_case(actor, case_id)
    what = read_text("words", words, rules.LONGEST_WORDS, _("Enter what a visitor must know"))
    why = read_text("basis", basis, rules.LONGEST_WORDS, _("Enter how you know"))
    untold = read_text("not_told_why", not_told_why, rules.LONGEST_WORDS)
    assert actor.account_id is not None  # noqa: S101  (require_may_act refused it)
    row = LoneWorkerWarning(
        id=new_id(),
        organisation_id=case.organisation_id,
        person_id=case.person_id,
        words=encryption.seal(case.person_id, "lone_worker_warning.words", what),
        basis=encryption.seal(case.person_id, "lone_worker_warning.basis", why),
        not_told_why=(
            encryption.seal(case.person_id, "lone_worker_warning.not_told_why", untold)
            if untold
            else None
        ),
        expires_on=_read_expiry(expires_on),
        added_at=clock.now(),
        added_by=actor.account_id,
    )
    get_session().add(row)
    record(
        Action.LONE_WORKER_WARNING_ADDED,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
        reason="not_told" if untold else "told",
        details={"case": str(case.id), "expires_on": row.expires_on.isoformat()},
    )
    return once.keep(row.id)


def _read_expiry(expires_on: date) -> date:
    try:
        return rules.check_expiry(expires_on, clock.today())
    except rules.ExpiryPassed as error:
        raise InvalidInput("expires_on", _("Last day must be today or in the future")) from error
    except rules.TooLong as error:
        raise InvalidInput("expires_on", _("Last day must be within a year")) from error


@dataclass(frozen=True)
class OpenedAppointment:
    """An appointment, and what to mind before it; ``warnings`` is None where it is no home visit
    that is still to come, or where they were not asked for."""

    details: AppointmentDetails
    warnings: list[WarningRow] | None


@command("casework.open_appointment")
def open_appointment(
    *, actor: Actor, appointment_id: UUID, with_warnings: bool = True
) -> OpenedAppointment:
    """One appointment, the look at its case recorded; before a home visit with its warnings.

    That warnings were met is recorded too, also where there are none, so that it can be proven who
    knew what: a page that does not show them asks without. Raises what casework.view_case raises.
    """
    details = get_appointment(actor, appointment_id)
    row = details.row
    case = view_case(actor=actor, reference=row.case_reference)
    day = clock.local(row.starts_at).date()
    is_met = rules.meets_warnings(row.kind, row.state, day, clock.today())
    if not (with_warnings and is_met):
        return OpenedAppointment(details, None)
    found = get_session().execute(
        _held(),
        {
            "person_id": case.person_id,
            "organisation_id": actor.organisation_id,
            "today": clock.today(),
        },
    )
    rows = [_open(each.LoneWorkerWarning, each.added_by_name) for each in found]
    record(
        Action.LONE_WORKER_WARNINGS_MET,
        actor=actor,
        person_id=case.person_id,
        subject=("appointment", row.id),
        details={"warnings": [str(each.id) for each in rows]},
    )
    return OpenedAppointment(details, rows)


@cache
def _held() -> Select[*tuple[Any, ...]]:
    """The warnings of a person at an organisation that hold today, newest first."""
    return (
        select(LoneWorkerWarning, Account.name.label("added_by_name"))
        .join(Account, Account.id == LoneWorkerWarning.added_by)
        .where(
            LoneWorkerWarning.person_id == bindparam("person_id"),
            LoneWorkerWarning.organisation_id == bindparam("organisation_id"),
            LoneWorkerWarning.expires_on >= bindparam("today"),
            LoneWorkerWarning.ended_at.is_(None),
        )
        .order_by(LoneWorkerWarning.id.desc())
    )


def _open(row: LoneWorkerWarning, added_by_name: str) -> WarningRow:
    def words(name: str) -> str:
        return open_text(row.person_id, f"lone_worker_warning.{name}", getattr(row, name))

    return WarningRow(
        id=row.id,
        words=words("words"),
        basis=words("basis"),
        not_told_why=words("not_told_why"),
        expires_on=row.expires_on,
        added_at=row.added_at,
        added_by_name=added_by_name,
    )


@command("casework.end_lone_worker_warning")
def end_lone_worker_warning(*, actor: Actor, lone_worker_warning_id: UUID, reason: str) -> UUID:
    """Say that a warning is not so any more, and why: a wrong one harms who it is about.

    Raises NotFound, StaleVersion where it has ended already.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = get_session().get(
        LoneWorkerWarning, lone_worker_warning_id, with_for_update=True, populate_existing=True
    )
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    reach_person(actor, row.person_id)
    concerns(subject=(SUBJECT, row.id))
    if row.ended_at is not None or row.expires_on < clock.today():
        raise StaleVersion(_("This warning has ended already."))
    why = read_text("reason", reason, rules.LONGEST_WORDS, _("Enter why it is not needed any more"))
    row.end_reason = encryption.seal(row.person_id, "lone_worker_warning.end_reason", why)
    row.ended_at = clock.now()
    row.ended_by = actor.account_id
    record(
        Action.LONE_WORKER_WARNING_ENDED,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
    )
    return row.id
