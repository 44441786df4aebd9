"""The page on which the list is made: who may act, in what, with which powers, until when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.accounts.queries import find_account_id, get_account
from assistedaccess.consent import queries as consents
from assistedaccess.consent import service_asking
from assistedaccess.consent.rules import Mode
from assistedaccess.consent.rules_terms import Terms
from assistedaccess.consent.service_viewing import open_for_asking
from assistedaccess.consent.terms import limits_of_kind
from assistedaccess.consent.views import service_choices
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.kernel.signed_in import find_signed_in
from assistedaccess.organisations.rules import MembershipKind
from assistedaccess.people.queries import get_by_reference, get_person

from . import service_life
from .forms import OTHER_HELPER, SAME_HOLDER, TermsForm, Until
from .views import bp, render
from .views_asking import get_asked, to_step


@bp.route("/people/<reference>/delegations/ask", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def ask_person(reference: str) -> ResponseReturnValue:
    """What the person is to be asked: who, in what, with which powers, until when."""
    actor = get_actor()
    person_id = get_by_reference(reference)
    form = TermsForm() if request.method == "POST" else TermsForm(data=wanted())
    person = None if form.is_submitted() else open_for_asking(actor=actor, person_id=person_id)
    offer(form, (person or get_person(person_id)).nation)
    if form.validate_on_submit():
        try:
            request_id = service_life.ask_person(
                actor=actor,
                person_id=person_id,
                request_key=form.request_key.data or "",
                channel=form.channel.data or "",
                **read_terms(form),
            )
        except InvalidInput as error:
            show_objection(form, error)
        else:
            return to_step("read_statement", consents.get_request_reference(request_id))
    person = person or open_for_asking(actor=actor, person_id=person_id)
    if not form.is_submitted() and person.language in form.languages:
        form.language.data = person.language
    return render("ask_person", form=form, person=person, is_new=True), form.status


@bp.route("/asking/<reference>/terms", methods=["GET", "POST"])
@requires(Permission.DELEGATION_GRANT)
def change_terms(reference: str) -> ResponseReturnValue:
    """Change what the person is asked. What was read and said is then asked anew."""
    actor = get_actor()
    row, person = get_asked(reference)
    if request.method == "POST":
        form = TermsForm()
    else:
        form = TermsForm(data=entered(row.language, service_asking.terms_of(row)))
    offer(form, person.nation)
    form.channel.required = None  # it is the visit's
    if form.validate_on_submit():
        try:
            service_asking.change_request(actor=actor, request_id=row.id, **read_terms(form))
        except InvalidInput as error:
            show_objection(form, error)
        else:
            return to_step("read_statement", reference)
    return (
        render("ask_person", form=form, person=person, is_new=False, reference=reference),
        form.status,
    )


def wanted() -> dict[str, Any]:
    """What a page that leads here knows already; the person is asked for the rest."""
    known = {"services": request.args.getlist("service"), "powers": request.args.getlist("power")}
    return {name: values for name, values in known.items() if values}


_FIELDS = {"holder_kind": "holder"}


def show_objection(form: TermsForm, error: InvalidInput) -> None:
    """Put what is wrong with the terms at its field."""
    at = _FIELDS.get(error.field, error.field)
    if at == "holder" and form.holder.data == OTHER_HELPER:
        at = "holder_email"
    form.add_error(at, error.words)


def offer(form: TermsForm, nation: str | None, same_holder: str = "") -> None:
    """Fill in what this helper, or whoever else is to act, can be given."""
    kind = service_asking.kind_of(get_actor())
    who = find_signed_in()
    form.offer(
        same_holder=same_holder,
        helper_name=who.account_name if who else "",
        organisation_name=who.organisation_name if who else "",
        is_family=kind is MembershipKind.FAMILY,
        powers=limits_of_kind(kind).powers,
        services=service_choices(nation),
        languages=[one.language for one in consents.list_statements(Mode.REPRESENTING)],
    )


def read_terms(form: TermsForm, same: tuple[str, UUID | None] = ("", None)) -> dict[str, Any]:
    """The terms on the page, as commands take them. ``same``: who holds it now, kind and account.

    Raises InvalidInput where nobody here has the email address that was entered.
    """
    holder_kind, holder_account_id = form.holder.data or "", None
    if form.holder.data == SAME_HOLDER:
        holder_kind, holder_account_id = same
    elif form.holder.data == OTHER_HELPER:
        holder_kind, holder_account_id = "account", find_account_id(form.holder_email.data or "")
        if holder_account_id is None:
            raise InvalidInput("holder_email", _("There is no such helper here"))
    return {
        "language": form.language.data or form.languages[0],
        "holder_kind": holder_kind,
        "holder_account_id": holder_account_id,
        "is_one_task": form.is_one_task,
        "telling": form.telling.data or "",
        "services": form.services.data,
        "powers": form.powers.data,
        "until_on": form.last_day,
        "purpose": form.purpose.data or "",
        "money_limit_pence": form.money_limit.data,
        "money_period": form.money_period.data,
        "act_limit_pence": form.act_limit.data,
    }


def entered(language: str, terms: Terms) -> dict[str, Any]:
    """The page filled in with these terms."""
    other = terms.holder_account_id
    return {
        "language": language,
        "holder": OTHER_HELPER if other else str(terms.holder_kind),
        "holder_email": get_account(other).email if other else "",
        "telling": terms.telling,
        "services": list(terms.services),
        "powers": [str(power) for power in terms.powers],
        "until": str(Until.TASK if terms.is_one_task else Until.DAY),
        "until_on": terms.until_on,
        "purpose": terms.purpose,
        "money_limit": terms.money_limit_pence,
        "money_period": str(terms.money_period) if terms.money_period else None,
        "act_limit": terms.act_limit_pence,
    }
