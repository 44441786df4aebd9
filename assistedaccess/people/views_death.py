"""Pages on which a death is recorded, or a mistaken one undone."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import NotFound
from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    DateField,
    RadiosField,
    SubmitField,
    TextAreaField,
)

from . import inputs, queries, service_death
from .rules_death import ToldBy
from .views import bp, open_for_page, record_address, try_command


class DeathForm(BaseForm):
    """When, and how it is known."""

    died_on = DateField(
        _l("When did the person die?"),
        name_in_errors=_l("The day"),
        required=_l("Enter the day on which the person died"),
        must_be="today_or_past",
    )
    told_by = RadiosField(
        _l("How do you know?"),
        choices=[
            Choice(ToldBy.FAMILY, _l("Family or a friend told me")),
            Choice(ToldBy.CARE_HOME, _l("Their care home or hospital told me")),
            Choice(ToldBy.CERTIFICATE, _l("I have seen the death certificate")),
            Choice(ToldBy.GOVERNMENT, _l("A council or department told us")),
        ],
        required=_l("Select how you know"),
    )
    save = SubmitField(_l("Record the death"), warning=True)


class UndoDeathForm(BaseForm):
    """It was a mistake."""

    reason = TextAreaField(
        _l("How do you know that it was a mistake?"),
        name_in_errors=_l("How you know"),
        hint=_l("For example: the person is here with me, and I know them."),
        required=_l("Enter how you know that it was a mistake"),
        max_length=inputs.LONGEST_SHORT_NOTE,
        rows=3,
    )
    save = SubmitField(_l("Ask for it to be undone"))


@bp.route("/people/<reference>/death", methods=["GET", "POST"])
@requires(Permission.PERSON_CHANGE)
def record_death(reference: str) -> ResponseReturnValue:
    """Record that a person has died."""
    person_id = queries.get_by_reference(reference)
    form = DeathForm()
    if form.validate_on_submit():
        done = try_command(
            form,
            lambda: service_death.record_death(
                actor=get_actor(),
                person_id=person_id,
                died_on=form.died_on.data,
                told_by=form.told_by.data or "",
            ),
        )
        if done is not None:
            flash(_("The record is closed. Nobody can act for the person any more."), "success")
            return redirect(record_address(reference), code=303)
    person = open_for_page(person_id)
    return render_template("people/record_death.html", form=form, person=person), form.status


@bp.route("/people/<reference>/death/mistake", methods=["GET", "POST"])
@requires(Permission.PERSON_CHANGE)
def undo_death(reference: str) -> ResponseReturnValue:
    """Ask for a mistaken death to be undone: a second human looks at it."""
    person_id = queries.get_by_reference(reference)
    form = UndoDeathForm()
    death = service_death.find_death(person_id)
    if death is None:
        raise NotFound
    if form.validate_on_submit():
        try_command(
            form,
            lambda: service_death.undo_death(
                actor=get_actor(), death_id=death.id, reason=form.reason.data or ""
            ),
        )
        if not form.errors:
            return redirect(url_for("people.record_death", reference=reference), code=303)
    person = open_for_page(person_id)
    page = render_template("people/undo_death.html", form=form, person=person, death=death)
    return page, form.status
