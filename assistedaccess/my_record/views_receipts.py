"""Checking a receipt, by anybody; and the consent as a JSON record."""

from __future__ import annotations

import json

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from assistedaccess.access import Permission, get_actor, public, requires
from assistedaccess.accounts.browser import get_address
from assistedaccess.consent.service_viewing import print_receipt
from assistedaccess.consent.views import find_entry
from assistedaccess.notices.sites import find_desk

from . import consent_record, service_checking
from .forms import CheckForm, CheckProofForm
from .service_checking import Standing
from .views import bp


@bp.route("/check", methods=["GET", "POST"])
@public("a receipt is checked by whoever it is shown to; nobody is named, tries are counted")
def check_receipt() -> ResponseReturnValue:
    """Whether the receipt with this code holds today. The code is never part of an address."""
    form = CheckForm()
    checked = None
    if form.validate_on_submit():
        checked = service_checking.check_receipt(
            actor=get_actor(), code=form.receipt.data or "", address=get_address()
        )
    return render_template(
        "my_record/check_receipt.html", form=form, checked=checked, standings=Standing
    ), form.status


@bp.route("/check/proof", methods=["GET", "POST"])
@public("a proof is checked by whoever it is shown to; nobody is named, tries are counted")
def check_proof() -> ResponseReturnValue:
    """What the proof on a receipt proves. Like the code, it is never part of an address."""
    form = CheckProofForm()
    checked, is_asked = None, False
    if form.validate_on_submit():
        is_asked = True
        checked = service_checking.check_proof(
            actor=get_actor(), text=form.proof.data or "", address=get_address()
        )
    return render_template(
        "my_record/check_proof.html", form=form, checked=checked, is_asked=is_asked
    ), form.status


@bp.get("/consents/<reference>/record.json")
@requires(Permission.MY_RECORD_PRINT)
def download_consent(reference: str) -> ResponseReturnValue:
    """One consent as a record by ISO/IEC TS 27560:2023, for the person to take along."""
    actor = get_actor()
    consent = print_receipt(actor=actor, reference=reference)
    desk = find_desk(actor.organisation_id, actor.site_id)
    base = current_app.config["SETTINGS"].public_url or request.host_url.rstrip("/")
    made = consent_record.make_record(
        consent,
        state=service_checking.find_state(consent),
        entry=find_entry(consent.id),
        address=base,
        telephone=desk.telephone,
        jurisdiction="United Kingdom",
    )
    answer = Response(json.dumps(made, ensure_ascii=False, indent=2) + "\n")
    answer.headers["Content-Type"] = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{consent.reference}.json"'
    return answer
