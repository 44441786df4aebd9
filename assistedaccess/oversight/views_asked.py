"""Records that one opened, and what one says of it; the auditor's question about a look."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.people.queries import get_by_reference

from . import queries_asked, service_asked
from .forms import LookForm
from .views import bp

looks = Blueprint("looks", __name__)
"""Of whoever looked, beside the auditors' pages."""

MISTAKE = "mistake"


@bp.post("/queue/<uuid:flag_id>/ask")
@requires(Permission.FINDING_WRITE)
def ask_about_look(flag_id: UUID) -> ResponseReturnValue:
    """The auditor agrees that whoever looked is asked why."""
    service_asked.ask_about_look(actor=get_actor(), flag_id=flag_id)
    flash(_("Asked. The answer will stand here."), "success")
    return redirect(url_for("oversight.view_flag", flag_id=flag_id), 303)


@looks.get("/looks")
@requires(Permission.PERSON_VIEW)
def list_own_looks() -> ResponseReturnValue:
    """The records that one opened lately, and those that somebody asks about first."""
    actor = get_actor()
    return render_template(
        "oversight/list_own_looks.html",
        asked=queries_asked.list_asked(actor),
        looks=queries_asked.list_own_looks(actor),
    )


@looks.route("/people/<reference>/why-opened", methods=["GET", "POST"])
@requires(Permission.PERSON_VIEW)
def answer_look(reference: str) -> ResponseReturnValue:
    """“I opened the wrong record”, or why it was opened. It shows nothing of the person."""
    form = LookForm()
    person_id = get_by_reference(reference)
    if form.validate_on_submit():
        try:
            service_asked.answer_look(
                actor=get_actor(),
                person_id=person_id,
                was_mistake=form.why.data == MISTAKE,
                words=form.words.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("Thank you. It is written down."), "success")
            return redirect(url_for("looks.list_own_looks"), 303)
    return render_template(
        "oversight/answer_look.html", form=form, reference=reference
    ), form.status
