"""Pages that give a fee back: ask for it, and hand it over once a second human has agreed."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from assistedaccess.access import Permission, get_actor, requires
from assistedaccess.kernel.errors import InvalidInput
from assistedaccess.notices.sites import find_desk
from assistedaccess.people.queries import get_person
from assistedaccess.services.queries import get_service

from . import receipts_payments, service_refunds, service_viewing_payments, words_payments
from .forms_payments import PayOutForm, RefundForm
from .queries_payments import get_payment_id
from .queries_refunds import find_payment_of, sum_returned
from .rules_payments import PaymentState, Way
from .rules_till import NoTillOpen
from .views import bp
from .views_till import to_tills


@bp.route("/payments/<reference>/refund", methods=["GET", "POST"])
@requires(Permission.PAYMENT_TAKE)
def refund_payment(reference: str) -> ResponseReturnValue:
    """How much goes back, and why. It waits for a second human."""
    actor = get_actor()
    form = RefundForm()
    if form.validate_on_submit():
        try:
            service_refunds.refund_payment(
                actor=actor,
                payment_id=get_payment_id(actor, reference),
                amount_pence=form.amount.data,
                reason=str(form.reason.data),
                words=form.words.data,
            )
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        else:
            return redirect(url_for(".view_payment", reference=reference), code=303)
    payment = service_viewing_payments.open_payment(actor=actor, reference=reference)
    if payment.state != PaymentState.PAID:
        return redirect(url_for(".view_payment", reference=payment.reference), code=303)
    if not form.is_submitted():
        form.amount.data = payment.amount_pence - sum_returned(payment.id)
    return (
        render_template("applications/refund_payment.html", form=form, payment=payment),
        form.status,
    )


@bp.route("/refunds/<reference>/pay-out", methods=["GET", "POST"])
@requires(Permission.PAYMENT_TAKE)
def pay_refund_out(reference: str) -> ResponseReturnValue:
    """Hand over what two humans agreed to, and say so."""
    actor = get_actor()
    form = PayOutForm()
    refund_id, payment_reference = find_payment_of(actor, reference)
    back = url_for(".view_payment", reference=payment_reference)
    if form.validate_on_submit():
        try:
            service_refunds.pay_refund_out(actor=actor, refund_id=refund_id, slip=form.slip.data)
        except InvalidInput as error:
            form.add_error(error.field, error.words)
        except NoTillOpen as refusal:
            return to_tills(refusal)
        else:
            flash(_("It is given back. Print the receipt for the person."), "success")
            return redirect(back, code=303)
    payment = service_viewing_payments.open_payment(actor=actor, reference=payment_reference)
    return (
        render_template(
            "applications/pay_refund_out.html",
            form=form,
            payment=payment,
            reference=reference,
            is_cash=payment.way == Way.CASH,
        ),
        form.status,
    )


@bp.get("/refunds/<reference>/receipt")
@requires(Permission.APPLICATION_VIEW)
def print_refund_receipt(reference: str) -> ResponseReturnValue:
    """What went back, in the person's language, in large print, with the code of the payment."""
    actor = get_actor()
    payment, refund = service_viewing_payments.print_refund_receipt(
        actor=actor, reference=reference
    )
    language = get_person(payment.person_id).language
    with force_locale(language):
        return render_template(
            "applications/print_refund_receipt.html",
            payment=payment,
            refund=refund,
            service_name=get_service(payment.service).name(language),
            code=receipts_payments.spell_code(payment.id),
            words=words_payments,
            desk=find_desk(actor.organisation_id, actor.site_id),
        )
