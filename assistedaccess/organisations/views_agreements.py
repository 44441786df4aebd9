"""Pages of the register of data sharing agreements."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.form_fields import (
    BaseForm,
    Choice,
    DateField,
    HiddenField,
    SelectField,
    SubmitField,
    TextAreaField,
)
from assistedaccess.kernel.idempotency import new_request_key

from . import queries_agreements, service_agreements
from .rules_agreements import LONGEST_WORDS, AgreementState
from .views import bp

STATES = {
    AgreementState.PROPOSED: (_l("Waits to be confirmed"), "yellow"),
    AgreementState.LIVE: (_l("In force"), "green"),
    AgreementState.NOT_STARTED: (_l("Not begun"), "blue"),
    AgreementState.REVIEW_DUE: (_l("To be looked at again"), "red"),
    AgreementState.ENDED: (_l("Ended"), "grey"),
}


class AgreementForm(BaseForm):
    """With whom, what for, what, and until when one looks at it again."""

    request_key = HiddenField(default=new_request_key, max_length=64)
    partner = SelectField(
        _l("With which organisation?"),
        name_in_errors=_l("The other organisation"),
        empty=_l("Select one"),
        required=_l("Select the other organisation"),
    )
    purpose = TextAreaField(
        _l("What is it for?"),
        name_in_errors=_l("What it is for"),
        required=_l("Enter what it is for"),
        max_length=LONGEST_WORDS,
        rows=2,
    )
    shared = TextAreaField(
        _l("What is shared?"),
        name_in_errors=_l("What is shared"),
        hint=_l("The kinds of data, not anybody’s data."),
        required=_l("Enter what is shared"),
        max_length=LONGEST_WORDS,
        rows=2,
    )
    starts_on = DateField(
        _l("From when?"), name_in_errors=_l("The first day"), required=_l("Enter the first day")
    )
    review_on = DateField(
        _l("When do you look at it again?"),
        name_in_errors=_l("The day of the review"),
        hint=_l("After this day it no longer counts, until you enter it anew."),
        must_be="future",
        required=_l("Enter the day of the review"),
    )
    save = SubmitField(_l("Enter the agreement"))


@bp.get("/agreements")
@requires(Permission.AGREEMENT_KEEP)
def list_agreements() -> ResponseReturnValue:
    """The agreements of one's organisation, with what waits to be confirmed."""
    return render_template(
        "organisations/list_agreements.html",
        rows=queries_agreements.list_agreements(get_actor()),
        states=STATES,
    )


@bp.route("/agreements/new", methods=["GET", "POST"])
@requires(Permission.AGREEMENT_KEEP)
def propose_agreement() -> ResponseReturnValue:
    """Enter an agreement; the other side confirms it."""
    form = AgreementForm(starts_on=clock.today())
    form.partner.choices = [Choice(*each) for each in queries_agreements.list_others(get_actor())]
    if form.validate_on_submit():
        try:
            service_agreements.propose_agreement(
                actor=get_actor(),
                partner_reference=form.partner.data,
                purpose=form.purpose.data,
                shared=form.shared.data,
                starts_on=form.starts_on.data,
                review_on=form.review_on.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("It is entered. It counts once they have confirmed it."), "success")
            return redirect(url_for(".list_agreements"), 303)
    return render_template("organisations/propose_agreement.html", form=form), form.status


@bp.post("/agreements/<uuid:agreement_id>/confirm")
@requires(Permission.AGREEMENT_KEEP)
def confirm_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """Confirm what the other side entered."""
    service_agreements.confirm_agreement(actor=get_actor(), agreement_id=agreement_id)
    flash(_("The agreement is confirmed."), "success")
    return redirect(url_for(".list_agreements"), 303)


@bp.post("/agreements/<uuid:agreement_id>/end")
@requires(Permission.AGREEMENT_KEEP)
def end_agreement(agreement_id: UUID) -> ResponseReturnValue:
    """End an agreement, or turn it down."""
    service_agreements.end_agreement(actor=get_actor(), agreement_id=agreement_id)
    flash(_("The agreement is ended."), "success")
    return redirect(url_for(".list_agreements"), 303)
