"""Pages of the benefits calculators: where they are, and what one of them said."""

from __future__ import annotations

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel import clock
from assistedaccess.kernel.errors import InvalidInput

from . import queries, rules_benefits, service, service_benefits
from .forms_benefits import BenefitsCheckForm
from .views import back_to_case, bp


@bp.get("/benefits-calculators")
@requires(Permission.SERVICE_VIEW)
def list_calculators() -> ResponseReturnValue:
    """The calculators of GOV.UK's list, for anybody at a desk."""
    return render_template("casework/list_calculators.html", rules=rules_benefits)


@bp.route("/cases/<reference>/benefits-check", methods=["GET", "POST"])
@requires(Permission.CASE_CHANGE)
def record_benefits_check(reference: str) -> ResponseReturnValue:
    """Ask a calculator with the person, and keep what it said where they wish it."""
    actor = get_actor()
    case = queries.get_case_by_reference(actor, reference)
    form = BenefitsCheckForm(data={"checked_on": clock.today()})
    if form.validate_on_submit():
        try:
            service_benefits.record_benefits_check(
                actor=actor,
                case_id=case.id,
                calculator=form.calculator.data,
                checked_on=form.checked_on.data,
                wishes=form.wishes.data,
                weekly_pence=form.weekly_pence.data,
                may_claim=form.may_claim.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The result is kept in the case. It is no claim: start one."), "success")
            return back_to_case(case.reference)
    service.view_case(actor=actor, reference=case.reference)  # a look, before it shows
    page = render_template(
        "casework/record_benefits_check.html", form=form, case=case, rules=rules_benefits
    )
    return page, form.status
