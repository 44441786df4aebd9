"""Commands about appointments: book, move, cancel, note who came, remind."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from assistedaccess.access import Permission, require
from assistedaccess.audit import Action, record
from assistedaccess.audit.once import Once
from assistedaccess.kernel import clock, encryption
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.commands import command, concerns
from assistedaccess.kernel.database import get_session
from assistedaccess.kernel.errors import InvalidInput, NotFound, StaleVersion
from assistedaccess.kernel.ids import new_id
from assistedaccess.kernel.inputs import read_text, read_word
from assistedaccess.notices.rules import NoticeKind
from assistedaccess.organisations.service import require_may_act
from assistedaccess.people.models import Person
from assistedaccess.people.queries import get_person
from assistedaccess.people.reach import check_may_go_on, reach_person, tell

from . import rules, rules_appointments
from .models_appointments import Appointment
from .queries_appointments import AppointmentRow, list_appointments
from .rules_appointments import (
    AppointmentKind,
    AppointmentState,
    Interpreter,
    NoSuchTime,
    TimeHasPassed,
    TooFarAhead,
)
from .service import check_colleague, lock_case
from .service_engagements import TimeOnNoClock, check_elsewhere, remind, say_when
from .service_entries import finish_if_left
from .service_interpreters import ask_anew, ask_for_interpreter

SUBJECT = "appointment"


@command("casework.view_day")
def view_day(
    *,
    actor: Actor,
    day: date,
    account_id: UUID | None = None,
    site_id: UUID | None = None,
    kind: AppointmentKind | None = None,
) -> list[AppointmentRow]:
    """The appointments of a day; people stand there by initials alone."""
    require(actor, Permission.TODAY_VIEW)
    record(Action.TODAY_VIEWED, actor=actor, reason="appointments")
    return list_appointments(actor, day, account_id=account_id, site_id=site_id, kind=kind)


@command("casework.book_appointment")
def book_appointment(
    *,
    actor: Actor,
    case_id: UUID,
    kind: str,
    day: date,
    at: time,
    minutes: int,
    account_id: UUID | None = None,
    interpreter: str | None = None,
    note: str | None = None,
    request_key: str | None = None,
) -> UUID:
    """Keep a time for somebody, of oneself or of a colleague; returns the appointment's id.

    ``day`` and ``at`` are by the clocks of the United Kingdom. An interpreter is a task with its
    last day a day before, for whoever keeps the appointment. The person is told when and where.
    Raises DoubleBooking at ``at`` where the helper, or the person, is somewhere else then.
    """
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    once = Once(actor, "casework.book_appointment", request_key, case_id, day, at)
    repeated = once.find(SUBJECT)
    if repeated is not None:
        return repeated
    case = lock_case(actor, case_id)
    check_may_go_on(get_person(case.person_id))
    if case.state == rules.CaseState.CLOSED:
        raise StaleVersion(
            _("This case is closed."), next_step=_("Reopen it before you book a time.")
        )
    owner = account_id or actor.account_id
    assert owner is not None  # noqa: S101  (require_may_act refused it)
    assert actor.account_id is not None  # noqa: S101
    starts_at, ends_at = _read_times(day, at, minutes)
    words = read_text("note", note, rules_appointments.LONGEST_NOTE)
    needed = (
        read_word("interpreter", interpreter, Interpreter, _("Select one of the answers"))
        if interpreter
        else None
    )
    _check_free(actor, owner, case.person_id, starts_at, ends_at)
    row = Appointment(
        id=new_id(),
        organisation_id=case.organisation_id,
        site_id=actor.site_id,
        case_id=case.id,
        person_id=case.person_id,
        account_id=owner,
        kind=read_word("kind", kind, AppointmentKind, _("Select where you meet")),
        starts_at=starts_at,
        ends_at=ends_at,
        note=encryption.seal(case.person_id, "appointment.note", words) if words else None,
        interpreter=needed,
        interpreter_task_id=ask_for_interpreter(actor, case, owner, needed, day)
        if needed
        else None,
        state=AppointmentState.BOOKED,
        booked_at=clock.now(),
        booked_by=actor.account_id,
        version=1,
    )
    get_session().add(row)
    get_session().flush()
    _record(Action.APPOINTMENT_BOOKED, actor, row, str(row.kind))
    tell(actor, row.person_id, NoticeKind.APPOINTMENT_BOOKED, list_facts(row))
    return once.keep(row.id)


@command("casework.move_appointment")
def move_appointment(
    *,
    actor: Actor,
    appointment_id: UUID,
    version: int,
    day: date,
    at: time,
    minutes: int,
    account_id: UUID | None = None,
) -> UUID:
    """Keep another time, or give it to a colleague. The person is told, and reminded anew.

    An interpreter who is booked for the old time is not booked for the new one: it is a task again.
    """
    row = _lock_booked(actor, appointment_id, version)
    case = lock_case(actor, row.case_id) if row.interpreter else None
    owner = account_id or row.account_id
    starts_at, ends_at = _read_times(day, at, minutes)
    _check_free(actor, owner, row.person_id, starts_at, ends_at, but=row.id)
    before = (row.starts_at, row.account_id)
    row.starts_at, row.ends_at, row.account_id = starts_at, ends_at, owner
    row.reminded_at = None
    if case is not None and (row.starts_at, row.account_id) != before:
        ask_anew(actor, case, row, before[0])
    row.version += 1
    get_session().flush()
    record(
        Action.APPOINTMENT_MOVED,
        actor=actor,
        person_id=row.person_id,
        subject=(SUBJECT, row.id),
        details={"from": f"{before[0].isoformat()} {before[1]}"},
    )
    if row.starts_at != before[0]:
        tell(actor, row.person_id, NoticeKind.APPOINTMENT_MOVED, list_facts(row))
    return row.id


@command("casework.settle_appointment")
def settle_appointment(*, actor: Actor, appointment_id: UUID, version: int, state: str) -> UUID:
    """Say how it ended: came, did not come, or cancelled. Nobody is blamed for any of them.

    Somebody may come, or stay away, only from that day on (StaleVersion before). A cancelled one
    is told to the person; what it needed of an interpreter is done with.
    """
    row = _lock_booked(actor, appointment_id, version)
    missing = _("Select how the appointment ended")
    chosen = read_word("state", state, AppointmentState, missing)
    if chosen is AppointmentState.BOOKED:
        raise InvalidInput("state", missing)
    is_cancelled = chosen is AppointmentState.CANCELLED
    if not is_cancelled and not rules_appointments.may_be_settled(row.starts_at, clock.now()):
        raise StaleVersion(
            _("The day of this appointment has not come yet."),
            next_step=_("Move it, or cancel it, if the person cannot come."),
        )
    row.state = chosen
    row.settled_at = clock.now()
    row.settled_by = actor.account_id
    row.version += 1
    get_session().flush()
    finish_if_left(actor, row.interpreter_task_id)
    _record(_ENDINGS[chosen], actor, row)
    if is_cancelled:
        tell(actor, row.person_id, NoticeKind.APPOINTMENT_CANCELLED, list_facts(row))
    return row.id


_ENDINGS = {
    AppointmentState.CAME: Action.APPOINTMENT_KEPT,
    AppointmentState.DID_NOT_COME: Action.APPOINTMENT_MISSED,
    AppointmentState.CANCELLED: Action.APPOINTMENT_CANCELLED,
}


@command("casework.confirm_interpreter")
def confirm_interpreter(*, actor: Actor, appointment_id: UUID, version: int, words: str) -> UUID:
    """Write down who interprets, or the booking's number: the task to book one is done."""
    row = _lock_booked(actor, appointment_id, version)
    if row.interpreter is None:
        raise NotFound
    text = read_text(
        "words",
        words,
        rules_appointments.LONGEST_INTERPRETER,
        _("Enter who interprets, or the number of the booking"),
    )
    row.interpreter_words = encryption.seal(row.person_id, "appointment.interpreter_words", text)
    row.version += 1
    get_session().flush()
    finish_if_left(actor, row.interpreter_task_id)
    _record(Action.INTERPRETER_CONFIRMED, actor, row, str(row.interpreter))
    return row.id


