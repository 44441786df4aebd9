"""Pages of fees: pay one at the desk, waive one, look at a payment, print and check its receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, public, requires
from assistedaccess.accounts.browser import get_address
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.notices.sites import find_desk
from assistedaccess.people.queries import get_person
from assistedaccess.services.queries import get_service

from . import (
    queries_links,
    queries_till,
    receipts_payments,
    rules_links,
    service_links,
    service_payments,
    service_viewing,
    service_viewing_payments,
    words_payments,
)
from .forms_payments import CheckPaymentForm, PayForm, WaiveForm
from .queries_drafts import get_application_id
from .queries_links import find_link
from .queries_payments import get_payment_reference, load_fee
from .queries_refunds import list_refunds
from .rules_payments import AT_THE_DESK, Way
from .rules_till import NoTillOpen
from .views import bp, to_application
from .views_links import draw_code, look_now
from .views_till import to_tills


@bp.route("/applications/<reference>/fee", methods=["GET", "POST"])
@requires(Permission.PAYMENT_TAKE)
def pay_fee(reference: str) -> ResponseReturnValue:
    """What is due, what came in, and how the rest is paid."""
    form = PayForm()
    actor = get_actor()
    has_page = queries_links.may_use_link(actor)
    form.offer((Way.CARD_LINK, *AT_THE_DESK) if has_page else AT_THE_DESK)
    if form.validate_on_submit():
        try:
            payment_id = _pay(form, get_application_id(actor, reference))
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        except NoTillOpen as refusal:
            return to_tills(refusal)
        else:
            if form.way.data != Way.CARD_LINK:
                flash(_("The payment is recorded. Print the receipt for the person."), "success")
            address = url_for(".view_payment", reference=get_payment_reference(payment_id))
            return redirect(address, code=303)
    draft = service_viewing.open_application(actor=actor, reference=reference)
    fee = load_fee(draft)
    form.amount.data = str(fee.account.outstanding_pence)
    return (
        render_template(
            "applications/pay_fee.html",
            form=form,
            draft=draft,
            fee=fee,
            words=words_payments,
            till=queries_till.find_open_reference(actor),
        ),
        form.status,
    )


def _pay(form: PayForm, application_id: UUID) -> UUID:
    """Take what was paid here; or want a link, and ask the provider for it after the commit."""
    given: dict[str, Any] = {
        "actor": get_actor(),
        "application_id": application_id,
        "amount_pence": form.amount.whole_number,
        "whose": str(form.whose.data),
        "request_key": form.request_key.data,
    }
    if form.way.data == Way.CARD_LINK:
        payment_id = service_links.begin_link(**given)
        look_now(payment_id)
        return payment_id
    return service_payments.take_payment(
        way=str(form.way.data),
        terminal_slip=form.terminal_slip.data,
        cheque_number=form.cheque_number.data,
        **given,
    )


@bp.route("/applications/<reference>/fee/waive", methods=["GET", "POST"])
@requires(Permission.PAYMENT_TAKE)
def waive_fee(reference: str) -> ResponseReturnValue:
    """Ask for no fee, and say why."""
    form = WaiveForm()
    actor = get_actor()
    if form.validate_on_submit():
        try:
            service_payments.waive_fee(
                actor=actor,
                application_id=get_application_id(actor, reference),
                amount_pence=form.amount.whole_number,
                reason=str(form.reason.data),
                words=form.words.data,
                request_key=form.request_key.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            flash(_("The fee is waived."), "success")
            return redirect(url_for(".pay_fee", reference=reference), code=303)
    draft = service_viewing.open_application(actor=actor, reference=reference)
    fee = load_fee(draft)
    if fee.account.is_settled and not form.errors:
        return to_application(draft.reference)
    form.amount.data = str(fee.account.outstanding_pence)
    return (
        render_template("applications/waive_fee.html", form=form, draft=draft, fee=fee),
        form.status,
    )


@bp.get("/payments/<reference>")
@requires(Permission.APPLICATION_VIEW)
def view_payment(reference: str) -> ResponseReturnValue:
    """One payment, and where it stands."""
    payment = service_viewing_payments.open_payment(actor=get_actor(), reference=reference)
    link = find_link(payment.id, payment.person_id) if payment.way == Way.CARD_LINK else None
    return render_template(
        "applications/view_payment.html",
        payment=payment,
        link=link,
        picture=draw_code(link.url) if link is not None and link.url else "",
        said=rules_links.say_code(link.code) if link is not None else "",
        refunds=list_refunds(payment.id),
        words=words_payments,
    )


@bp.get("/payments/<reference>/receipt")
@requires(Permission.APPLICATION_VIEW)
def print_payment_receipt(reference: str) -> ResponseReturnValue:
    """The receipt, in the person's language, in large print, with the code that checks it."""
    actor = get_actor()
    payment = service_viewing_payments.print_payment_receipt(actor=actor, reference=reference)
    language = get_person(payment.person_id).language
    with force_locale(language):
        return render_template(
            "applications/print_payment_receipt.html",
            payment=payment,
            service_name=get_service(payment.service).name(language),
            code=receipts_payments.spell_code(payment.id),
            words=words_payments,
            desk=find_desk(actor.organisation_id, actor.site_id),
        )


@bp.route("/check/payment", methods=["GET", "POST"])
@public("a receipt is checked by whoever it is shown to; nobody is named, tries are counted")
def check_payment() -> ResponseReturnValue:
    """Whether a receipt for money is one of ours. Its code is never part of an address."""
    form = CheckPaymentForm()
    checked, is_asked = None, False
    if form.validate_on_submit():
        is_asked = True
        checked = receipts_payments.check_payment(
            actor=get_actor(), code=form.receipt.data or "", address=get_address()
        )
    return (
        render_template(
            "applications/check_payment.html", form=form, checked=checked, is_asked=is_asked
        ),
        form.status,
    )
