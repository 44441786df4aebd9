"""Pages of the provider's payment page: the link, how far it is, and where the provider calls."""

from __future__ import annotations

import hmac
from typing import Any
from uuid import UUID

import segno
from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from werkzeug.exceptions import BadRequest, Forbidden

from assistedaccess.access import Permission, get_actor, public, requires
from assistedaccess.notices.views_callbacks import by_machine
from assistedaccess.people.queries import get_person
from assistedaccess.services.queries import get_service

from . import paying, service_links, service_viewing_payments
from .queries_links import find_link
from .queries_payments import get_payment_id
from .rules_payments import PaymentState
from .views import bp

LONGEST = 200


def look_now(payment_id: UUID) -> None:
    """Ask the provider about one payment, after the commit: somebody waits for the answer."""
    provider = paying.make_provider(current_app.config["SETTINGS"])
    if provider is not None:
        paying.look_after_links(
            provider=provider,
            return_url=url_for("applications.show_paid", _external=True),
            actor=get_actor(),
            payment_id=payment_id,
        )


def draw_code(address: str) -> str:
    """The square of dots that a phone reads, as the address of a picture."""
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4)


@bp.post("/payments/<reference>/look")
@requires(Permission.PAYMENT_TAKE)
def look_at_link(reference: str) -> ResponseReturnValue:
    """Ask the provider now what became of it."""
    look_now(get_payment_id(get_actor(), reference))
    return redirect(url_for(".view_payment", reference=reference), code=303)


@bp.post("/payments/<reference>/stop")
@requires(Permission.PAYMENT_TAKE)
def stop_link(reference: str) -> ResponseReturnValue:
    """Stop a payment that is not finished."""
    actor = get_actor()
    payment_id = get_payment_id(actor, reference)
    service_links.stop_link(actor=actor, payment_id=payment_id)
    look_now(payment_id)
    return redirect(url_for(".view_payment", reference=reference), code=303)


@bp.get("/payments/<reference>/link")
@requires(Permission.APPLICATION_VIEW)
def print_link(reference: str) -> ResponseReturnValue:
    """The link on paper, to be read by the person's own phone or typed at home."""
    actor = get_actor()
    payment = service_viewing_payments.open_payment(actor=actor, reference=reference)
    link = find_link(payment.id, payment.person_id)
    if link is None or not link.url or payment.state != PaymentState.OPEN:
        return redirect(url_for(".view_payment", reference=payment.reference), code=303)
    language = get_person(payment.person_id).language
    with force_locale(language):
        return render_template(
            "applications/print_link.html",
            payment=payment,
            link=link,
            picture=draw_code(link.url),
            service_name=get_service(payment.service).name(language),
        )


@bp.get("/paid")
@public("where the payment page sends whoever paid on it; it says nothing of anybody")
def show_paid() -> ResponseReturnValue:
    """The end of the payment page, also for who stopped it."""
    return render_template("applications/show_paid.html")


@bp.post("/callbacks/govuk-pay")
@public("the payment provider calls back; each call must be signed with the secret we share")
@by_machine
def note_govuk_pay() -> ResponseReturnValue:
    """A webhook of GOV.UK Pay: JSON, signed by HMAC-SHA-256 of its very bytes."""
    raw = request.get_data(cache=True)
    secret = current_app.config["SETTINGS"].govuk_pay_webhook_secret
    wanted = hmac.new(secret.encode(), raw, "sha256").hexdigest()
    given = request.headers.get("Pay-Signature", "")
    if not secret or not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise Forbidden
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or not isinstance(said.get("resource"), dict):
        raise BadRequest
    if str(said.get("resource_type", "")).casefold() == "payment":
        resource: dict[str, Any] = said["resource"]
        state = resource.get("state")
        amount = resource.get("amount")
        service_links.note_callback(
            actor=get_actor(),
            reference=_read(resource.get("reference")),
            provider_id=_read(said.get("resource_id")),
            status=_read(state.get("status") if isinstance(state, dict) else None),
            amount_pence=amount if isinstance(amount, int) else -1,
        )
    return {}, 200


def _read(value: object) -> str:
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        raise BadRequest
    return value
