"""Pages about notes and tasks."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import undo
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.return_path import safe_path

from . import queries, service, service_entries
from .forms import NoteForm, TaskForm
from .views import back_to_case, bp, colleague_choices


@bp.route("/cases/<reference>/notes/new", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def add_note(reference: str) -> ResponseReturnValue:
    """Write a note: from here, or from the form on the case's story."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = NoteForm()
    if form.validate_on_submit():
        try:
            service_entries.add_note(
                actor=actor,
                case_id=case.id,
                text=form.text.data,
                is_sensitive=form.is_sensitive.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The note is saved."), "success")
            return back_to_case(case.reference)
    service.view_case(actor=get_actor(), reference=case.reference)  # a look, before it shows
    return render_template("casework/add_note.html", form=form, case=case), form.status


@bp.route("/cases/<reference>/tasks/new", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def add_task(reference: str) -> ResponseReturnValue:
    """Add something to do, for oneself or for a colleague."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = TaskForm(assigned_to=str(actor.account_id))
    form.assigned_to.choices = colleague_choices()
    if form.validate_on_submit():
        try:
            service_entries.add_task(
                actor=actor,
                case_id=case.id,
                what=form.what.data,
                due_on=form.what_due_on.data,
                assigned_to=UUID(form.assigned_to.data),
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The task is added."), "success")
            return back_to_case(case.reference)
    service.view_case(actor=get_actor(), reference=case.reference)  # a look, before it shows
    return render_template("casework/add_task.html", form=form, case=case), form.status


@bp.post("/tasks/<uuid:task_id>/done")
@requires(Permission.CASE_CHANGE)
def finish_task(task_id: UUID) -> ResponseReturnValue:
    """Tick a task off, and stay where one was. A second click changes nothing and says so."""
    try:
        with undo.offering() as offered:
            case_id = service_entries.finish_task(actor=get_actor(), task_id=task_id)
    except service_entries.TaskDone as done:
        flash(done.words)
    else:
        reference = queries.get_case(get_actor(), case_id).reference
        again = url_for(".add_task", reference=reference)
        flash(offered.banner(_("The task is done."), again), "success")
    path = safe_path(request.form.get("return_to"), url_for("desk.today"))
    return redirect(path, code=303)
