"""The task to book an interpreter for an appointment: asked for, asked anew."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor

from .models import Case
from .models_appointments import Appointment
from .rules_appointments import Interpreter
from .service import store_task
from .service_entries import finish_if_left


def ask_for_interpreter(
    actor: Actor, case: Case, owner: UUID, needed: Interpreter, day: date
) -> UUID:
    """A task of the locked case: by the day before, or today where that is the day."""
    what = {
        Interpreter.SPOKEN: _("Book an interpreter for the appointment"),
        Interpreter.SIGNED: _("Book a sign-language interpreter for the appointment"),
    }[needed]
    due_on = max(day - timedelta(days=1), clock.today())
    return store_task(actor, case, "interpreter", what, due_on, owner)


def ask_anew(actor: Actor, case: Case, row: Appointment, former: datetime) -> None:
    """Ask again where an appointment was moved from ``former``, or is a colleague's now.

    Whoever was booked for the old time is not booked for the new one. A booking stands where only
    the colleague is another.
    """
    if row.starts_at == former and row.interpreter_words is not None:
        return
    assert row.interpreter is not None  # noqa: S101  (who calls this looked)
    finish_if_left(actor, row.interpreter_task_id)
    row.interpreter_words = None
    day = clock.local(row.starts_at).date()
    row.interpreter_task_id = ask_for_interpreter(
        actor, case, row.account_id, Interpreter(row.interpreter), day
    )
