"""Pages about who waits at the desk."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import undo
from assistedaccess.kernel.errors import InvalidInput

from . import queries_entries, service_queue
from .forms import WaitingForm
from .views import bp


@bp.route("/waiting/new", methods=["GET", "POST"])
@requires(Permission.TODAY_VIEW)
def add_waiting_person() -> ResponseReturnValue:
    """Put somebody into the queue: from here, or from the form on Today."""
    form = WaitingForm()
    if form.validate_on_submit():
        try:
            service_queue.add_waiting_person(
                actor=get_actor(),
                called=form.called.data,
                person_reference=form.person_reference.data,
                request_key=form.request_key.data or None,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Added to the queue."), "success")
            return redirect(url_for("desk.today"), code=303)
    return render_template("casework/add_waiting_person.html", form=form), form.status


@bp.post("/waiting/<uuid:waiting_person_id>/take")
@requires(Permission.TODAY_VIEW)
def take_waiting_person(waiting_person_id: UUID) -> ResponseReturnValue:
    """Call somebody, and go on to find who they are."""
    with undo.offering() as offered:
        taken = service_queue.take_waiting_person(
            actor=get_actor(), waiting_person_id=waiting_person_id
        )
    words = _("Called. They are off the queue.")
    flash(offered.banner(words, return_to=url_for("desk.today")), "success")
    reference = queries_entries.find_waiting_reference(taken)
    if reference is not None:
        return redirect(url_for("desk.view_person", reference=reference), code=303)
    return redirect(url_for("people.find_person"), code=303)


@bp.post("/waiting/<uuid:waiting_person_id>/left")
@requires(Permission.TODAY_VIEW)
def note_person_left(waiting_person_id: UUID) -> ResponseReturnValue:
    """Take somebody off the queue who went away."""
    with undo.offering() as offered:
        service_queue.note_person_left(actor=get_actor(), waiting_person_id=waiting_person_id)
    flash(offered.banner(_("Taken off the queue.")), "success")
    return redirect(url_for("desk.today"), code=303)
