"""Pages about where money is paid: begin to change it, and ask the person without the helper."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.accounts.guard import requires_fresh
from assistedaccess.consent.rules import Power
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.services.queries import get_service

from . import queries, service_payee, service_payee_confirming, service_viewing, words_payee
from .forms_payee import BeginPayeeForm, ConfirmPayeeForm
from .queries_changes import list_powers
from .queries_drafts import get_application_id
from .rules import State
from .views import bp, to_application
from .views_changing import ask_address


@bp.context_processor
def _say() -> dict[str, Any]:
    """The words of payment details, for every page that shows an application."""
    return {"words_payee": words_payee}


@bp.route("/applications/<reference>/payment-details", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
def start_payment_details(reference: str) -> ResponseReturnValue:
    """Begin to change where the money of a claim is paid: on what authority, and what follows."""
    actor = get_actor()
    form = BeginPayeeForm()
    if form.validate_on_submit():
        try:
            made = service_payee.start_payment_details(
                actor=actor,
                application_id=get_application_id(actor, reference),
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return to_application(queries.get_reference(made))
    draft = service_viewing.open_application(actor=actor, reference=reference)
    claim = get_service(draft.service).entry.changes_to or draft.service
    if draft.state is not State.SUBMITTED or not get_service(claim).entry.pays_money:
        return to_application(draft.reference)
    powers = list_powers(actor, draft.person_id, claim)
    holds_power = Power.CHANGE_PAYMENT_DETAILS in powers
    return (
        render_template(
            "applications/start_payment_details.html",
            form=form,
            draft=draft,
            holds_power=holds_power,
            may_report=holds_power or Power.REPORT_CHANGE in powers,
            strong_address=ask_address(draft, Power.CHANGE_PAYMENT_DETAILS, claim),
            once_address=ask_address(draft, Power.REPORT_CHANGE, claim),
        ),
        form.status,
    )


@bp.route("/applications/<reference>/persons-word", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
@requires_fresh
def confirm_payment_details(reference: str) -> ResponseReturnValue:
    """Another member of staff asks the person, without the helper, whether it is what they want."""
    actor = get_actor()
    form = ConfirmPayeeForm()
    if form.validate_on_submit():
        try:
            is_done = service_payee_confirming.confirm_payment_details(
                actor=actor,
                application_id=get_application_id(actor, reference),
                version=form.version.whole_number,
                how=str(form.how.data),
                said_yes=bool(form.said_yes.data),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            done = _("What the person said is recorded. The change counts from now on.")
            flash(done if is_done else _("What the person said is recorded."), "success")
            return redirect(url_for(".view_application", reference=reference), code=303)
    draft, numbers = service_payee_confirming.open_confirmation(actor=actor, reference=reference)
    if not draft.is_to_confirm:
        return to_application(draft.reference)
    return (
        render_template(
            "applications/confirm_payment_details.html",
            form=form,
            draft=draft,
            numbers=numbers,
        ),
        form.status,
    )
