"""Pages of referrals: make one, see what was referred here, say whether somebody arrived."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, is_allowed, requires
from assistedaccess.kernel.actor import Actor
from assistedaccess.kernel.errors import InvalidInput, NotFound
from assistedaccess.kernel.form_fields import Choice, Divider
from assistedaccess.kernel.transactions import run_transaction
from assistedaccess.people.queries import PersonView, get_person, make_view
from assistedaccess.people.rules import IdentityLevel

from . import forms_referrals as words
from . import queries, queries_places, queries_referrals, service, service_referrals
from . import service_referral_steps as steps
from .forms_handover import name_place
from .forms_referrals import OTHER_PLACE, ArrivalForm, ReferralForm, SendBackForm
from .queries import CaseDetails
from .queries_handover import Place, list_places
from .queries_referrals import Reach
from .views import bp


def _to_referral(referral_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".view_referral", referral_id=referral_id), code=303)


@bp.route("/cases/<reference>/referrals/new", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def make_referral(reference: str) -> ResponseReturnValue:
    """Refer the person of a case to another place."""
    actor = get_actor()
    form = ReferralForm()

    def find() -> tuple[CaseDetails, PersonView, list[Reach]]:
        if form.is_submitted():
            case = queries.get_case_by_reference(actor, reference)
        else:
            case = service.view_case(actor=actor, reference=reference)  # a look, before it shows
        person = get_person(case.person_id)
        view = make_view(person, IdentityLevel.NONE)
        return case, view, queries_referrals.list_ways_to_reach(person)

    # Looked up with the look itself, so that the person is fetched once.
    case, person, reaches = run_transaction(find)
    places = list_places(actor)
    form.place.choices = _place_choices(actor, places)
    form.contact.choices = [
        Choice(service_referrals.THROUGH_US, _("Through us")),
        *(
            Choice(
                reach.id,
                reach.words,
                hint=None if reach.is_own else _("Somebody else may answer"),
            )
            for reach in reaches
        ),
    ]
    if form.validate_on_submit():
        try:
            made = service_referrals.make_referral(
                actor=actor,
                case_id=case.id,
                kind=form.kind.data,
                shared=form.shared.data,
                way=form.way.data,
                said_yes=form.said_yes.data,
                how_said=form.how_said.data,
                contact=form.contact.data,
                mind=form.mind.data,
                about=form.about.data,
                needs=form.needs.data,
                wants_private=form.wants_private.data,
                wants_paper=bool(form.wants_paper.data),
                other_place=form.other_place.data,
                request_key=form.request_key.data,
                **form.read_place(),
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The referral is made. In two weeks we ask whether they arrived."), "success")
            return _to_referral(made)
    if form.is_submitted():
        service.view_case(actor=actor, reference=reference)  # the page shows once more
    page = render_template(
        "casework/make_referral.html",
        form=form,
        case=case,
        person=person,
        lacks_agreement=not all(place.has_agreement for place in places),
    )
    return page, form.status


def _place_choices(actor: Actor, places: list[Place]) -> list[Choice | Divider]:
    inside = [Choice(f"in.{place.id}", name_place(place)) for place in places]
    outside = []
    for place in queries_places.list_outside_places(actor):
        name = f"{place.name}, {place.area}" if place.area else place.name
        if place.is_out_of_date:
            day = format_date(place.checked_on, "d MMMM y")
            name = _("%(name)s (not checked since %(day)s: ring first)", name=name, day=day)
        outside.append(Choice(f"out.{place.id}", name))
    return [*outside, *inside, Choice(OTHER_PLACE, _("Another place, which I name below"))]


@bp.get("/referrals")
@requires(Permission.TODAY_VIEW)
def list_referrals() -> ResponseReturnValue:
    """What was referred here, what is to be asked, and what this organisation has made."""
    rows = service_referrals.list_referrals(actor=get_actor())
    return render_template("casework/list_referrals.html", rows=rows, words=words)


@bp.get("/referrals/<uuid:referral_id>")
@requires(Permission.TODAY_VIEW)
def view_referral(referral_id: UUID) -> ResponseReturnValue:
    """One referral, as far as its reader may see it."""
    return _show(referral_id, ArrivalForm())


def _show(referral_id: UUID, form: ArrivalForm) -> ResponseReturnValue:
    actor = get_actor()
    page = service_referrals.view_referral(actor=actor, referral_id=referral_id)
    shown = render_template(
        "casework/view_referral.html",
        page=page,
        words=words,
        form=form,
        may_change=is_allowed(actor, Permission.SITE_WORK),
    )
    return shown, form.status


@bp.get("/referrals/<uuid:referral_id>/print")
@requires(Permission.TODAY_VIEW)
def print_referral(referral_id: UUID) -> ResponseReturnValue:
    """The paper that the person takes along, where they wanted one."""
    page = service_referrals.view_referral(actor=get_actor(), referral_id=referral_id, prints=True)
    return render_template("casework/print_referral.html", page=page)


@bp.post("/referrals/<uuid:referral_id>/accept")
@requires(Permission.SITE_WORK)
def accept_referral(referral_id: UUID) -> ResponseReturnValue:
    """Accept it: this organisation expects the person."""
    steps.accept_referral(actor=get_actor(), referral_id=referral_id)
    flash(_("You accepted the referral. Whoever made it can see that."), "success")
    return _to_referral(referral_id)


@bp.route("/referrals/<uuid:referral_id>/return", methods=["GET", "POST"])
@requires(Permission.SITE_WORK)
def return_referral(referral_id: UUID) -> ResponseReturnValue:
    """Say why it is sent back; it is seen here no longer."""
    actor = get_actor()
    form = SendBackForm()
    if form.validate_on_submit():
        try:
            steps.return_referral(
                actor=actor,
                referral_id=referral_id,
                reason=form.reason.data,
                words=form.words.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The referral went back, with your reason."), "success")
            return redirect(url_for(".list_referrals"), code=303)
    page = service_referrals.view_referral(actor=actor, referral_id=referral_id)
    if page.is_giver:
        raise NotFound
    return render_template("casework/return_referral.html", form=form, page=page), form.status


@bp.post("/referrals/<uuid:referral_id>/withdraw")
@requires(Permission.SITE_WORK)
def withdraw_referral(referral_id: UUID) -> ResponseReturnValue:
    """Take a referral back."""
    steps.withdraw_referral(actor=get_actor(), referral_id=referral_id)
    flash(_("The referral is taken back."), "success")
    return _to_referral(referral_id)


@bp.post("/referrals/<uuid:referral_id>/arrived")
@requires(Permission.SITE_WORK)
def say_arrived(referral_id: UUID) -> ResponseReturnValue:
    """Say whether the person arrived."""
    form = ArrivalForm()
    if form.validate_on_submit():
        steps.say_arrived(actor=get_actor(), referral_id=referral_id, arrival=form.arrival.data)
        flash(_("Thank you. It stands in the case."), "success")
        return _to_referral(referral_id)
    return _show(referral_id, form)
