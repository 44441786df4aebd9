"""Pages of a change report before its answers: begin it, and say what has changed."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.consent.rules import Power
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.services.queries import find_change_service, get_service

from . import queries, service_changing, service_viewing
from .forms_changing import BeginForm, ToldForm
from .queries_changes import list_powers
from .queries_drafts import Draft, get_application_id
from .rules import State
from .views import bp, shown_language, to_application


def ask_address(draft: Draft, power: Power, service: str) -> str:
    """The page on which the person is asked to let somebody do this, filled in as far as known."""
    return url_for(
        "delegation.ask_person", reference=draft.person_reference, service=service, power=power
    )


@bp.route("/applications/<reference>/change", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
def start_change(reference: str) -> ResponseReturnValue:
    """Report a change to what was sent: on what authority, what has changed, and since when."""
    actor = get_actor()
    form = _begin_form(actor, reference)
    if form.validate_on_submit():
        told = form if isinstance(form, ToldForm) else None
        try:
            change_id = service_changing.start_change(
                actor=actor,
                application_id=get_application_id(actor, reference),
                what=told.what.data if told else None,
                since_on=told.since_on.data if told else None,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return to_application(queries.get_reference(change_id))
    draft = service_viewing.open_application(actor=actor, reference=reference)
    if draft.state is not State.SUBMITTED:
        return to_application(draft.reference)
    claim = get_service(draft.service).entry.changes_to or draft.service
    own = find_change_service(claim)
    return (
        render_template(
            "applications/start_change.html",
            form=form,
            draft=draft,
            own_form=own.name(shown_language()) if own else "",
            may_report=Power.REPORT_CHANGE in list_powers(actor, draft.person_id, claim),
            ask_address=ask_address(draft, Power.REPORT_CHANGE, claim),
        ),
        form.status,
    )


def _begin_form(actor: Actor, reference: str) -> BeginForm | ToldForm:
    """What is asked first: nothing where the change has a form of its own, which asks it all."""
    service = queries.get_claimed_service(actor, reference)
    return BeginForm() if find_change_service(service) else ToldForm()


@bp.route("/applications/<reference>/what-has-changed", methods=["GET", "POST"])
@requires(Permission.APPLICATION_FILL_IN)
def tell_change(reference: str) -> ResponseReturnValue:
    """Say anew what has changed, while it is not sent."""
    actor = get_actor()
    form = ToldForm()
    if form.validate_on_submit():
        try:
            service_changing.tell_change(
                actor=actor,
                application_id=get_application_id(actor, reference),
                what=form.what.data or "",
                since_on=form.since_on.data,
                version=form.version.whole_number,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return redirect(url_for(".check_answers", reference=reference), code=303)
    draft = service_viewing.open_application(actor=actor, reference=reference)
    if not draft.is_draft or draft.changes is None or not draft.changes.what:
        return to_application(draft.reference)
    if not form.is_submitted():
        form = ToldForm(
            what=draft.changes.what, since_on=draft.changes.since_on, version=str(draft.version)
        )
    return render_template("applications/tell_change.html", form=form, draft=draft), form.status
