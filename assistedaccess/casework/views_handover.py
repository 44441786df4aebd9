"""Pages of hand-overs: offer a case, look at an offer, take it, return it, take it back."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.form_fields import Choice
from assistedaccess.people.words_told import say_told

from . import forms_handover as words
from . import queries, queries_handover, service, service_handover
from .forms import WHY_HELP
from .forms_handover import OfferForm, ReturnForm
from .views import back_to_case, bp


def _to_hand_over(hand_over_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".view_hand_over", hand_over_id=hand_over_id), code=303)


@bp.route("/cases/<reference>/hand-over", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def offer_hand_over(reference: str) -> ResponseReturnValue:
    """Offer a case to another organisation."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = OfferForm()
    places = queries_handover.list_places(actor)
    form.to_organisation_id.choices = [
        Choice(str(place.id), words.name_place(place)) for place in places
    ]
    if form.validate_on_submit():
        try:
            made = service_handover.offer_hand_over(
                actor=actor,
                case_id=case.id,
                to_organisation_id=UUID(form.to_organisation_id.data),
                parts=form.parts.data,
                is_warm=form.is_warm.data,
                said_yes=form.said_yes.data,
                how_said=form.how_said.data,
                message=form.message.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(f"{_('The case is offered.')} {say_told(case.person_id, actor)}", "success")
            return _to_hand_over(made)
    service.view_case(actor=actor, reference=case.reference)  # a look, before it shows
    page = render_template(
        "casework/offer_hand_over.html",
        form=form,
        case=case,
        places=places,
        lacks_agreement=not all(place.has_agreement for place in places),
    )
    return page, form.status


@bp.get("/hand-overs")
@requires(Permission.TODAY_VIEW)
def list_hand_overs() -> ResponseReturnValue:
    """What waits to be taken here, and what this organisation has offered."""
    return render_template(
        "casework/list_hand_overs.html",
        rows=service_handover.list_hand_overs(actor=get_actor()),
        words=words,
    )


@bp.get("/hand-overs/<uuid:hand_over_id>")
@requires(Permission.TODAY_VIEW)
def view_hand_over(hand_over_id: UUID) -> ResponseReturnValue:
    """One offer, as far as its reader may see it."""
    actor = get_actor()
    page = service_handover.view_hand_over(actor=actor, hand_over_id=hand_over_id)
    entry = queries.find_service_entry(page.service) if page.service else None
    return render_template(
        "casework/view_hand_over.html",
        page=page,
        service_name=entry.name.in_language(str(get_locale() or "en")) if entry else "",
        words=words,
        why_help=WHY_HELP,
        may_change=is_allowed(actor, Permission.SITE_WORK),
    )


@bp.post("/hand-overs/<uuid:hand_over_id>/take")
@requires(Permission.SITE_WORK)
def take_hand_over(hand_over_id: UUID) -> ResponseReturnValue:
    """Take it: the case is this organisation's from now on."""
    actor = get_actor()
    case_id = service_handover.take_hand_over(actor=actor, hand_over_id=hand_over_id)
    case = queries.get_case(actor, case_id)
    flash(f"{_('The case is yours.')} {say_told(case.person_id, actor)}", "success")
    return back_to_case(case.reference)


@bp.route("/hand-overs/<uuid:hand_over_id>/return", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def return_hand_over(hand_over_id: UUID) -> ResponseReturnValue:
    """Say why it is not taken; it goes back."""
    actor = get_actor()
    form = ReturnForm()
    if form.validate_on_submit():
        try:
            service_handover.return_hand_over(
                actor=actor,
                hand_over_id=hand_over_id,
                reason=form.reason.data,
                words=form.words.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The case went back. Whoever offered it has a task to see why."), "success")
            return redirect(url_for(".list_hand_overs"), code=303)
    page = service_handover.view_hand_over(actor=actor, hand_over_id=hand_over_id)
    if page.is_giver:
        raise NotFound
    return render_template("casework/return_hand_over.html", form=form, page=page), form.status


@bp.post("/hand-overs/<uuid:hand_over_id>/withdraw")
@requires(Permission.SITE_WORK)
def withdraw_hand_over(hand_over_id: UUID) -> ResponseReturnValue:
    """Take an offer back."""
    actor = get_actor()
    service_handover.withdraw_hand_over(actor=actor, hand_over_id=hand_over_id)
    person_id = queries_handover.get_hand_over(actor, hand_over_id).person_id
    flash(f"{_('The offer is taken back.')} {say_told(person_id, actor)}", "success")
    return _to_hand_over(hand_over_id)
