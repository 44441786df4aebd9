"""Pages of legal authority, and of a doubt whether the person can decide today."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.accounts.queries import find_account_id
from assistedaccess.consent.queries import get_own_request, name_services
from assistedaccess.consent.service_viewing import open_for_asking
from assistedaccess.consent.views import service_choices, shown_language
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.signed_in import find_signed_in
from assistedaccess.people.queries import get_by_reference, get_person

from . import service_capacity, service_legal
from .forms_legal import CapacityForm, LegalForm
from .rules_legal import Outcome
from .views import bp, record_address, render
from .views_asking import get_asked, shown, to_step

_FIELDS = {"holder": "holder_email"}


@bp.route("/people/<reference>/legal-authority", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def record_legal_authority(reference: str) -> ResponseReturnValue:
    """Record an instrument by which the law lets somebody act: two people look at it."""
    actor, person_id = get_actor(), get_by_reference(reference)
    form = LegalForm()
    person = None if form.is_submitted() else open_for_asking(actor=actor, person_id=person_id)
    who = find_signed_in()
    form.offer(
        organisation_name=who.organisation_name if who else "",
        services=service_choices((person or get_person(person_id)).nation),
    )
    if form.validate_on_submit():
        try:
            holder_id = None
            if form.holder.data == "account":
                holder_id = find_account_id(form.holder_email.data or "")
                if holder_id is None:
                    raise InvalidInput("holder_email", _("There is no such helper here"))
            service_legal.record_legal_authority(
                actor=actor,
                person_id=person_id,
                kind=form.kind.data or "",
                number=form.number.data or "",
                named=form.named.data or "",
                scope=form.scope.data or "",
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                seen_as=form.seen_as.data or "",
                holder_account_id=holder_id,
                services=form.services.data,
                powers=form.powers.data,
                until_on=form.until_on.data,
                money_limit_pence=form.money_limit.data,
            )
        except InvalidInput as error:
            form.add_error(_FIELDS.get(error.field, error.field), error.words)
        else:
            return redirect(url_for(".list_delegations", reference=reference), code=303)
    person = person or open_for_asking(actor=actor, person_id=person_id)
    return render("record_legal_authority", form=form, person=person), form.status


@bp.route("/asking/<reference>/capacity", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def record_capacity_concern(reference: str) -> ResponseReturnValue:
    """Deciding is hard today: which decision, what support was given, who looked at it, when."""
    row, person = get_asked(reference)
    form = CapacityForm()
    if form.validate_on_submit():
        try:
            service_capacity.record_capacity_concern(
                actor=get_actor(),
                request_id=row.id,
                decision=form.decision.data or "",
                signs=form.signs.data or "",
                support=form.support.data or "",
                assessor=", ".join(filter(None, (form.assessor.data, form.assessor_role.data))),
                assessed_on=form.assessed_on.data,
                outcome=form.outcome.data or "",
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            if form.outcome.data == Outcome.CANNOT_DECIDE:
                return to_step("find_other_ways", reference)
            flash(_("It is recorded. A second person looks at the yes before anything begins."))
            return to_step("read_statement", reference)
    return render("record_capacity_concern", form=form, **shown(row, person)), form.status


@bp.get("/asking/<reference>/other-ways")
@requires(Permission.DELEGATION_GRANT)
def find_other_ways(reference: str) -> ResponseReturnValue:
    """What is left where the person cannot decide today."""
    row, person = get_asked(reference)
    services = [(key, name_services([key], shown_language())) for key in row.services]
    outcome = service_capacity.find_outcome(row.id)
    if outcome is not Outcome.CANNOT_DECIDE:
        return to_step("record_capacity_concern", reference)
    return render("find_other_ways", keys=services, **shown(row, person))


@bp.post("/asking/<reference>/appointee")
@requires(Permission.CASE_OPEN)
def open_appointee_route(reference: str) -> ResponseReturnValue:
    """Nobody has legal authority: open the way to an appointee, and protect the claim's date."""
    actor = get_actor()
    row = get_own_request(actor, reference)
    service_capacity.open_appointee_route(
        actor=actor, request_id=row.id, service=request.form.get("service", "")
    )
    flash(_("A case is open, with today as the day on which help was first asked for."), "success")
    return redirect(record_address(get_person(row.person_id).reference), code=303)
