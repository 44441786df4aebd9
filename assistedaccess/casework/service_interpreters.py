"""The task to book an interpreter for an appointment: asked for, asked anew, done with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from flask_babel import gettext as _

from assistedaccess.kernel import clock
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.database import get_session

from .models import Case, Task
from .models_appointments import Appointment
from .rules_appointments import Interpreter
from .service import store_task
from .service_entries import mark_done


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
    finish_asking(actor, row)
    row.interpreter_words = None
    day = clock.local(row.starts_at).date()
    row.interpreter_task_id = ask_for_interpreter(
        actor, case, row.account_id, Interpreter(row.interpreter), day
    )


def finish_asking(actor: Actor, row: Appointment) -> None:
    """The task is done, where there is one that is not."""
    if row.interpreter_task_id is None:
        return
    task = get_session().get(
        Task, row.interpreter_task_id, with_for_update=True, populate_existing=True
    )
    if task is not None and task.done_at is None:
        mark_done(actor, task)
