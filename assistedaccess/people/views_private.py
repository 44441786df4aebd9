"""The page about a moment alone with the person. It shows nothing of what was agreed before."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires

from . import queries, service_private
from .forms_private import PrivateMomentForm
from .views import bp, open_for_page, try_command


@bp.route("/people/<reference>/private-moment", methods=["GET", "POST"])
@requires(Permission.PERSON_CHANGE)
def hold_private_moment(reference: str) -> ResponseReturnValue:
    """Record a moment alone, and a silent sign if one was agreed."""
    person_id = queries.get_by_reference(reference)
    form = PrivateMomentForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_private.hold_private_moment(
                actor=get_actor(),
                person_id=person_id,
                was_alone=form.was_alone.data,
                request_key=form.request_key.data or "",
                sign=form.sign.data,
                word=form.word.data,
            ),
        )
        if done is not None:
            flash(_("It is saved."), "success")
            return redirect(url_for(".show_contact", reference=reference), code=303)
    person = open_for_page(person_id)
    return (
        render_template("people/hold_private_moment.html", form=form, person=person),
        form.status,
    )