def remind_of_appointments() -> int:
    """Tell people of tomorrow's appointments, each once; returns how many were told. For `expire`.

    By text or e-mail alone: a letter that is printed today comes too late, and whoever has no
    other route was told of the day when it was booked.
    """
    tomorrow = clock.today() + timedelta(days=1)
    rows = list(
        get_session().scalars(
            select(Appointment)
            .join(Person, Person.id == Appointment.person_id)
            .where(
                Appointment.state == AppointmentState.BOOKED,
                Appointment.reminded_at.is_(None),
                Appointment.starts_at >= clock.start_of_day(tomorrow),
                Appointment.starts_at < clock.end_of_day(tomorrow),
                Person.died_on.is_(None),
            )
            .order_by(Appointment.id)
            .with_for_update(of=Appointment, skip_locked=True)
        )
    )
    count = 0
    for row in rows:
        row.reminded_at = clock.now()
        count += remind(row.person_id, row.organisation_id, list_facts(row))
    return count


# -- what several of them need


def _read_times(day: date, at: time, minutes: int) -> tuple[datetime, datetime]:
    try:
        return rules_appointments.find_times(day, at, minutes, clock.now())
    except NoSuchTime as error:
        raise TimeOnNoClock("at") from error
    except TimeHasPassed as error:
        raise InvalidInput("day", _("The appointment must be later than now")) from error
    except TooFarAhead as error:
        raise InvalidInput("day", _("The appointment must be within a year")) from error
    except ValueError as error:
        raise InvalidInput("minutes", _("Select how long it takes")) from error


def _check_free(
    actor: Actor,
    account_id: UUID,
    person_id: UUID,
    starts_at: datetime,
    ends_at: datetime,
    but: UUID | None = None,
) -> None:
    """Raise DoubleBooking where the helper or the person is elsewhere then.

    The helper's account is locked: of two colleagues who book the same time, one reads this.
    """
    if account_id != actor.account_id:
        check_colleague(actor, account_id, "account_id")
    check_elsewhere(
        actor, [(starts_at, ends_at)], helpers=[account_id], person_id=person_id, but=but
    )


def _lock_booked(actor: Actor, appointment_id: UUID, version: int) -> Appointment:
    require(actor, Permission.SITE_WORK)
    require_may_act(actor)
    row = get_session().get(
        Appointment, appointment_id, with_for_update=True, populate_existing=True
    )
    if row is None or row.organisation_id != actor.organisation_id:
        raise NotFound
    reach_person(actor, row.person_id)
    concerns(subject=(SUBJECT, row.id))
    if row.version != version or row.state != AppointmentState.BOOKED:
        raise StaleVersion(
            _("Somebody else changed this appointment after you opened the page."),
            next_step=_("Open it again, see what is new, and decide then."),
        )
    return row


def _record(action: Action, actor: Actor, row: Appointment, reason: str | None = None) -> None:
    record(action, actor=actor, person_id=row.person_id, subject=(SUBJECT, row.id), reason=reason)


def list_facts(row: Appointment) -> dict[str, str]:
    """What the person is told: when, and where; never with whom or about what."""
    return say_when(row.person_id, row.starts_at, row.site_id, row.kind)
