"""Pages about appointments: a day of them, one of them, booking and moving one."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel import clock, undo
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.people.words_told import say_told

from . import (
    queries,
    queries_appointments,
    service,
    service_appointments,
    service_warnings,
)
from .forms import VersionForm
from .forms_appointments import (
    INTERPRETERS,
    KINDS,
    STATES,
    BookForm,
    DayForm,
    InterpreterForm,
    MoveForm,
)
from .rules_appointments import AppointmentKind, AppointmentState, may_be_settled
from .views import back_to_case, bp, colleague_choices, read_version

WORDS = {"kinds": KINDS, "states": STATES, "interpreters": INTERPRETERS}


def read_day(text: str | None) -> date:
    """The day that an address names; today for anything that is none, or that has no neighbours."""
    try:
        day = date.fromisoformat(text) if text else clock.today()
    except ValueError:
        return clock.today()
    return day if date.min < day < date.max else clock.today()


@bp.get("/appointments")
@requires(Permission.TODAY_VIEW)
def list_appointments() -> ResponseReturnValue:
    """A day: one's own, or everybody's; at one's site, or at all of them; of one kind, or all."""
    actor = get_actor()
    day = read_day(request.args.get("day"))
    form = DayForm(request.args)
    if not form.validate():  # an address that no page wrote
        form = DayForm()
    kind = form.kind.data
    rows = service_appointments.view_day(
        actor=actor,
        day=day,
        account_id=None if form.who.data else actor.account_id,
        site_id=None if form.where.data else actor.site_id,
        kind=AppointmentKind(kind) if kind else None,
    )
    return render_template(
        "casework/list_appointments.html",
        rows=rows,
        day=day,
        form=form,
        chosen={field.name: field.data or "" for field in (form.who, form.where, form.kind)},
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        is_full=len(rows) >= queries_appointments.MOST_A_DAY,
        has_site=actor.site_id is not None,
        **WORDS,
    )


@bp.route("/cases/<reference>/appointments/new", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def book_appointment(reference: str) -> ResponseReturnValue:
    """Keep a time for the person of this case."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = BookForm(account_id=str(actor.account_id))
    form.account_id.choices = colleague_choices()
    if form.validate_on_submit() and form.at_time is not None:
        try:
            made = service_appointments.book_appointment(
                actor=actor,
                case_id=case.id,
                kind=form.kind.data,
                day=form.day.data,
                at=form.at_time,
                minutes=int(form.minutes.data),
                account_id=UUID(form.account_id.data),
                interpreter=None if form.interpreter.data == "no" else form.interpreter.data,
                note=form.note.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(f"{_('The appointment is booked.')} {say_told(case.person_id, actor)}", "success")
            if form.kind.data == AppointmentKind.HOME:  # what to mind there is read at once
                return _back(made)
            return back_to_case(case.reference)
    service.view_case(actor=actor, reference=case.reference)  # a look, before it shows
    return render_template("casework/book_appointment.html", form=form, case=case), form.status


@bp.get("/appointments/<uuid:appointment_id>")
@requires(Permission.TODAY_VIEW)
def view_appointment(appointment_id: UUID) -> ResponseReturnValue:
    """One appointment, and how it ended."""
    return _show(appointment_id, InterpreterForm())


def _show(appointment_id: UUID, form: InterpreterForm) -> ResponseReturnValue:
    actor = get_actor()
    opened = service_warnings.open_appointment(actor=actor, appointment_id=appointment_id)
    found = opened.details
    form.version.data = str(found.version)
    row = found.row
    may_change = is_allowed(actor, Permission.SITE_WORK)
    return (
        render_template(
            "casework/view_appointment.html",
            appointment=found,
            day=clock.local(row.starts_at).date(),
            warnings=opened.warnings,
            may_change=may_change and row.state is AppointmentState.BOOKED,
            may_settle=may_be_settled(row.starts_at, clock.now()),
            form=form,
            **WORDS,
        ),
        form.status,
    )


@bp.route("/appointments/<uuid:appointment_id>/move", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def move_appointment(appointment_id: UUID) -> ResponseReturnValue:
    """Another time, or another colleague."""
    actor = get_actor()
    found = service_warnings.open_appointment(
        actor=actor, appointment_id=appointment_id, with_warnings=False
    ).details
    begins = clock.local(found.row.starts_at)
    minutes = int((found.row.ends_at - found.row.starts_at).total_seconds() // 60)
    form = MoveForm(
        day=begins.date(),
        at=f"{begins:%H:%M}",
        minutes=str(minutes),
        account_id=str(found.row.account_id),
        version=str(found.version),
    )
    form.account_id.choices = colleague_choices()
    if form.validate_on_submit() and form.at_time is not None:
        try:
            service_appointments.move_appointment(
                actor=actor,
                appointment_id=appointment_id,
                version=read_version(form),
                day=form.day.data,
                at=form.at_time,
                minutes=int(form.minutes.data),
                account_id=UUID(form.account_id.data),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            said = _("The appointment is changed.")
            if (form.day.data, f"{form.at_time:%H:%M}") != (begins.date(), f"{begins:%H:%M}"):
                said = f"{said} {say_told(found.person_id, actor)}"
            flash(said, "success")
            return _back(appointment_id)
    return (
        render_template("casework/move_appointment.html", form=form, appointment=found),
        form.status,
    )


@bp.post("/appointments/<uuid:appointment_id>/settle")
@requires(Permission.SITE_WORK)
def settle_appointment(appointment_id: UUID) -> ResponseReturnValue:
    """They came, could not come, or it is cancelled."""
    actor, state, said = get_actor(), request.form.get("state", ""), _("Saved.")
    with undo.offering() as offered:
        service_appointments.settle_appointment(
            actor=actor,
            appointment_id=appointment_id,
            version=read_version(VersionForm()),
            state=state,
        )
    if state == AppointmentState.CANCELLED:
        person_id = queries_appointments.get_appointment(actor, appointment_id).person_id
        said = f"{said} {say_told(person_id, actor)}"
    flash(offered.banner(said), "success")
    return _back(appointment_id)


@bp.post("/appointments/<uuid:appointment_id>/interpreter")
@requires(Permission.SITE_WORK)
def confirm_interpreter(appointment_id: UUID) -> ResponseReturnValue:
    """The interpreter is booked."""
    form = InterpreterForm()
    if form.validate_on_submit():
        try:
            service_appointments.confirm_interpreter(
                actor=get_actor(),
                appointment_id=appointment_id,
                version=read_version(form),
                words=form.words.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The interpreter is booked."), "success")
            return _back(appointment_id)
    return _show(appointment_id, form)


def _back(appointment_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".view_appointment", appointment_id=appointment_id), code=303)
