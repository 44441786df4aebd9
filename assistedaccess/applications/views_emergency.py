"""Pages of emergency help: give it, look at it, print it for the person."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.casework.service import view_case
from assistedaccess.consent.queries import find_live_assisting_consent
from assistedaccess.delegation.rules import NoAuthority
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.notices.sites import find_desk
from assistedaccess.people.queries import get_person

from . import service_emergency, words_payments
from .forms_emergency import GiveForm
from .queries_emergency import get_gift_reference
from .rules_till import NoTillOpen
from .views import bp, yes_address
from .views_till import to_tills


@bp.route("/cases/<reference>/emergency-help", methods=["GET", "POST"])
@requires(Permission.HELP_GIVE)
def give_emergency_help(reference: str) -> ResponseReturnValue:
    """What is given, how much, what for. The person's yes to the fund comes first."""
    actor = get_actor()
    form = GiveForm()
    case = view_case(actor=actor, reference=reference)
    key, terms = service_emergency.find_fund()
    if form.validate_on_submit():
        try:
            gift_id = service_emergency.give_emergency_help(
                actor=actor,
                case_id=case.id,
                kind=str(form.kind.data),
                amount_pence=form.amount.data,
                serial=form.serial.data,
                need=form.need.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        except NoTillOpen as refusal:
            return to_tills(refusal)
        except NoAuthority:
            form.add_error("", _("The person has to say yes to this help first"))
        else:
            flash(_("It is given. Print it for the person."), "success")
            address = url_for(".view_emergency_help", reference=get_gift_reference(gift_id))
            return redirect(address, code=303)
    return (
        render_template(
            "applications/give_emergency_help.html",
            form=form,
            case=case,
            terms=terms,
            had=service_emergency.sum_given(case.person_id, actor.organisation_id, terms),
            has_yes=find_live_assisting_consent(actor, case.person_id, key) is not None,
            yes=yes_address(case.person_reference, case.reference, key, _here(case.reference)),
        ),
        form.status,
    )


def _here(case_reference: str) -> str:
    return url_for("applications.give_emergency_help", reference=case_reference)


@bp.get("/emergency-help/<reference>")
@requires(Permission.APPLICATION_VIEW)
def view_emergency_help(reference: str) -> ResponseReturnValue:
    """What was given."""
    gift = service_emergency.open_emergency_help(actor=get_actor(), reference=reference)
    return render_template("applications/view_emergency_help.html", gift=gift, words=words_payments)


@bp.get("/emergency-help/<reference>/print")
@requires(Permission.APPLICATION_VIEW)
def print_emergency_help(reference: str) -> ResponseReturnValue:
    """What was given, on paper, in the person's language and in large print."""
    actor = get_actor()
    gift = service_emergency.print_emergency_help(actor=actor, reference=reference)
    with force_locale(get_person(gift.person_id).language):
        return render_template(
            "applications/print_emergency_help.html",
            gift=gift,
            words=words_payments,
            desk=find_desk(actor.organisation_id, actor.site_id),
        )
